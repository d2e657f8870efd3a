"""One look at a server: what is new in its log, and what is in its queue, in one round trip.

The server keeps nothing for this. `Place` says where the next reading begins; it is a value, so
that whoever stores it together with what was read counts nothing twice and loses nothing,
however often the connection breaks.
"""

from __future__ import annotations

import json
import re
import secrets
import shlex
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, timedelta, timezone
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from mailwright.datafiles import data_path
from mailwright.errors import MailwrightError
from mailwright.i18n import N_
from mailwright.model.delivery import LogEvent, LogGap, QueuedMessage
from mailwright.mta.postfix.log import LogReader
from mailwright.mta.postfix.log_times import Stamps
from mailwright.mta.postfix.queue import read_queue

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import tzinfo

    from mailwright.transport.base import Transport

LOG_LIMIT = 8 * 1024 * 1024
"""Bytes of log that one look brings, uncompressed; what is left comes with the next."""

LISTED = 2_000
"""Messages in the queue up to which every look lists them."""

POLL_SECONDS = 30.0
JOURNAL = "journal"
_NEXT = "next-inode"
_SLICE = 256 * 1024

_QUEUES = ("maildrop", "incoming", "active", "deferred", "hold")
_ZONE = re.compile(r"([+-])(\d\d)(\d\d)")
# Two copies of an entry differ in the file's part of the cursor (`s`, `i`) when journald moves
# it from /run to /var; boot, monotonic and wall-clock time stay.
_ENTRY = re.compile(r";(b=[0-9a-f]+;m=[0-9a-f]+;t=[0-9a-f]+);")


