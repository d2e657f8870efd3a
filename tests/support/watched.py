"""A server to watch that is nothing but answers: the words of resources/server/watch.sh."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from mailwright.errors import MailwrightError
from mailwright.transport.base import CommandResult

NOW = 1_764_000_000.0
"""The clock of `tests.support.memory`."""

SENT = "dsn=2.0.0, status=sent (250 ok)"
BOUNCED = (
    "dsn=5.1.1, status=bounced (host r.example[192.0.2.1] said: 550 5.1.1 User unknown "
    "(in reply to RCPT TO command))"
)
DEFERRED = (
    "dsn=4.2.2, status=deferred (host r.example[192.0.2.1] said: 452 4.2.2 over quota "
    "(in reply to RCPT TO command))"
)


def delivery(number: int, status: str = SENT) -> tuple[str, str]:
    """The service and the text of an attempt for one recipient of one message."""
    text = "relay=r.example[192.0.2.1]:25, delay=1.5, delays=1/0/0/0.5"
    return "postfix/smtp", f"A{number:06X}: to=<u{number}@y.example>, {text}, {status}"


@dataclass
class Watched:
    """The server. `losses` are the numbers of looks whose answer never comes."""

    entries: list[str] = field(default_factory=list)
    counts: Mapping[str, int] = field(default_factory=dict)
    listing: str = ""
    lists: bool = True
    words: dict[str, str] = field(default_factory=dict)
    losses: set[int] = field(default_factory=set)
    looks: int = 0
    cursors: list[str] = field(default_factory=list)
    piece: int = 1_000_000

    def write(self, *lines: tuple[str, str], at: float = NOW - 60) -> None:
        """Add entries to the journal."""
        for tag, message in lines:
            number = len(self.entries) + 1
            entry = {
                "__CURSOR": f"s=a;i={number:x};b=b;m={number:x};t={number:x};x=0",
                "__REALTIME_TIMESTAMP": str(int((at + number / 1000) * 1_000_000)),
                "_HOSTNAME": "mx1",
                "SYSLOG_IDENTIFIER": tag,
                "MESSAGE": message,
            }
            self.entries.append(json.dumps(entry) + "\n")

    def answer(self, script: str, _payload: bytes) -> CommandResult:
        """Answer a look."""
        self.looks += 1
        if self.looks in self.losses:
            raise MailwrightError("transport.lost", "lost")
        counts = dict.fromkeys(("maildrop", "incoming", "active", "deferred", "hold"), 0)
        words = {
            "time": f"{NOW:.6f}",
            "zone": "+0000",
            "source": "journal",
            "log": "ok",
            "running": "yes",
            **({"listing": "yes"} if self.lists else {}),
            **{f"in-{name}": str(n) for name, n in {**counts, **self.counts}.items()},
            **self.words,
        }
        mark, cursor = _variable(script, "mark"), _variable(script, "cursor")
        self.cursors.append(cursor)
        head = "".join(f"{word}\t{value}\n" for word, value in words.items())
        log = self._log(cursor) if words["log"] == "ok" else ""
        parts = (gzip.compress(text.encode()) for text in (log, self.listing))
        return CommandResult(0, head.encode() + b"".join(_parts(mark, *parts)))

    def _log(self, cursor: str) -> str:
        begun = next((n for n, line in enumerate(self.entries) if cursor and cursor in line), 0)
        return "".join(self.entries[begun:])[: self.piece]


def _variable(script: str, name: str) -> str:
    found = re.search(rf"^{name}='?([^'\n]*)'?$", script, re.MULTILINE)
    assert found is not None, f"no {name} in the script"
    return found[1]


def _parts(mark: str, log: bytes, listing: bytes) -> tuple[bytes, ...]:
    line = f"{mark}\n".encode()
    return (line, log, b"\n", line, listing)
