"""The texts of Postfix's log lines, 3.5 and newer, and the events that they tell.

Each function takes a text behind `QUEUE-ID: ` and trusts nothing in it: addresses are read as
RFC 5321 quotes them, fields by their order, and what stands in a status's brackets is never
searched for fields.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from mailwright.model.delivery import (
    DeliveryAttempt,
    DeliveryStatus,
    Ending,
    EnhancedStatusCode,
    LogEvent,
    MailRefused,
    MessageEnded,
    MessageQueued,
    NoticeQueued,
)
from mailwright.mta.postfix.replies import split_reply

# Short: five hex digits of the microsecond and the inode. Long: base 52, `z` before the inode.
QUEUE_ID = r"[0-9A-F]{6,}|[0-9B-DF-HJ-NP-TV-Zb-df-hj-np-tv-z]{10,}"
_ADDRESS = r'(?:"(?:[^"\\]|\\.)*"|[^"<>])*'
# Postfix writes some addresses of its own without brackets.
_WRITTEN = rf"<{_ADDRESS}>|[^<>\"\s,]+"
_DELIVERY = re.compile(
    rf"to=(?P<to>{_WRITTEN})(?:, orig_to=(?P<original>{_WRITTEN}))?"
    r", relay=(?P<relay>[^,]*)(?:, conn_use=\d+)?, delay=(?P<delay>[\d.]+)"
    r"(?:, delays=(?P<delays>[\d./]+))?(?:, tls=.*?)?(?:, dsn=(?P<dsn>\d\.\d+\.\d+))?"
    r", status=(?P<status>[A-Za-z-]+)(?: \((?P<text>.*))?",
    re.DOTALL,
)
_ACTIVE = re.compile(
    rf"from=<(?P<sender>{_ADDRESS})>, size=(?P<size>\d+), nrcpt=(?P<count>\d+) \(queue active\)"
)
_EXPIRED = re.compile(rf"from=<{_ADDRESS}>, status=(?:force-)?expired, returned to sender")
_PICKED_UP = re.compile(
    rf"uid=(?P<uid>\d+) from=<(?P<sender>{_ADDRESS})>(?: orig_id=(?P<before>{QUEUE_ID}))?"
)
_CLIENT = re.compile(r"client=(?P<client>[^,]*)(?:.*, sasl_username=(?P<user>[^,]*))?")
_NOTICE = re.compile(
    rf"(?:sender|postmaster) (?:non-delivery|delay|delivery status) notification: "
    rf"(?P<child>{QUEUE_ID})"
)
_REFUSED = re.compile(r"(?:milter-)?reject: (?P<stage>[A-Z-]+) from (?P<client>\S+): (?P<text>.*)")
_REFUSED_CONTENT = re.compile(r"reject: (?:mime-|nested-)?(?:header|body) ")
_REFUSED_CODE = re.compile(r"(?P<code>[45]\d\d )?(?P<dsn>[45]\.\d+\.\d+) ")
_QUEUED_AS = re.compile(rf"(?:.* queued as|forwarded as) (?P<id>{QUEUE_ID})\)?$")
_LOOPBACK = re.compile(r"\[(?:127\.[\d.]+|::1|[^\]]*/[^\]]*)\](?::\d+)?$")

_STATUSES = {
    "sent": DeliveryStatus.SENT,
    "deferred": DeliveryStatus.DEFERRED,
    "bounced": DeliveryStatus.BOUNCED,
    "SOFTBOUNCE": DeliveryStatus.SOFT_BOUNCED,
}
# verify(8): probes of addresses, which carry no mail.
_PROBES = frozenset({"deliverable", "undeliverable", "undeliverable-but-not-cached"})


class Line(NamedTuple):
    """Where a text stood."""

    time: float
    host: str
    service: str
    queue_id: str


class UnreadableError(Exception):
    """A line that must be an event has a form that is not known."""


def event_of(line: Line, text: str) -> LogEvent | None:
    """Read what follows `QUEUE-ID: `; None for a line that tells of no event.

    Raises UnreadableError.
    """
    if text.startswith("to="):
        return _delivery(line, text)
    reader = _READERS.get(line.service)
    return None if reader is None else reader(line, text)


def _delivery(line: Line, text: str) -> DeliveryAttempt | None:
    found = _DELIVERY.fullmatch(text)
    if found is None:
        raise UnreadableError
    word, inner = found["status"], found["text"] or ""
    if word in _PROBES:
        return None
    status = _STATUSES.get(word)
    if status is None:
        raise UnreadableError
    whole = inner.endswith(")")
    inner = inner[:-1] if whole else inner
    if status is DeliveryStatus.SENT and found["relay"] == "none":
        status = DeliveryStatus.DISCARDED  # discard(8) alone delivers to no relay
    return DeliveryAttempt(
        line.time,
        line.host,
        line.queue_id,
        _bare(found["to"]),
        status,
        split_reply(inner, whole=whole),
        EnhancedStatusCode.parse(found["dsn"] or ""),
        found["relay"],
        _number(found["delay"]),
        tuple(map(_number, (found["delays"] or "").split("/"))) if found["delays"] else (),
        _bare(found["original"] or ""),
        _next_queue_id(status, found["relay"], inner),
    )


def _bare(written: str) -> str:
    return written[1:-1] if written.startswith("<") else written


def _number(text: str) -> float:
    try:
        return float(text or "0")
    except ValueError:
        raise UnreadableError from None


def _next_queue_id(status: DeliveryStatus, relay: str, reply: str) -> str:
    """The new id of a message that stays on this server; a remote server cannot name one."""
    if status is not DeliveryStatus.SENT or not (relay == "local" or _LOOPBACK.search(relay)):
        return ""
    found = _QUEUED_AS.fullmatch(reply)
    return found["id"] if found else ""


def _qmgr(line: Line, text: str) -> LogEvent | None:
    if text == "removed":
        return _ended(line, Ending.REMOVED)
    if not text.startswith("from=<"):
        return None
    if found := _ACTIVE.fullmatch(text):
        return MessageQueued(
            *_where(line), found["sender"], int(found["size"]), int(found["count"])
        )
    if _EXPIRED.fullmatch(text):
        return _ended(line, Ending.EXPIRED)
    raise UnreadableError


def _pickup(line: Line, text: str) -> LogEvent | None:
    if not text.startswith("uid="):
        return None
    found = _PICKED_UP.fullmatch(text)
    if found is None:
        raise UnreadableError
    return MessageQueued(
        *_where(line),
        found["sender"],
        is_new=True,
        origin=f"uid {found['uid']}",
        follows=found["before"] or "",
    )


def _smtpd(line: Line, text: str) -> LogEvent | None:
    if text.startswith("client="):
        found = _CLIENT.match(text)
        if found is None:
            raise UnreadableError
        return MessageQueued(*_where(line), is_new=True, origin=found["user"] or found["client"])
    return refusal_of(line, text)


def refusal_of(line: Line, text: str) -> MailRefused | None:
    """Read `reject: RCPT from …`, behind a queue id or `NOQUEUE`; None for anything else."""
    found = _REFUSED.match(text)
    if found is None:
        return None
    # smtpd(8) adds the envelope behind the last semicolon of its own.
    words = found["text"].rpartition("; from=<")[0] or found["text"].rpartition("; proto=")[0]
    words = words or found["text"]
    code = _REFUSED_CODE.match(words)
    return MailRefused(
        line.time,
        line.host,
        found["client"],
        split_reply(words),
        EnhancedStatusCode.parse(code["dsn"]) if code else None,
    )


def _cleanup(line: Line, text: str) -> LogEvent | None:
    """cleanup(8) sees every message first, and refuses some, which leave no `removed` behind."""
    if text.startswith(("message-id=", "resent-message-id=")):
        return MessageQueued(*_where(line), is_new=True)
    if text == "canceled" or _REFUSED.match(text) or _REFUSED_CONTENT.match(text):
        return _ended(line, Ending.REFUSED)
    return None


def _bounce(line: Line, text: str) -> LogEvent | None:
    found = _NOTICE.fullmatch(text)
    if found is None:
        return None
    return NoticeQueued(line.time, line.host, found["child"], line.queue_id)


def _postsuper(line: Line, text: str) -> LogEvent | None:
    ending = {"removed": Ending.DELETED, "requeued": Ending.REQUEUED}.get(text)
    return None if ending is None else _ended(line, ending)


def _ended(line: Line, ending: Ending) -> MessageEnded:
    return MessageEnded(line.time, line.host, line.queue_id, ending)


def _where(line: Line) -> tuple[float, str, str]:
    return line.time, line.host, line.queue_id


_READERS = {
    "qmgr": _qmgr,
    "oqmgr": _qmgr,
    "nqmgr": _qmgr,
    "pickup": _pickup,
    "smtpd": _smtpd,
    "cleanup": _cleanup,
    "bounce": _bounce,
    "postsuper": _postsuper,
}