class Place(msgspec.Struct, frozen=True):
    """How far the log was read.

    `source` is `journal` or a file's path, empty before the first look. In the journal `cursor`
    is the last entry read; in a file `offset` bytes are read, and the file is known again by
    the checksum of its first `start` bytes, or by its inode while it is empty. `begun` is where
    the first look began; what is not newer than `after` is known already. `first` and `last`
    are the times of the first and the newest event, which whoever reads the pieces sets.
    """

    source: str = ""
    cursor: str = ""
    inode: str = ""
    offset: int = 0
    start: int = 0
    sum: str = ""
    begun: float = 0.0
    after: float = 0.0
    first: float = 0.0
    last: float = 0.0

    def elsewhere(self) -> Place:
        """Where to begin in whatever log there is now: after the newest event."""
        return Place(begun=self.begun, first=self.first, last=self.last)


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of log that is still to be read; `reader` counts its lines meanwhile.

    What is not newer than `after` is known already. `is_gap` where lines before it are lost.
    """

    data: bytes
    reader: LogReader
    after: float = 0.0
    is_gap: bool = False
    from_journal: bool = False

    def events(self) -> Iterator[LogEvent]:
        """Read it, event by event."""
        if self.is_gap:
            yield LogGap(self.after, "")
        read = self.reader.entries(self.data) if self.from_journal else self._lines()
        yield from (event for event in read if event.time > self.after)

    def _lines(self) -> Iterator[LogEvent]:
        for begin in range(0, len(self.data), _SLICE):
            yield from self.reader.feed(self.data[begin : begin + _SLICE])


@dataclass(frozen=True, slots=True)
class Look:
    """What one look saw; `time` is the server's clock.

    `place` is where the next look begins, `has_more` that it should come at once. Where
    something could not be read, `log_problem` or `queue_problem` says why: then nothing is
    known of it. `messages` is None where the queue was only counted. `is_running` tells of
    Postfix's master.
    """

    time: float
    place: Place
    piece: Piece
    has_more: bool = False
    log_problem: str = ""
    queue_problem: str = ""
    counts: Mapping[str, int] | None = None
    messages: tuple[QueuedMessage, ...] | None = None
    is_running: bool = True


def look(transport: Transport, place: Place, since: float, *, list_queue: bool = False) -> Look:
    """Look once. A first look reads from `since` on; `list_queue` lists the longest queue too.

    Raises MailwrightError `transport.lost` when the connection breaks, `watch.answer` when the
    server's answer makes no sense.
    """
    mark = secrets.token_hex(16)
    script = _script(place, since, mark, list_queue=list_queue)
    output = transport.run(script, limit=POLL_SECONDS).output
    head, _mark, rest = output.partition(f"{mark}\n".encode())
    log, _mark, listing = rest.partition(f"\n{mark}\n".encode())
    words = dict(line.partition("\t")[::2] for line in head.decode("utf-8", "replace").splitlines())
    try:
        return _look(words, (_unpacked(log), _unpacked(listing)), place, since)
    except (KeyError, ValueError, zlib.error) as error:
        raise _senseless(head) from error


def _script(place: Place, since: float, mark: str, *, list_queue: bool) -> str:
    variables = {
        "mark": mark,
        "source": place.source,
        "cursor": place.cursor,
        "inode": place.inode,
        "offset": str(place.offset),
        "start": str(place.start),
        "sum": place.sum,
        "since": str(int(max(since, place.last))),
        "limit": str(LOG_LIMIT),
        "listed": str(LISTED),
        "list": "yes" if list_queue else "no",
    }
    settings = "\n".join(f"{name}={shlex.quote(value)}" for name, value in variables.items())
    return f"{settings}\n{data_path('server/watch.sh').read_text(encoding='utf-8')}"


def _unpacked(data: bytes) -> bytes:
    """What gzip packed, bounded: a server may send anything."""
    return zlib.decompressobj(wbits=31).decompress(data, LOG_LIMIT)


def _look(words: Mapping[str, str], parts: tuple[bytes, bytes], place: Place, since: float) -> Look:
    time, source = float(words["time"]), words["source"]
    log, listing = parts
    # A server that is given another name keeps its queue.
    reader = LogReader(Stamps(time, _zone(words["zone"])), host="")
    counts, messages, queue_problem = _queue(words, listing)
    problem = words["log"]
    if problem == "ok":
        read = _from_journal if source == JOURNAL else _from_file
        known = replace(place, source=source, begun=place.begun or since)
        following, data, is_gap = read(words, log, known)
        if is_gap or not (place.cursor or place.inode):
            following = replace(following, after=max(since, place.last))
        piece = Piece(data, reader, following.after, is_gap, from_journal=source == JOURNAL)
        has_more = following != known and (len(log) >= LOG_LIMIT or _NEXT in words)
    else:
        following, piece, has_more = place, Piece(b"", reader), False
    said = {"ok": "", "no-file": f"no-file {source}"}.get(problem, problem)
    return Look(
        time,
        following,
        piece,
        has_more,
        said,
        queue_problem,
        counts,
        messages,
        words["running"] == "yes",
    )


def _from_journal(_words: Mapping[str, str], log: bytes, place: Place) -> tuple[Place, bytes, bool]:
    """Where to go on, what is new, and whether something is missing before it."""
    data = log[: log.rfind(b"\n") + 1]
    first, _end, rest = data.partition(b"\n")
    is_known = bool(place.cursor) and _entry(_cursor(first)) == _entry(place.cursor)
    is_gap = bool(place.cursor) and not is_known
    # A line without a cursor is no entry; journalctl prints none between entries.
    last = _cursor(data[data.rfind(b"\n", 0, -1) + 1 :])
    return replace(place, cursor=last), rest if is_known else data, is_gap


def _cursor(line: bytes) -> str:
    try:
        return str(json.loads(line)["__CURSOR"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return ""


def _entry(cursor: str) -> str:
    found = _ENTRY.search(cursor)
    return found[1] if found else cursor


def _from_file(words: Mapping[str, str], log: bytes, place: Place) -> tuple[Place, bytes, bool]:
    """Where to go on, what is new, and whether something is missing before it."""
    is_gap = "gap" in words
    is_finished = _NEXT in words and len(log) < LOG_LIMIT
    if is_finished:
        data = log if log.endswith(b"\n") or not log else log + b"\n"
        return _at(words, "next-", place, 0), data, is_gap
    size = log.rfind(b"\n") + 1
    if not size and len(log) >= LOG_LIMIT:
        size = len(log)  # no log has a line so long
    return _at(words, "", place, int(words["from"]) + size), log[:size], is_gap


def _at(words: Mapping[str, str], prefix: str, place: Place, offset: int) -> Place:
    return replace(
        place,
        inode=words[f"{prefix}inode"],
        start=int(words[f"{prefix}start"]),
        sum=words[f"{prefix}sum"],
        offset=offset,
    )


def _queue(
    words: Mapping[str, str], listing: bytes
) -> tuple[dict[str, int] | None, tuple[QueuedMessage, ...] | None, str]:
    if problem := words.get("queue", ""):
        return None, None, problem
    counts = {name: int(words[f"in-{name}"]) for name in _QUEUES}
    if "listing" not in words:
        return counts, None, ""
    messages, said = read_queue(listing)
    return (counts, None, said) if said and not messages else (counts, messages, "")


def _zone(text: str) -> tzinfo:
    found = _ZONE.fullmatch(text)
    if found is None:
        return UTC
    minutes = int(found[2]) * 60 + int(found[3])
    return timezone(timedelta(minutes=minutes if found[1] == "+" else -minutes))


def _senseless(head: bytes) -> MailwrightError:
    return MailwrightError(
        "watch.answer",
        N_("The server's answer about its log and queue cannot be read: {words}"),
        remedy=N_("Look whether the login's shell or sudo prints something of its own."),
        args={"words": head.decode("utf-8", "backslashreplace").strip()[-300:] or "-"},
    )
