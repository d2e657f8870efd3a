"""Summarise log files: the same figures as of a server that is watched, without any server."""

from __future__ import annotations

import gzip
import sys
import zlib
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from typing import IO, TYPE_CHECKING, BinaryIO

from mailwright.errors import MailwrightError
from mailwright.i18n import N_
from mailwright.model.figures import Figures
from mailwright.monitor.ledger import Ledger
from mailwright.monitor.metrics import figures
from mailwright.mta.postfix.log import LogReader
from mailwright.mta.postfix.log_times import Stamps

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from mailwright.model.delivery import LogEvent

STDIN = "-"
SLICE = 256 * 1024
"""Bytes that are read at a time."""

_GZIP = b"\x1f\x8b"
_HEAD = 64 * 1024


@dataclass(frozen=True, slots=True)
class LogSummary:
    """The figures of some files, and how many of their lines were the mail server's."""

    figures: Figures
    mail_lines: int


def summarise(
    names: Sequence[str],
    since: float | None = None,
    until: float | None = None,
    *,
    clock: Callable[[], float],
) -> LogSummary:
    """Read files, plain or gzip, and standard input for `-`; the oldest file first.

    Only what happened from `since` on and before `until` counts (seconds since the epoch).
    Stamps without a year are taken for the latest year that they can be of when the file was
    last written, and those without a zone for this computer's.
    Raises MailwrightError `cli.log-unreadable`.
    """
    ledger = Ledger()
    mail_lines = 0
    for name in _in_order(names, clock):
        reader = _reader(name, clock)
        for event in _events(name, reader):
            if (since is None or event.time >= since) and (until is None or event.time < until):
                ledger.take(event)
        ledger.count(clock(), lines=reader.lines, unparsed=reader.unparsed)
        mail_lines += reader.ours
    return LogSummary(figures(ledger), mail_lines)


def _reader(name: str, clock: Callable[[], float]) -> LogReader:
    try:
        newest = clock() if name == STDIN else Path(name).stat().st_mtime
    except OSError as error:
        raise _unreadable(name, error.strerror or str(error)) from error
    return LogReader(Stamps(newest))


def _events(name: str, reader: LogReader) -> Iterator[LogEvent]:
    with _opened(name) as file:
        while data := file.read(SLICE):
            yield from reader.feed(data)
    yield from reader.end()


def _in_order(names: Sequence[str], clock: Callable[[], float]) -> list[str]:
    """The files by their first line that has a time; standard input is the newest."""

    def first(name: str) -> float:
        if name == STDIN:
            return float("inf")
        reader = _reader(name, clock)
        with _opened(name) as file:
            event = next(reader.feed(file.read(_HEAD)), None)
        return float("inf") if event is None else event.time

    return list(names) if len(names) == 1 else sorted(names, key=first)


@contextmanager
def _opened(name: str) -> Iterator[IO[bytes] | gzip.GzipFile]:
    """Open a file, unpacked. Raises MailwrightError for whatever keeps it from being read."""
    try:
        with nullcontext(sys.stdin.buffer) if name == STDIN else Path(name).open("rb") as file:
            if not _peeked(file).startswith(_GZIP):
                yield file
                return
            with gzip.open(file) as unpacked:
                yield unpacked
    except (OSError, EOFError, zlib.error) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise _unreadable(name, reason) from error


def _peeked(file: BinaryIO) -> bytes:
    """The first bytes, which stay to be read; none of a stream that cannot show them."""
    return file.peek(len(_GZIP)) if isinstance(file, BufferedReader) else b""


def _unreadable(name: str, reason: str) -> MailwrightError:
    return MailwrightError(
        "cli.log-unreadable",
        N_("{file} cannot be read: {reason}."),
        remedy=N_("Name a log file, plain or gzip, or - for standard input."),
        args={"file": name, "reason": reason.rstrip(".")},
    )
