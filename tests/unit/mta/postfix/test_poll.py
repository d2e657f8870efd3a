"""The look at a server: the script in a real shell, on files and with programs of its own."""

from __future__ import annotations

import gzip
import json
import os
import re
import shutil
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from msgspec.structs import replace

from mailwright.errors import MailwrightError
from mailwright.model.delivery import DeliveryAttempt, LogEvent, LogGap
from mailwright.mta.postfix import poll
from mailwright.mta.postfix.poll import Look, Place, look
from mailwright.transport.base import CommandResult
from mailwright.transport.memory import MemoryTransport

SINCE = 1_000_000_000.0
QUEUES = ("maildrop", "incoming", "active", "deferred", "hold")

# What stands for journald: entries are lines of a file, in their order.
JOURNALCTL = """#!/bin/sh
[ -e "$FAR/entries" ] || exit 0
case "$*" in
*'-n 0'*) exit 0 ;;
*short-unix*) tail -n 1 "$FAR/newest" 2>/dev/null ;;
*--cursor=*)
    cursor=$(printf '%s\\n' "$*" | sed 's/.*--cursor=\\([^ ]*\\).*/\\1/')
    if grep -qF -- "$cursor" "$FAR/entries"
    then grep -F -A 100000 -- "$cursor" "$FAR/entries"
    else cat "$FAR/entries"; fi ;;
*) cat "$FAR/entries" ;;
esac
"""
POSTCONF = """#!/bin/sh
case $2 in
queue_directory) echo "$FAR/spool" ;;
maillog_file) cat "$FAR/maillog_file" 2>/dev/null ;;
esac
"""
POSTQUEUE = """#!/bin/sh
cat "$FAR/listing" 2>/dev/null
"""


@dataclass
class Far:
    """A server under one folder."""

    folder: Path
    place: Place = field(default_factory=Place)
    events: list[LogEvent] = field(default_factory=list)
    looks: int = 0
    since: float = SINCE

    def __post_init__(self) -> None:
        programs = {"journalctl": JOURNALCTL, "postconf": POSTCONF, "postqueue": POSTQUEUE}
        (self.folder / "bin").mkdir()
        for name, text in programs.items():
            (self.folder / "bin" / name).write_text(text)
            (self.folder / "bin" / name).chmod(0o755)
        for name in QUEUES:
            (self.folder / "spool" / name).mkdir(parents=True)
        (self.folder / "log").mkdir()
        (self.folder / "spool" / "pid").mkdir()
        (self.folder / "spool" / "pid" / "master.pid").write_text(f"{os.getpid():>10}\n")

    @property
    def log(self) -> Path:
        return self.folder / "log" / "mail.log"

    def run(self, script: str, payload: bytes = b"", *, limit: float = 60.0) -> CommandResult:
        del payload
        script = script.replace("/var/log", f"{self.folder}/log")
        script = script.replace("/run/log", f"{self.folder}/run")
        environment = {
            **os.environ, "FAR": str(self.folder), "LC_ALL": "C", "TZ": "UTC",
            "PATH": f"{self.folder}/bin:{os.environ['PATH']}",
        }  # fmt: skip
        done = subprocess.run(
            ["/bin/sh", "-c", script],
            check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment,
            timeout=limit,
        )  # fmt: skip
        return CommandResult(done.returncode, done.stdout)

    def close(self) -> None:
        """Nothing to end."""

    def look(self, *, list_queue: bool = False) -> Look:
        """Look, as the watch does, and keep what came."""
        seen = look(self, self.place, self.since, list_queue=list_queue)
        events = list(seen.piece.events())
        last = max((event.time for event in events), default=0.0)
        self.place = replace(seen.place, last=max(self.place.last, last))
        self.events += events
        self.looks += 1
        return seen

    def look_until_quiet(self) -> list[str]:
        """Look until nothing more comes; returns the recipients, in order."""
        while self.look().has_more:
            assert self.looks < 100
        return self.recipients()

    def recipients(self) -> list[str]:
        return [event.recipient for event in self.events if isinstance(event, DeliveryAttempt)]

    def gaps(self) -> int:
        return sum(isinstance(event, LogGap) for event in self.events)

    def write(self, *numbers: int) -> None:
        with self.log.open("a") as file:
            file.writelines(text_line(number) + "\n" for number in numbers)
        os.utime(self.log, (moment(numbers[-1]), moment(numbers[-1])))

    def enter(self, *numbers: int) -> None:
        with (self.folder / "entries").open("a") as file:
            file.writelines(entry(number) + "\n" for number in numbers)
        (self.folder / "newest").write_text(f"{int(moment(numbers[-1]))}.000000 mx1 postfix\n")


def moment(number: int) -> float:
    return 1_795_500_000.0 + number


