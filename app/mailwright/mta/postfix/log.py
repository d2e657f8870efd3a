"""Read a Postfix log, piece by piece, into events that know nothing of Postfix.

Takes what syslog writes into files (RFC 3164 and RFC 3339 time stamps, postlogd's own files)
and what journald prints (`journalctl -o json`, `-o short-iso-precise`). Events come one at a
time, so that whoever reads can do other things between them.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

from mailwright.model.delivery import LogEvent, LogGap
from mailwright.mta.postfix.log_texts import QUEUE_ID, Line, UnreadableError, event_of, refusal_of
from mailwright.mta.postfix.log_times import Stamps

if TYPE_CHECKING:
    from collections.abc import Iterator

LINE_LIMIT = 65_536
"""Bytes of one line; Postfix writes 2,000 characters at the most."""

_TEXT_LINE = re.compile(
    r"(?:<\d{1,3}>)?"
    r"(?P<stamp>[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\S*) "
    r"(?P<host>\S+) (?P<tag>[^\s\[:]+)(?:\[\d+\])?: (?P<text>.*)"
)
_WITH_ID = re.compile(rf"({QUEUE_ID}): (.*)", re.DOTALL)
_LEVEL = re.compile(r"(?:warning|error|fatal|panic): ")
# journald drops by unit (RateLimitBurst); other units' messages are not missed here.
_SUPPRESSED = re.compile(r"Suppressed (\d+) messages from postfix")
_LOST = re.compile(r".*?(\d+) messages lost due to rate-limiting")
_LOGGERS = frozenset({"systemd-journald", "rsyslogd"})


@dataclass(slots=True)
class LogReader:
    """Turns bytes of a log into events; what was not readable is counted.

    `lines` counts all lines, `ours` those of the mail server, `unparsed` those that had no
    readable form or that should have been an event. `host` is the host of every line; None
    takes the name that each line has, for a log that several hosts write.
    """

    stamps: Stamps
    host: str | None = None
    lines: int = 0
    ours: int = 0
    unparsed: int = 0
    _rest: bytes = b""

    def feed(self, data: bytes) -> Iterator[LogEvent]:
        """Read a piece of a file; a line that is not whole waits for the next piece."""
        *whole, rest = (self._rest + data).split(b"\n")
        # An endless line is nobody's log: what it began as is counted once it ends.
        self._rest = rest[: LINE_LIMIT + 1]
        for line in whole:
            if (event := self.line(line)) is not None:
                yield event

    def end(self) -> Iterator[LogEvent]:
        """Read what the file ends with where no line end follows."""
        rest, self._rest = self._rest, b""
        if rest and (event := self.line(rest)) is not None:
            yield event

    def line(self, line: bytes) -> LogEvent | None:
        """Read one line of a file."""
        self.lines += 1
        if len(line) > LINE_LIMIT:
            self.unparsed += 1
            return None
        if line.startswith(b"{"):
            return self._entry(line)
        found = _TEXT_LINE.fullmatch(line.decode("utf-8", "replace").rstrip("\r"))
        if found is None:
            self.unparsed += bool(line.strip())
            return None
        time = self.stamps.seconds(found["stamp"])
        if time is None:
            self.unparsed += 1
            return None
        return self._event(time, found["host"], found["tag"], found["text"])

    def entries(self, data: bytes) -> Iterator[LogEvent]:
        """Read what `journalctl -o json` printed; an entry that was cut off is left out."""
        # Line by line: to split megabytes in one go would hold every other thread up.
        for line in BytesIO(data):
            if not line.endswith(b"\n"):
                return
            self.lines += 1
            if (event := self._entry(line)) is not None:
                yield event

    def _entry(self, line: bytes) -> LogEvent | None:
        try:
            entry = json.loads(line)
            time = int(entry["__REALTIME_TIMESTAMP"]) / 1_000_000
            texts = [_text(entry.get(name)) for name in ("_HOSTNAME", "SYSLOG_IDENTIFIER")]
            message = _text(entry.get("MESSAGE"))
        except (ValueError, KeyError, TypeError, RecursionError):
            self.unparsed += 1
            return None
        return self._event(time, texts[0], texts[1], message)

    def _event(self, time: float, host: str, tag: str, text: str) -> LogEvent | None:
        host = host if self.host is None else self.host
        if "/" not in tag:
            return _gap(time, host, text) if tag in _LOGGERS else None
        self.ours += 1
        service = tag.rpartition("/")[2]
        if text.startswith("NOQUEUE: "):
            return refusal_of(Line(time, host, service, ""), text[9:])
        found = _WITH_ID.match(text)
        if found is None:
            return None
        try:
            return event_of(Line(time, host, service, found[1]), found[2])
        except UnreadableError:
            self.unparsed += 1
            return None


def _text(value: object) -> str:
    """A field of an entry: text, or a list of bytes where it is no UTF-8."""
    if isinstance(value, list):
        return bytes(value).decode("utf-8", "replace")
    return value if isinstance(value, str) else ""


def _gap(time: float, host: str, text: str) -> LogGap | None:
    found = _SUPPRESSED.match(text) or _LOST.match(text)
    return LogGap(time, host, int(found[1])) if found else None
