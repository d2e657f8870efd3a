"""The watch lane of one server: what is known of it, and how far its log was read.

What one look brings is stored together with the place where the next one begins. Where a longer
time is wanted than was ever read, the log is read anew from there; until that is done, and
where the log does not reach back so far, what is known stays.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import msgspec

from mailwright.errors import MailwrightError
from mailwright.i18n import N_
from mailwright.model.figures import Figures, QueueSnapshot, Snapshot
from mailwright.model.finding import Finding, FindingKind, Severity
from mailwright.monitor.ledger import HOUR, Ledger, Message, Tally
from mailwright.monitor.metrics import figures
from mailwright.monitor.queue import describe
from mailwright.mta.postfix.poll import Look, Place, look
from mailwright.storage.deliveries import StoredHour, StoredMessage, Watched
from mailwright.usecases.parts import Parts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mailwright.transport.base import Transport

LIST_SECONDS = 60.0
"""How often a long queue is listed; shorter ones are listed at every look."""

HISTORY_DAYS = 35
"""How long what ended stays on the desktop."""

STALE_DAYS = 30
"""A log that was not read for so long is begun anew, at the window's start."""

_DAY = 86_400
# Events between two moments at which another thread may have the interpreter: a window that
# waits for it answers within a millisecond rather than five (sys.getswitchinterval).
_BREATH = 100

NO_LOG = FindingKind(
    "watch.no-log",
    Severity.UNKNOWN,
    N_("{server} keeps no mail log that could be found."),
    remedy=N_(
        "Have journald keep it (Storage=auto in journald.conf), or install rsyslog. Then send a "
        "message."
    ),
)
LOG_UNREADABLE = FindingKind(
    "watch.log-unreadable",
    Severity.UNKNOWN,
    N_("The mail log of {server} cannot be read: {words}."),
    remedy=N_("Look on the server whether the log is there; what was counted before stays."),
)
LOG_GONE = FindingKind(
    "watch.log-gone",
    Severity.UNKNOWN,
    N_("The mail log of {server} is gone: there is no file {file}."),
    remedy=N_(
        "Where the log is now is looked for by itself. If that does not find it, look on the "
        "server whether rsyslog or journald runs."
    ),
)
NO_QUEUE = FindingKind(
    "watch.no-queue",
    Severity.UNKNOWN,
    N_("{server} has no queue that can be read at {folder}."),
    remedy=N_("Look on the server whether Postfix is installed: postconf queue_directory"),
)
QUEUE_UNREADABLE = FindingKind(
    "watch.queue-unreadable",
    Severity.UNKNOWN,
    N_("The queue of {server} cannot be read: {words}."),
    remedy=N_("Try on the server as root: postqueue -j"),
)
NOT_RUNNING = FindingKind(
    "watch.not-running",
    Severity.FAIL,
    N_("Postfix is not running on {server}: nothing is sent."),
    remedy=N_("Look why on the server, then start it: journalctl -u postfix; postfix start"),
)
GAP = FindingKind(
    "watch.log-gap",
    Severity.WARN,
    N_("The log of {server} has gaps: some deliveries are not counted here."),
    remedy=N_(
        "Raise RateLimitBurst in journald.conf, and keep logs longer than this program is closed."
    ),
    source="journald.conf(5)",
)
DISCONNECTED = FindingKind(
    "watch.disconnected",
    Severity.UNKNOWN,
    N_("{server} cannot be reached: {reason} The figures are from before."),
    remedy=N_("Nothing now: the program connects again by itself."),
)


@dataclass(slots=True)
class Book:
    """A ledger, and how far the log was read into it."""

    ledger: Ledger = field(default_factory=Ledger)
    place: Place = field(default_factory=Place)

    def read(self, seen: Look) -> bool:
        """Take what a look brought; False where that was nothing new."""
        first, last = self.place.first, self.place.last
        for number, event in enumerate(seen.piece.events()):
            if not number % _BREATH:
                time.sleep(0)
            self.ledger.take(event)
            first, last = min(first or event.time, event.time), max(last, event.time)
        reader = seen.piece.reader
        self.ledger.count(seen.time, lines=reader.lines, unparsed=reader.unparsed)
        before, self.place = (
            self.place,
            msgspec.structs.replace(seen.place, first=first, last=last),
        )
        return self.place != before or bool(self.ledger.changed or self.ledger.changed_hours)

    def changes(self, now: float) -> Watched:
        """What waits to be stored."""
        return Watched(
            msgspec.json.encode(self.place).decode(),
            now,
            tuple(map(_stored_message, self.ledger.changed.values())),
            tuple(_stored_hour(hour, self.ledger) for hour in sorted(self.ledger.changed_hours)),
        )