def attempt(number: int) -> str:
    return (
        f"A{number:06X}: to=<u{number}@y.example>, relay=r.example[192.0.2.1]:25, delay=1, "
        "delays=1/0/0/0, dsn=2.0.0, status=sent (250 ok)"
    )


def text_line(number: int) -> str:
    stamp = time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime(moment(number)))
    return f"{stamp} mx1 postfix/smtp[1]: {attempt(number)}"


def entry(number: int) -> str:
    microseconds = int(moment(number) * 1_000_000)
    return json.dumps(
        {
            "__CURSOR": f"s=a1;i={number:x};b=b2;m={number:x};t={microseconds:x};x=0",
            "__REALTIME_TIMESTAMP": str(microseconds),
            "_HOSTNAME": "mx1",
            "SYSLOG_IDENTIFIER": "postfix/smtp",
            "MESSAGE": attempt(number),
        }
    )


def wanted(*numbers: int) -> list[str]:
    return [f"u{number}@y.example" for number in numbers]


@pytest.fixture
def far(tmp_path: Path) -> Far:
    return Far(tmp_path)


def test_the_journal_is_read_once_and_only_what_is_new(far: Far) -> None:
    far.enter(1, 2, 3)
    assert far.look_until_quiet() == wanted(1, 2, 3)
    assert far.place.source == "journal"
    assert far.look_until_quiet() == wanted(1, 2, 3)
    far.enter(4)
    assert far.look_until_quiet() == wanted(1, 2, 3, 4)
    assert far.gaps() == 0


