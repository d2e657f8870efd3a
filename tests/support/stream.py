"""A server whose mail log grows while it is watched: it answers resources/server/watch.sh."""

from __future__ import annotations

import gzip
import re
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime

from mailwright.transport.base import CommandResult

QUEUED = ("maildrop", "incoming", "active", "deferred", "hold")
_ENDS = (
    (7, "bounced", "5.1.1", "host mx.a.example[192.0.2.9] said: 550 5.1.1 User unknown"),
    (5, "deferred", "4.2.2", "host mx.b.example[192.0.2.8] said: 452 4.2.2 Mailbox full"),
    (1, "sent", "2.0.0", "250 2.0.0 Ok: queued"),
)


def lines(number: int, at: float) -> str:
    """The log of one message: every seventh bounces, every fifth of the others is deferred."""
    queue_id = f"{number:010X}"
    status, code, said = next(end[1:] for end in _ENDS if number % end[0] == 0)
    begin = f"{_stamp(at)} mx1 postfix"
    done = f"{begin}/qmgr[2]: {queue_id}: removed\n" if status != "deferred" else ""
    return (
        f"{begin}/pickup[1]: {queue_id}: uid=0 from=<root@mx1.example>\n"
        f"{begin}/qmgr[2]: {queue_id}: from=<root@mx1.example>, size=420, nrcpt=1 (queue active)\n"
        f"{begin}/smtp[3]: {queue_id}: to=<user{number}@{number % 40}.example>, "
        f"relay=mx.example[192.0.2.9]:25, delay=0.4, delays=0.1/0/0.1/0.2, dsn={code}, "
        f"status={status} ({said})\n{done}"
    )


def _stamp(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f+00:00")


@dataclass
class GrowingLog:
    """A log in a file; `write` may be called in another thread than the watch asks in."""

    now: float
    data: bytes = b""
    asked: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def write(self, first: int, count: int) -> None:
        """Write the lines of some messages."""
        text = "".join(lines(number, self.now) for number in range(first, first + count))
        with self._lock:
            self.data += text.encode()

    def answer(self, script: str, _payload: bytes) -> CommandResult:
        """Answer one look."""
        with self._lock:
            data = self.data
        self.asked += 1
        mark = _variable("mark", script)
        start = int(_variable("offset", script))
        counts = "".join(f"in-{name}\t0\n" for name in QUEUED)
        head = (
            f"time\t{self.now + 1}\nzone\t+0000\nsource\t/var/log/mail.log\ninode\t7\n"
            f"start\t{min(len(data), 256)}\nsum\t1\nfrom\t{start}\nlog\tok\n"
            f"running\tyes\n{counts}listing\tyes\n"
        )
        parts = (f"{head}{mark}\n".encode(), gzip.compress(data[start:], 1))
        end = (f"\n{mark}\n".encode(), gzip.compress(b"", 1))
        return CommandResult(0, b"".join((*parts, *end)))


def _variable(name: str, script: str) -> str:
    found = re.search(rf"^{name}=(.*)$", script, re.MULTILINE)
    if found is None:
        raise LookupError(name)
    return found[1].strip("'")