@dataclass(slots=True)
class Lane:
    """What is known of one server over so many hours.

    `refill` is read from further back than `book` was; it takes the book's place when it is
    complete.
    """

    parts: Parts
    server: str
    hours: int
    book: Book = field(default_factory=Book)
    refill: Book | None = None
    read_at: float | None = None
    queue: QueueSnapshot | None = None
    problems: tuple[Finding, ...] = ()
    disconnected: MailwrightError | None = None
    _figures: Figures = field(default_factory=Figures)
    _counted_hour: int = 0

    def load(self) -> None:
        """Take up what was stored."""
        now = self.parts.clock()
        since = self._since(now)
        stored = self.parts.deliveries.load(self.server, since)
        if stored is None or stored.read_at < now - STALE_DAYS * _DAY:
            return
        self.book = _book(stored)
        self.read_at = stored.read_at
        self._count(now)
        if since < self.book.place.begun - HOUR:
            self.refill = Book(place=Place(source=self.book.place.source))

    def look(self, transport: Transport) -> bool:
        """Look once, and store what came; True where more is to be read at once.

        Raises MailwrightError as `mta.postfix.poll.look` does, and `storage.failed`.
        """
        book = self.refill or self.book
        since = self._since(self.parts.clock())
        seen = look(transport, book.place, since, list_queue=self._is_list_due())
        self.disconnected = None
        now = self.parts.clock()
        is_changed = not seen.log_problem and self._read(seen, now)
        if seen.log_problem.startswith("no-file"):
            book.place = book.place.elsewhere()
        self._see_queue(seen, now)
        self.problems = tuple(_problems(self.server, seen))
        if is_changed or int(seen.time) // HOUR != self._counted_hour:
            self._count(seen.time)
        # What came while the older log was read comes next.
        return seen.has_more or (book is not self.book and self.refill is None)

    def snapshot(self, *, is_complete: bool = True) -> Snapshot:
        """What is known now."""
        troubles = list(self.problems)
        if self.disconnected is not None:
            reason = self.disconnected.message
            troubles.append(DISCONNECTED.found(self.server, server=self.server, reason=reason))
        if self._figures.gaps:
            troubles.append(GAP.found(self.server, server=self.server))
        return Snapshot(
            self.server,
            self.parts.clock(),
            self._figures,
            self.read_at,
            self.book.place.source,
            self.queue,
            tuple(troubles),
            is_complete,
        )

    def _since(self, now: float) -> float:
        return now - self.hours * HOUR

    def _count(self, now: float) -> None:
        hour = int(now) // HOUR
        if hour != self._counted_hour:
            self._counted_hour = hour
            self.parts.deliveries.forget(self.server, now - HISTORY_DAYS * _DAY)
        since = self._since(now)
        self.book.ledger.forget(since - HOUR)
        self._figures = figures(self.book.ledger, max(since, self.book.place.begun))

    def _is_list_due(self) -> bool:
        listed_at = None if self.queue is None else self.queue.listed_at
        return listed_at is None or self.parts.clock() - listed_at >= LIST_SECONDS

    def _read(self, seen: Look, now: float) -> bool:
        """Take what is new, and store it with its place; False where nothing was."""
        if self.refill is not None:
            self.refill.read(seen)
            return not seen.has_more and self._refilled(self.refill, now)
        is_changed = self.book.read(seen)
        if is_changed:
            self._store(now)
        self.read_at = now
        return is_changed

    def _refilled(self, refill: Book, now: float) -> bool:
        """Put the longer book in place of the other, unless the log has lost what that knows."""
        self.refill = None
        known, found = self.book.place.first, refill.place.first
        if known and not 0 < found <= known:
            return False
        self.book = refill
        self._store(now, anew=True)
        self.read_at = now
        return True

    def _store(self, now: float, *, anew: bool = False) -> None:
        self.parts.deliveries.save(self.server, self.book.changes(now), anew=anew)
        self.book.ledger.stored()

    def _see_queue(self, seen: Look, now: float) -> None:
        if seen.counts is None:
            return
        if seen.messages is not None:
            self.queue = describe(seen.counts, seen.messages, now, seen.time)
        elif self.queue is None:
            self.queue = QueueSnapshot(now, seen.counts)
        else:
            self.queue = replace(self.queue, read_at=now, counts=seen.counts)


def _problems(server: str, seen: Look) -> Iterator[Finding]:
    word, _blank, rest = seen.log_problem.partition(" ")
    if word == "no-log":
        yield NO_LOG.found(server, server=server)
    elif word == "no-file":
        yield LOG_GONE.found(server, server=server, file=rest)
    elif word:
        yield LOG_UNREADABLE.found(server, server=server, words=seen.log_problem.rstrip("."))
    word, _blank, rest = seen.queue_problem.partition(" ")
    if word == "no-folder":
        yield NO_QUEUE.found(server, server=server, folder=rest)
    elif word:
        yield QUEUE_UNREADABLE.found(server, server=server, words=seen.queue_problem.rstrip("."))
    elif not seen.is_running:
        yield NOT_RUNNING.found(server, server=server)


def _book(stored: Watched) -> Book:
    ledger = Ledger()
    for row in stored.messages:
        ledger.restore(msgspec.json.decode(row.body, type=Message))
    for hour in stored.hours:
        ledger.tallies[hour.hour] = msgspec.json.decode(hour.body, type=Tally)
    return Book(ledger, msgspec.json.decode(stored.place, type=Place))


def _stored_message(message: Message) -> StoredMessage:
    return StoredMessage(
        message.host,
        message.queue_id,
        message.started,
        message.last,
        message.is_open,
        msgspec.json.encode(message).decode(),
    )


def _stored_hour(hour: int, ledger: Ledger) -> StoredHour:
    return StoredHour(hour, msgspec.json.encode(ledger.tallies[hour]).decode())