def test_a_long_journal_comes_in_pieces(far: Far, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(poll, "LOG_LIMIT", 1_000)
    far.enter(*range(1, 30))
    assert far.look_until_quiet() == wanted(*range(1, 30))
    assert far.looks > 5
    assert far.gaps() == 0


def test_an_answer_that_never_came_changes_nothing(far: Far) -> None:
    far.enter(1, 2)
    far.look_until_quiet()
    far.enter(3)
    look(far, far.place, SINCE)  # lost on its way
    assert far.look_until_quiet() == wanted(1, 2, 3)


def test_a_journal_that_lost_our_place_has_a_gap_and_counts_nothing_twice(far: Far) -> None:
    far.enter(1, 2, 3)
    far.look_until_quiet()
    lines = (far.folder / "entries").read_text().splitlines(keepends=True)
    (far.folder / "entries").write_text("".join(lines[:2]))
    far.enter(5, 6)
    assert far.look_until_quiet() == wanted(1, 2, 3, 5, 6)
    assert far.gaps() == 1
    far.enter(7)
    assert far.look_until_quiet() == wanted(1, 2, 3, 5, 6, 7)
    assert far.gaps() == 1


def test_an_empty_journal_after_a_full_one_is_a_gap(far: Far) -> None:
    far.enter(1, 2)
    far.look_until_quiet()
    (far.folder / "entries").write_text("")
    far.look_until_quiet()
    assert far.gaps() == 1
    far.enter(3)
    assert far.look_until_quiet() == wanted(1, 2, 3)
    assert far.gaps() == 1


def test_entries_that_moved_to_the_disk_are_known_again(far: Far) -> None:
    far.enter(1, 2)
    far.look_until_quiet()
    entries = far.folder / "entries"
    known = far.place.cursor
    entries.write_text(entries.read_text().replace("s=a1", "s=c3"))
    far.place = replace(far.place, cursor=known)
    # journalctl seeks to the nearest entry, which is the same one in another file.
    text = entries.read_text().splitlines(keepends=True)
    entries.write_text(text[1])
    far.enter(3)
    assert far.look_until_quiet() == wanted(1, 2, 3)
    assert far.gaps() == 0


def test_a_file_is_read_on_from_where_it_was(far: Far) -> None:
    far.write(1, 2)
    assert far.look_until_quiet() == wanted(1, 2)
    assert far.place.source == str(far.log)
    far.write(3)
    assert far.look_until_quiet() == wanted(1, 2, 3)


def test_a_line_that_is_half_written_waits(far: Far) -> None:
    far.write(1)
    with far.log.open("a") as file:
        file.write(text_line(2)[:30])
    assert far.look_until_quiet() == wanted(1)
    with far.log.open("a") as file:
        file.write(text_line(2)[30:] + "\n")
    assert far.look_until_quiet() == wanted(1, 2)


def test_a_long_file_comes_in_pieces(far: Far, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(poll, "LOG_LIMIT", 1_000)
    far.write(*range(1, 30))
    assert far.look_until_quiet() == wanted(*range(1, 30))
    assert far.looks > 4


def rotate(far: Far) -> None:
    """As logrotate does by name, with compress and delaycompress."""
    folder = far.log.parent
    old = folder / "mail.log.1"
    if old.exists():
        with old.open("rb") as source, gzip.open(folder / "mail.log.2.gz", "wb") as packed:
            shutil.copyfileobj(source, packed)
        times = old.stat().st_mtime
        os.utime(folder / "mail.log.2.gz", (times, times))
    far.log.rename(old)


def test_a_server_that_is_renamed_stays_the_same(far: Far) -> None:
    far.write(1)
    with far.log.open("a") as file:
        file.write(text_line(2).replace(" mx1 ", " mx2 ") + "\n")
    assert far.look_until_quiet() == wanted(1, 2)
    assert {event.host for event in far.events} == {""}


def test_a_rotation_loses_nothing(far: Far) -> None:
    far.write(1, 2)
    far.look_until_quiet()
    far.write(3)
    rotate(far)
    assert far.look_until_quiet() == wanted(1, 2, 3)
    far.write(4, 5)
    assert far.look_until_quiet() == wanted(1, 2, 3, 4, 5)
    far.write(6)
    assert far.look_until_quiet() == wanted(1, 2, 3, 4, 5, 6)
    assert far.gaps() == 0


def test_the_old_file_is_read_while_the_new_one_is_empty(far: Far) -> None:
    far.write(1)
    far.look_until_quiet()
    rotate(far)
    far.log.touch()
    far.look_until_quiet()
    with (far.log.parent / "mail.log.1").open("a") as file:
        file.write(text_line(2) + "\n")  # the writer was not told yet
    assert far.look_until_quiet() == wanted(1, 2)
    far.write(3)
    assert far.look_until_quiet() == wanted(1, 2, 3)
    assert far.gaps() == 0


def test_two_rotations_later_the_place_is_in_a_packed_file(far: Far) -> None:
    far.write(1, 2)
    far.look_until_quiet()
    far.write(3)
    rotate(far)
    far.write(4)
    rotate(far)
    far.write(5)
    assert far.look_until_quiet() == wanted(1, 2, 3, 4, 5)
    assert far.gaps() == 0


def test_a_file_that_was_copied_and_emptied_loses_nothing(far: Far) -> None:
    far.write(1, 2)
    far.look_until_quiet()
    far.write(3)
    shutil.copy2(far.log, far.log.parent / "mail.log.1")
    os.truncate(far.log, 0)
    far.write(4)
    assert far.look_until_quiet() == wanted(1, 2, 3, 4)
    assert far.gaps() == 0


def test_a_file_that_was_written_anew_and_is_shorter_is_another(far: Far) -> None:
    far.write(1, 2, 3)
    far.look_until_quiet()
    os.truncate(far.log, 0)
    far.write(1, 2)
    assert far.look_until_quiet() == wanted(1, 2, 3)
    assert far.gaps() == 1
    far.write(5)
    assert far.look_until_quiet() == wanted(1, 2, 3, 5)


def test_a_line_longer_than_a_piece_stops_nothing(
    far: Far, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(poll, "LOG_LIMIT", 1_000)
    far.write(1)
    with far.log.open("a") as file:
        file.write("x" * 5_000 + "\n")
    far.write(2)
    assert far.look_until_quiet() == wanted(1, 2)


def test_a_file_that_is_gone_is_a_gap_and_no_second_count(far: Far) -> None:
    far.write(1, 2)
    far.look_until_quiet()
    far.log.unlink()
    far.write(2, 3)
    assert far.look_until_quiet() == wanted(1, 2, 3)
    assert far.gaps() == 1


def test_a_rotated_file_that_is_gone_takes_no_newer_one_with_it(far: Far) -> None:
    far.write(1, 2)
    far.look_until_quiet()
    rotate(far)
    far.write(3)
    rotate(far)
    far.write(4)
    (far.log.parent / "mail.log.2.gz").unlink()
    assert far.look_until_quiet() == wanted(1, 2, 3, 4)
    assert far.gaps() == 1


def test_what_is_known_is_known_in_every_piece(far: Far, monkeypatch: pytest.MonkeyPatch) -> None:
    far.write(*range(1, 20))
    far.look_until_quiet()
    monkeypatch.setattr(poll, "LOG_LIMIT", 1_000)
    far.log.unlink()
    far.write(*range(2, 22))
    assert far.look_until_quiet() == wanted(*range(1, 22))
    far.place, far.since, far.events = Place(), moment(15) + 0.5, []
    assert far.look_until_quiet() == wanted(*range(16, 22))


def test_a_first_look_takes_older_files_too_but_nothing_from_before(far: Far) -> None:
    far.write(1)
    rotate(far)
    far.write(2)
    assert far.look_until_quiet() == wanted(1, 2)
    far.place, far.since, far.events = Place(), moment(1) + 0.5, []
    assert far.look_until_quiet() == wanted(2)
    far.place, far.since, far.events = Place(), moment(9), []
    assert far.look_until_quiet() == []
    assert far.gaps() == 0


def test_the_file_that_postfix_writes_itself_is_preferred(far: Far) -> None:
    far.enter(1)
    own = far.folder / "log" / "postfix.log"
    own.write_text(text_line(2) + "\n")
    (far.folder / "maillog_file").write_text(f"{own}\n")
    assert far.look_until_quiet() == wanted(2)
    assert far.place.source == str(own)


def test_a_file_that_is_newer_than_the_journal_is_preferred(far: Far) -> None:
    far.enter(1)
    far.write(2 + 2 * 3600)
    assert far.look_until_quiet() == wanted(2 + 2 * 3600)
    assert far.place.source == str(far.log)


def test_a_log_that_is_not_there_is_told_and_is_not_empty(far: Far) -> None:
    assert far.look().log_problem == "no-log"
    far.write(1)
    far.look_until_quiet()
    far.log.unlink()
    seen = far.look()
    assert seen.log_problem == f"no-file {far.log}"
    assert seen.place.offset == far.place.offset > 0
    far.log.mkdir()
    assert far.look().log_problem.startswith("no-file")


def test_the_queue_is_counted_and_listed(far: Far) -> None:
    for name, number in (("active", 1), ("deferred", 3)):
        for each in range(number):
            (far.folder / "spool" / name / f"A{each}").touch()
    (far.folder / "listing").write_text(
        '{"queue_name":"active","queue_id":"A1","arrival_time":1,"message_size":1,"sender":"",'
        '"recipients":[]}\n'
    )
    seen = far.look()
    assert seen.counts == {"maildrop": 0, "incoming": 0, "active": 1, "deferred": 3, "hold": 0}
    assert seen.messages is not None
    assert len(seen.messages) == 1
    assert seen.queue_problem == ""


def test_a_long_queue_is_listed_only_when_asked(far: Far, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(poll, "LISTED", 0)
    (far.folder / "spool" / "deferred" / "A1").touch()
    assert far.look().messages is None
    assert far.look(list_queue=True).messages == ()


def test_a_queue_that_cannot_be_read_is_told_and_is_not_empty(far: Far) -> None:
    (far.folder / "listing").write_text("postqueue: fatal: Queue report unavailable\n")
    seen = far.look()
    assert (seen.messages, seen.queue_problem) == (
        None,
        "postqueue: fatal: Queue report unavailable",
    )
    shutil.rmtree(far.folder / "spool" / "hold")
    seen = far.look()
    assert seen.counts is None
    assert seen.queue_problem.endswith("/spool/hold")


def test_a_stopped_postfix_is_told_and_not_asked_for_its_queue(far: Far) -> None:
    assert far.look().is_running
    (far.folder / "listing").write_text("postqueue: warning: Mail system is down\n")
    for pid in ("", "4194399\n"):
        (far.folder / "spool" / "pid" / "master.pid").write_text(pid)
        seen = far.look(list_queue=True)
        assert (seen.is_running, seen.messages, seen.queue_problem) == (False, None, "")


def test_text_in_the_log_forges_no_part_of_the_answer(far: Far) -> None:
    far.write(1)
    with far.log.open("a") as file:
        file.write("log\tno-log\nnext-inode\t1\nsource\tjournal\nqueue\tno\n")
    far.write(2)
    assert far.look_until_quiet() == wanted(1, 2)
    assert far.place.source == str(far.log)


@pytest.mark.parametrize(
    "output", [b"", b"Last login: today\n", b"time\tnow\nlog\tok\nsource\tjournal\nzone\t+0000\n"]
)
def test_an_answer_without_sense_is_an_error(output: bytes) -> None:
    transport = MemoryTransport(lambda _script, _payload: CommandResult(0, output))
    with pytest.raises(MailwrightError) as caught:
        look(transport, Place(), SINCE)
    assert caught.value.code == "watch.answer"


def test_a_packed_answer_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(poll, "LOG_LIMIT", 1_000)

    def answer(script: str, _payload: bytes) -> CommandResult:
        found = re.search(r"^mark=(\w+)$", script, re.MULTILINE)
        assert found
        bomb = gzip.compress(b"x" * 10_000_000)
        head = b"time\t1\nzone\t+0000\nsource\tjournal\nlog\tok\nqueue\tno\nrunning\tyes\n"
        mark = found[1].encode()
        return CommandResult(0, head + mark + b"\n" + bomb + b"\n" + mark + b"\n" + bomb)

    seen = look(MemoryTransport(answer), Place(), SINCE)
    assert seen.piece.data == b""
