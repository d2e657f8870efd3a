from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mailwright.errors import MailwrightError
from mailwright.model.figures import Outcomes
from mailwright.model.server import Server
from mailwright.mta.postfix import poll
from mailwright.storage.deliveries import Watched as Stored
from mailwright.transport.memory import MemoryTransport
from mailwright.usecases.lane import Lane
from tests.support.memory import memory_parts
from tests.support.watched import BOUNCED, DEFERRED, NOW, SENT, Watched, delivery

if TYPE_CHECKING:
    from pathlib import Path

    from mailwright.model.figures import Snapshot
    from mailwright.usecases.parts import Parts


@pytest.fixture
def far() -> Watched:
    far = Watched()
    far.write(delivery(1), delivery(2, BOUNCED), delivery(3, DEFERRED))
    return far


@pytest.fixture
def parts(tmp_path: Path, far: Watched) -> Parts:
    made = memory_parts(tmp_path, far.answer)
    made.journal.meet(Server("mx1", "mx1.example"))
    return made


def run(parts: Parts, far: Watched, hours: int = 24) -> Snapshot:
    """A program that starts, looks until all is read, and ends."""
    lane = Lane(parts, "mx1", hours)
    lane.load()
    while lane.look(MemoryTransport(far.answer)):
        assert far.looks < 200
    return lane.snapshot()


def kinds(snapshot: Snapshot) -> list[str]:
    return [trouble.kind.id for trouble in snapshot.troubles]


def test_another_run_goes_on_where_the_last_one_was(parts: Parts, far: Watched) -> None:
    before = run(parts, far)
    same = run(parts, far)
    assert same.figures.outcomes == before.figures.outcomes
    assert same.figures.lines == before.figures.lines
    far.write(delivery(3), delivery(9, BOUNCED))
    after = run(parts, far)
    assert after.figures.outcomes == Outcomes(delivered=2, failed=2)
    assert after.figures.attempts.deferred == 1
    assert after.figures.messages == 4


