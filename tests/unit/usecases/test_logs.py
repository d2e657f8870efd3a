from __future__ import annotations

import gzip
import io
import os
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from mailwright.errors import MailwrightError
from mailwright.model.figures import Outcomes
from mailwright.usecases import logs
from mailwright.usecases.logs import summarise
from tests.support.watched import BOUNCED, DEFERRED, SENT, delivery

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from mailwright.usecases.logs import LogSummary


def moment(hour: int) -> float:
    return datetime(2026, 11, 24, hour, tzinfo=UTC).timestamp()


def line(hour: int, number: int, status: str = SENT) -> str:
    tag, text = delivery(number, status)
    return f"2026-11-24T{hour:02}:00:00Z mx1 {tag}[1]: {text}\n"


def read(*names: object, since: float | None = None, until: float | None = None) -> LogSummary:
    texts: Sequence[str] = [str(name) for name in names]
    return summarise(texts, since, until, clock=lambda: moment(23))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A log that was rotated twice: deferred, deferred, sent."""
    with gzip.open(tmp_path / "mail.log.2.gz", "wt") as file:
        file.write(line(1, 1, DEFERRED))
    (tmp_path / "mail.log.1").write_text(line(2, 1, DEFERRED))
    (tmp_path / "mail.log").write_text(line(3, 1) + line(4, 2, BOUNCED) + "odd\n")
    return tmp_path


def test_files_are_read_from_the_oldest_on_in_whatever_order(folder: Path) -> None:
    summary = read(*sorted(folder.iterdir()))
    counted = summary.figures
    assert counted.outcomes == Outcomes(delivered=1, failed=1)
    assert (counted.attempts.deferred, counted.messages) == (2, 2)
    assert (counted.lines, counted.unparsed, summary.mail_lines) == (5, 1, 4)


def test_a_span_of_time(folder: Path) -> None:
    names = sorted(folder.iterdir())
    assert read(*names, since=moment(4)).figures.outcomes == Outcomes(failed=1)
    assert read(*names, until=moment(3)).figures.outcomes == Outcomes(pending=1)
    assert read(*names, since=moment(3), until=moment(4)).figures.outcomes == Outcomes(1)


@pytest.mark.parametrize("packed", [False, True])
def test_standard_input_plain_and_packed(monkeypatch: pytest.MonkeyPatch, packed: bool) -> None:
    data = line(3, 1).encode()
    stream = io.BufferedReader(io.BytesIO(gzip.compress(data) if packed else data))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(stream))
    assert read("-").figures.outcomes == Outcomes(delivered=1)


def test_a_file_without_a_line_end_loses_no_line(tmp_path: Path) -> None:
    (tmp_path / "mail.log").write_text((line(3, 1) + line(3, 2)).rstrip("\n"))
    assert read(tmp_path / "mail.log").figures.outcomes == Outcomes(delivered=2)


def test_a_year_comes_from_the_files_own_time(tmp_path: Path) -> None:
    tag, text = delivery(1)
    path = tmp_path / "mail.log"
    path.write_text(f"Dec 31 12:00:00 mx1 {tag}[1]: {text}\n")
    stamp = datetime(2021, 1, 2, tzinfo=UTC).timestamp()
    os.utime(path, (stamp, stamp))
    (hour,) = read(path).figures.hours
    assert datetime.fromtimestamp(hour.start, UTC).year == 2020


def test_a_large_file_comes_in_slices(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "SLICE", 100)
    (tmp_path / "mail.log").write_text("".join(line(3, number) for number in range(50)))
    assert read(tmp_path / "mail.log").figures.outcomes == Outcomes(delivered=50)


def test_a_log_of_something_else_has_no_mail_lines(tmp_path: Path) -> None:
    (tmp_path / "auth.log").write_text("Nov 24 05:06:02 mx1 sshd[1]: Connection closed\n")
    assert read(tmp_path / "auth.log").mail_lines == 0


@pytest.mark.parametrize("damage", ["absent", "folder", "cut off", "no gzip"])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "mail.log.gz"
    if damage == "folder":
        path.mkdir()
    elif damage == "cut off":
        path.write_bytes(gzip.compress(b"x" * 100_000)[:-20])
    elif damage == "no gzip":
        path.write_bytes(b"\x1f\x8b" + b"no gzip" * 10)
    with pytest.raises(MailwrightError) as caught:
        read(path)
    assert caught.value.code == "cli.log-unreadable"
    assert str(path) in caught.value.message
