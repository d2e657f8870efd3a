"""What a mail server's log tells about its deliveries, in words that no mail server owns.

Times are seconds since the epoch, UTC. A queue id names a message on one host, and only while
it is in the queue: an id may come back later for another message.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

_STATUS_CODE = re.compile(r"([245])\.(\d{1,3})\.(\d{1,3})", re.ASCII)


class DeliveryStatus(StrEnum):
    """How one attempt for one recipient ended.

    `soft-bounced` was refused for good and is kept nevertheless (Postfix: `soft_bounce`);
    `discarded` was thrown away by order of the administrator.
    """

    SENT = "sent"
    DEFERRED = "deferred"
    SOFT_BOUNCED = "soft-bounced"
    BOUNCED = "bounced"
    DISCARDED = "discarded"


@dataclass(frozen=True, slots=True, order=True)
class EnhancedStatusCode:
    """`class.subject.detail` of RFC 3463: 2 success, 4 persistent transient, 5 permanent."""

    klass: int
    subject: int
    detail: int

    @classmethod
    def parse(cls, text: str) -> EnhancedStatusCode | None:
        """Read `5.1.1`; None for anything else."""
        found = _STATUS_CODE.fullmatch(text)
        return None if found is None else cls(*map(int, found.groups()))

    def __str__(self) -> str:
        return f"{self.klass}.{self.subject}.{self.detail}"


@dataclass(frozen=True, slots=True)
class Reply:
    """Why an attempt ended as it did. All of it is text from outside.

    `text` is what the log shows, `words` the speaker's part alone: the remote server's where
    `by_peer`, else the own mail server's. `code` is the SMTP reply code (RFC 5321 section
    4.2), `command` what it answers (`RCPT TO`, `end of DATA`; `greeting` for a server that
    refused to talk); both are empty where they are not known.
    """

    text: str
    words: str
    by_peer: bool = False
    code: str = ""
    command: str = ""


@dataclass(frozen=True, slots=True)
class MessageQueued:
    """A message was taken, or went into the active queue (again, at every retry).

    `sender` is None while it is not known, and empty for the null reverse-path (RFC 5321
    section 4.5.5). `recipients` counts those that are left. `is_new` where the line can only
    be a message's first; `follows` is the id that the same message had before.
    """

    time: float
    host: str
    queue_id: str
    sender: str | None = None
    size: int | None = None
    recipients: int | None = None
    is_new: bool = False
    origin: str = ""
    follows: str = ""


@dataclass(frozen=True, slots=True)
class DeliveryAttempt:
    """One attempt for one recipient.

    `original_recipient` is the address before aliases, where it differs. `delay` is in seconds
    since the message came in; `delays` are its parts: before the queue manager, in it, setting
    up the connection, transmission. `next_queue_id` is the id under which the same server
    queued the message anew (a content filter, a forwarding alias).
    """

    time: float
    host: str
    queue_id: str
    recipient: str
    status: DeliveryStatus
    reply: Reply
    code: EnhancedStatusCode | None = None
    relay: str = ""
    delay: float = 0.0
    delays: tuple[float, ...] = ()
    original_recipient: str = ""
    next_queue_id: str = ""


class Ending(StrEnum):
    """How a message left the queue, or its time ran out.

    `removed`: nothing is left to do for it. `expired`: whoever is left is given up, and the
    message goes back to its sender. `deleted`: by an administrator, without delivery.
    `requeued`: it goes on under another id. `refused`: it was not taken after all.
    """

    REMOVED = "removed"
    EXPIRED = "expired"
    DELETED = "deleted"
    REQUEUED = "requeued"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class MessageEnded:
    """A message ended."""

    time: float
    host: str
    queue_id: str
    ending: Ending


@dataclass(frozen=True, slots=True)
class NoticeQueued:
    """The server wrote a notice about a message (it bounced, it is late): itself a message."""

    time: float
    host: str
    queue_id: str
    about: str


@dataclass(frozen=True, slots=True)
class MailRefused:
    """The server did not take a message or a recipient; `client` is who wanted to send."""

    time: float
    host: str
    client: str
    reply: Reply
    code: EnhancedStatusCode | None = None


@dataclass(frozen=True, slots=True)
class LogGap:
    """Lines of the log are lost; None where nobody counted them."""

    time: float
    host: str
    lines: int | None = None


LogEvent = MessageQueued | DeliveryAttempt | MessageEnded | NoticeQueued | MailRefused | LogGap


@dataclass(frozen=True, slots=True)
class QueuedRecipient:
    """A recipient of a message in the queue; `reason` is None before the first attempt."""

    address: str
    reason: Reply | None = None


@dataclass(frozen=True, slots=True)
class QueuedMessage:
    """A message as the queue's listing shows it; `queue` is the queue's own name."""

    queue: str
    queue_id: str
    arrived: float
    size: int
    sender: str
    recipients: tuple[QueuedRecipient, ...]