def test_what_could_not_be_stored_is_read_again(
    parts: Parts, far: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(parts, far)
    far.write(delivery(7))

    def full(*_arguments: object, **_options: object) -> None:
        raise MailwrightError("storage.failed", "full")

    with monkeypatch.context() as patch:
        patch.setattr(parts.deliveries, "save", full)
        with pytest.raises(MailwrightError, match="full"):
            run(parts, far)
    seen = run(parts, far)
    assert seen.figures.outcomes.delivered == 2


@pytest.mark.parametrize(
    ("words", "kind", "args"),
    [
        ({"log": "no-log", "source": ""}, "watch.no-log", {}),
        ({"log": "no-file", "source": "/x/mail.log"}, "watch.log-gone", {"file": "/x/mail.log"}),
        ({"log": "journal: no."}, "watch.log-unreadable", {"words": "journal: no"}),
    ],
)
def test_a_log_that_cannot_be_read_is_unknown_and_what_was_counted_stays(
    parts: Parts, far: Watched, words: dict[str, str], kind: str, args: dict[str, str]
) -> None:
    run(parts, far)
    far.words = words
    seen = run(parts, far)
    assert kinds(seen) == [kind]
    assert seen.troubles[0].args == {"server": "mx1", **args}
    assert seen.figures.outcomes.delivered == 1
    assert seen.source == ("" if kind == "watch.log-gone" else "journal")


def test_a_log_that_is_gone_is_looked_for_elsewhere(parts: Parts, far: Watched) -> None:
    lane = Lane(parts, "mx1", 24)
    transport = MemoryTransport(far.answer)
    lane.look(transport)
    far.words = {"log": "no-file", "source": "journal"}
    lane.look(transport)
    far.words = {}
    far.entries = [line.replace(";b=b;", ";b=c;") for line in far.entries]
    far.write(delivery(4))
    lane.look(transport)
    assert far.cursors[-1] == ""
    assert lane.snapshot().figures.outcomes == Outcomes(delivered=2, failed=1, pending=1)


@pytest.mark.parametrize(
    ("said", "kind", "args"),
    [
        ("no-folder /x/hold", "watch.no-queue", {"folder": "/x/hold"}),
        ("postqueue: fatal: no", "watch.queue-unreadable", {"words": "postqueue: fatal: no"}),
    ],
)
def test_a_queue_that_cannot_be_read_is_unknown(
    parts: Parts, far: Watched, said: str, kind: str, args: dict[str, str]
) -> None:
    far.words = {"queue": said}
    seen = run(parts, far)
    assert (kinds(seen), seen.queue) == ([kind], None)
    assert seen.troubles[0].args == {"server": "mx1", **args}
    assert seen.figures.outcomes.delivered == 1


def test_a_long_queue_keeps_its_last_listing(parts: Parts, far: Watched) -> None:
    far.counts = {"deferred": 2}
    far.listing = (
        '{"queue_name":"deferred","queue_id":"A3","arrival_time":1763999000,"message_size":1,'
        '"sender":"a","recipients":[]}\n'
    )
    lane = Lane(parts, "mx1", 24)
    lane.look(MemoryTransport(far.answer))
    short = lane.queue
    far.counts, far.lists, far.listing = {"deferred": 9_000}, False, ""
    lane.look(MemoryTransport(far.answer))
    long = lane.queue
    assert short is not None
    assert long is not None
    assert (short.total, long.total) == (2, 9_000)
    assert (short.listed, long.listed, long.oldest) == (1, 1, 1000.0)


def test_a_stopped_postfix_and_a_gap_are_told(parts: Parts, far: Watched) -> None:
    far.words = {"running": "no"}
    run(parts, far)
    far.entries = [line.replace(";b=b;", ";b=c;") for line in far.entries]
    seen = run(parts, far)
    assert kinds(seen) == ["watch.not-running", "watch.log-gap"]
    assert seen.figures.outcomes == Outcomes(delivered=1, failed=1, pending=1)


def test_a_log_that_was_not_read_for_long_is_begun_anew(parts: Parts, far: Watched) -> None:
    run(parts, far)
    stored = parts.deliveries.load("mx1", 0)
    assert stored is not None
    parts.deliveries.save("mx1", Stored(stored.place, NOW - 31 * 86_400))
    far.cursors.clear()
    seen = run(parts, far)
    assert kinds(seen) == []
    assert far.cursors == [""]
    assert seen.figures.outcomes.delivered == 1


def test_a_window_of_hours_leaves_out_what_is_older(parts: Parts, far: Watched) -> None:
    far.entries.clear()
    far.write(delivery(1, SENT), at=NOW - 5 * 3600)
    far.write(delivery(2, SENT))
    seen = run(parts, far, hours=2)
    assert seen.figures.outcomes.delivered == 1


def test_history_ends_after_some_weeks_but_not_for_what_still_waits(
    parts: Parts, far: Watched
) -> None:
    far.entries.clear()
    ended = ("postfix/qmgr", "A000001: removed")
    far.write(delivery(1), ended, delivery(2, DEFERRED), at=NOW - 36 * 86_400)
    far.write(delivery(3))
    run(parts, far, hours=24 * 40)
    stored = parts.deliveries.load("mx1", 0)
    assert stored is not None
    assert [message.queue_id for message in stored.messages] == ["A000002", "A000003"]


def test_only_what_changed_is_stored(
    parts: Parts, far: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved: list[list[str]] = []
    save = parts.deliveries.save

    def spy(server: str, changes: Stored, *, anew: bool = False) -> None:
        saved.append([message.queue_id for message in changes.messages])
        save(server, changes, anew=anew)

    monkeypatch.setattr(parts.deliveries, "save", spy)
    lane = Lane(parts, "mx1", 24)
    lane.look(MemoryTransport(far.answer))
    far.write(delivery(3))
    lane.look(MemoryTransport(far.answer))
    assert saved == [["A000001", "A000002", "A000003"], ["A000003"]]


@pytest.fixture
def older(far: Watched) -> Watched:
    """The server with a message of five hours ago before the others."""
    late = [line.replace(";m=", ";m=f") for line in far.entries]
    far.entries.clear()
    far.write(delivery(9), at=NOW - 5 * 3600)
    far.entries += late
    return far


def test_a_longer_window_is_read_anew_and_counts_nothing_twice(
    parts: Parts, older: Watched
) -> None:
    assert run(parts, older, hours=2).figures.outcomes == Outcomes(1, 1, 1)
    longer = run(parts, older, hours=24)
    assert longer.figures.outcomes == Outcomes(delivered=2, failed=1, pending=1)
    assert longer.figures.lines == 4
    older.write(delivery(3))
    older.cursors.clear()
    again = run(parts, older, hours=24)
    assert again.figures.outcomes == Outcomes(delivered=3, failed=1)
    assert "" not in older.cursors
    assert run(parts, older, hours=2).figures.outcomes == Outcomes(delivered=2, failed=1)


def test_a_message_that_began_before_the_shorter_window_is_one(parts: Parts, far: Watched) -> None:
    far.entries.clear()
    far.write(delivery(1, DEFERRED), at=NOW - 5 * 3600)
    far.write(delivery(1, DEFERRED))
    assert run(parts, far, hours=2).figures.attempts.deferred == 1
    for _ in range(2):
        longer = run(parts, far, hours=24)
        assert (longer.figures.messages, longer.figures.attempts.deferred) == (1, 2)
        assert longer.figures.outcomes == Outcomes(pending=1)


def test_what_is_known_stands_while_older_lines_are_read(
    parts: Parts, older: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(parts, older, hours=2)
    monkeypatch.setattr(poll, "LOG_LIMIT", 1_100)
    older.piece = 1_100
    lane = Lane(parts, "mx1", 24)
    lane.load()
    transport = MemoryTransport(older.answer)
    assert lane.look(transport)
    assert lane.snapshot().figures.outcomes == Outcomes(1, 1, 1)
    older.write(delivery(5))
    while lane.look(transport):
        assert older.looks < 100
    assert lane.snapshot().figures.outcomes == Outcomes(delivered=3, failed=1, pending=1)


def test_a_log_that_reaches_back_less_far_takes_nothing_away(parts: Parts, older: Watched) -> None:
    known = run(parts, older, hours=6)
    assert known.figures.outcomes.delivered == 2
    del older.entries[0]
    older.write(delivery(5))
    longer = run(parts, older, hours=24)
    assert longer.figures.outcomes == Outcomes(delivered=3, failed=1, pending=1)
    assert longer.figures.since == known.figures.since
