"""What became of every message and recipient, kept up to date event by event.

Attempts are many, outcomes are one for each recipient of a message. Queue ids come back: a
message ends with its `removed`, and what follows under the same id is another one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

import msgspec

from mailwright.model.delivery import (
    DeliveryAttempt,
    DeliveryStatus,
    Ending,
    EnhancedStatusCode,
    LogEvent,
    LogGap,
    MailRefused,
    MessageEnded,
    MessageQueued,
    NoticeQueued,
    Reply,
)
from mailwright.monitor.causes import judge

HOUR = 3600
HINT_SECONDS = 3600
"""How long a message may take from its first line into the queue (a client may be slow)."""

SWAP_SECONDS = 60
"""How long after a message's own lines the line may come that tells whose it is.

Postfix before 3.11 calls a notice one after it was queued; a content filter's answer comes
after the filtered message may have left.
"""

LOST_SECONDS = 30 * 24 * HOUR
"""A message without a line for so long has left the queue (Postfix: `maximal_queue_lifetime`)."""

EXAMPLE_LIMIT = 300
RECIPIENTS_LIMIT = 50_000
"""Recipients of one message that are told apart; Postfix sends on at most as many at a time."""

_EXPIRED = "expired"
_POSTMASTER = "double-bounce@"

Key = tuple[str, str]
Classify = Callable[[Reply, EnhancedStatusCode | None], str]


class Fate(StrEnum):
    """What became of a recipient.

    `moved`: the server queued the message anew for it, and the outcome is that message's.
    """

    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"
    MOVED = "moved"
    UNKNOWN = "unknown"


class Recipient(msgspec.Struct):
    """One recipient of a message.

    `sent` where the last attempt took the mail away, even if that delivered it to nobody.
    `deferrals` counts deferred attempts by hour of the epoch.
    """

    address: str
    fate: Fate = Fate.PENDING
    at: float = 0.0
    delay: float | None = None
    cause: str = ""
    example: str = ""
    expired: bool = False
    sent: bool = False
    deferrals: dict[int, int] = msgspec.field(default_factory=dict)


class Message(msgspec.Struct):
    """A message; `started` is the time of the first line about it that was read.

    `total` is how many recipients it has; 0 where the log begins after it, since those that
    were finished before cannot be told from those that were not tried yet.
    """

    host: str
    queue_id: str
    started: float
    last: float
    is_notice: bool = False
    is_open: bool = True
    from_start: bool = False
    total: int = 0
    recipients: dict[str, Recipient] = msgspec.field(default_factory=dict)

    def untried(self) -> int:
        """How many recipients wait that no line has named yet."""
        return max(0, self.total - len(self.recipients))


class Tally(msgspec.Struct):
    """What is counted by the hour and belongs to no message."""

    refused: int = 0
    lines: int = 0
    unparsed: int = 0
    lost_lines: int = 0
    gaps: int = 0


@dataclass(slots=True)
class _Hint:
    """What is known of an id before its message is in the queue."""

    at: float
    is_notice: bool = False
    is_first_line: bool = False


def _classify(reply: Reply, code: EnhancedStatusCode | None) -> str:
    return judge().classify(reply, code)


@dataclass(slots=True)
class Ledger:
    """The state of the collector. `changed` and `changed_hours` wait to be stored."""

    classify: Classify = _classify
    messages: list[Message] = field(default_factory=list)
    tallies: dict[int, Tally] = field(default_factory=dict)
    changed: dict[int, Message] = field(default_factory=dict)
    changed_hours: set[int] = field(default_factory=set)
    _latest: dict[Key, Message] = field(default_factory=dict)
    _hints: dict[Key, _Hint] = field(default_factory=dict)

    def take(self, event: LogEvent) -> None:
        """Take one event, in the order of the log."""
        match event:
            case MessageQueued():
                self._queued(event)
            case DeliveryAttempt():
                self._attempted(event)
            case MessageEnded():
                self._end(event)
            case NoticeQueued():
                self._noticed(event)
            case MailRefused():
                self._tally(event.time).refused += 1
            case LogGap():
                self._lost(event)

    def restore(self, message: Message) -> None:
        """Take a message that was stored before."""
        self.messages.append(message)
        self._latest[message.host, message.queue_id] = message

    def count(self, at: float, *, lines: int = 0, unparsed: int = 0) -> None:
        """Count lines that were read."""
        if lines or unparsed:
            tally = self._tally(at)
            tally.lines += lines
            tally.unparsed += unparsed

    def stored(self) -> None:
        """Forget what waited to be stored."""
        self.changed.clear()
        self.changed_hours.clear()

    def forget(self, before: float) -> None:
        """Drop what ended before a moment; messages in the queue stay."""
        lost = before - LOST_SECONDS
        self.messages = [
            each for each in self.messages if each.last >= (lost if each.is_open else before)
        ]
        kept = {id(each) for each in self.messages}
        self._latest = {key: each for key, each in self._latest.items() if id(each) in kept}
        first = int(before) // HOUR
        self.tallies = {hour: tally for hour, tally in self.tallies.items() if hour >= first}

    def _tally(self, at: float) -> Tally:
        hour = int(at) // HOUR
        self.changed_hours.add(hour)
        return self.tallies.setdefault(hour, Tally())

    def _open(self, host: str, queue_id: str, at: float) -> Message:
        """The message that the id names now; it is made where none is in the queue."""
        key = (host, queue_id)
        found = self._latest.get(key)
        if found is None or not found.is_open:
            hint = self._hints.pop(key, None)
            found = Message(host, queue_id, at, at)
            if hint is not None:
                found.is_notice, found.from_start = hint.is_notice, hint.is_first_line
            self._latest[key] = found
            self.messages.append(found)
        found.last = at
        self.changed[id(found)] = found
        return found

    def _queued(self, event: MessageQueued) -> None:
        key = (event.host, event.queue_id)
        if event.follows:
            self._end(MessageEnded(event.time, event.host, event.follows, Ending.REQUEUED))
        if event.is_new:
            self._close_lost(key)
            self._hint(key, event.time).is_first_line = True
            return
        message = self._open(event.host, event.queue_id, event.time)
        if message.from_start:
            message.total = event.recipients or 0
        if event.sender is not None:
            message.is_notice |= not event.sender or event.sender.startswith(_POSTMASTER)

    def _close_lost(self, key: Key) -> None:
        """End a message whose last lines are lost: its id has come back for another."""
        found = self._latest.get(key)
        if found is not None and found.is_open:
            _settle(found, Fate.UNKNOWN, found.last)
            self.changed[id(found)] = found

    def _hint(self, key: Key, at: float) -> _Hint:
        known = self._hints.setdefault(key, _Hint(at))
        known.at = at
        if len(self._hints) > RECIPIENTS_LIMIT:
            due = at - HINT_SECONDS
            self._hints = {name: hint for name, hint in self._hints.items() if hint.at >= due}
        return known

    def _attempted(self, event: DeliveryAttempt) -> None:
        message = self._open(event.host, event.queue_id, event.time)
        name = f"{event.original_recipient}\n{event.recipient}"
        found = message.recipients.get(name)
        if found is None:
            if len(message.recipients) >= RECIPIENTS_LIMIT:
                return
            found = message.recipients[name] = Recipient(event.recipient)
        was_pending = found.fate is Fate.PENDING
        fate = self._fate(event)
        found.at = event.time
        if fate is Fate.PENDING and not was_pending:
            return
        found.fate, found.delay = fate, event.delay
        found.sent = event.status in {DeliveryStatus.SENT, DeliveryStatus.DISCARDED}
        if fate is Fate.PENDING:
            hour = int(event.time) // HOUR
            found.deferrals[hour] = found.deferrals.get(hour, 0) + 1
        if fate in {Fate.PENDING, Fate.FAILED}:
            found.cause = self.classify(event.reply, event.code)
            found.example = event.reply.text[:EXAMPLE_LIMIT]

    def _fate(self, event: DeliveryAttempt) -> Fate:
        if event.status is not DeliveryStatus.SENT:
            return _FATES[event.status]
        key = (event.host, event.next_queue_id)
        moved = key in self._hints or self._is_recent(key, event.time)
        return Fate.MOVED if event.next_queue_id and moved else Fate.DELIVERED

    def _is_recent(self, key: Key, at: float) -> bool:
        found = self._latest.get(key)
        return found is not None and (found.is_open or at - found.started < SWAP_SECONDS)

    def _end(self, event: MessageEnded) -> None:
        key = (event.host, event.queue_id)
        self._hints.pop(key, None)
        if event.ending is Ending.REFUSED:
            self._tally(event.time).refused += 1
        found = self._latest.get(key)
        if found is None or not found.is_open:
            return
        self.changed[id(found)] = found
        found.last = event.time
        if event.ending is Ending.EXPIRED:
            _expire(found, event.time)
        else:
            _settle(found, _ENDINGS[event.ending], event.time)

    def _noticed(self, event: NoticeQueued) -> None:
        key = (event.host, event.queue_id)
        if self._is_recent(key, event.time):
            found = self._latest[key]
            found.is_notice = True
            self.changed[id(found)] = found
        else:
            self._hint(key, event.time).is_notice = True

    def _lost(self, event: LogGap) -> None:
        tally = self._tally(event.time)
        tally.gaps += 1
        tally.lost_lines += event.lines or 0


def _settle(message: Message, fate: Fate, at: float) -> None:
    """End a message: whoever still waited gets a fate."""
    for each in message.recipients.values():
        if each.fate is Fate.PENDING:
            each.fate, each.at = fate, at
    message.total = 0
    message.is_open = False


def _expire(message: Message, at: float) -> None:
    """Fail whoever waits, for the cause of the last deferral; the message's `removed` follows."""
    for number in range(min(message.untried(), RECIPIENTS_LIMIT)):
        message.recipients[f"\n\n{number}"] = Recipient("", cause=_EXPIRED)
    for each in message.recipients.values():
        if each.fate is Fate.PENDING:
            each.fate, each.at, each.expired = Fate.FAILED, at, True
    message.total = 0


_FATES = {
    DeliveryStatus.DEFERRED: Fate.PENDING,
    DeliveryStatus.SOFT_BOUNCED: Fate.PENDING,
    DeliveryStatus.BOUNCED: Fate.FAILED,
    DeliveryStatus.DISCARDED: Fate.WITHDRAWN,
}
_ENDINGS = {
    Ending.REMOVED: Fate.UNKNOWN,
    Ending.DELETED: Fate.WITHDRAWN,
    Ending.REQUEUED: Fate.MOVED,
    Ending.REFUSED: Fate.WITHDRAWN,
}
