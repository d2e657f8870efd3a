from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from mailwright.errors import MailwrightError
from mailwright.model.figures import Outcomes, Snapshot
from mailwright.model.server import Server
from mailwright.mta.postfix import poll
from mailwright.usecases import watch as module
from mailwright.usecases.watch import WatchOptions, watch
from tests.support.memory import memory_parts
from tests.support.watched import BOUNCED, DEFERRED, NOW, Watched, delivery

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from mailwright.usecases.parts import Parts

SERVER = Server("mx1", "mx1.example")
ONCE = WatchOptions(once=True)
RUNNING = WatchOptions(interval=0.0)


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PAUSES", (0.0,))


@pytest.fixture
def far() -> Watched:
    far = Watched()
    far.write(delivery(1), delivery(2, BOUNCED), delivery(3, DEFERRED))
    return far


@pytest.fixture
def parts(tmp_path: Path, far: Watched) -> Parts:
    return memory_parts(tmp_path, far.answer)


def run(parts: Parts, options: WatchOptions = ONCE, looks: int = 100) -> list[Snapshot]:
    """Watch until the person stops after so many snapshots."""
    seen: list[Snapshot] = []
    watch(parts, SERVER, agree, seen.append, lambda: len(seen) >= looks, options)
    return seen


def agree(*_key: object) -> bool:
    return True


def kinds(snapshot: Snapshot) -> list[str]:
    return [trouble.kind.id for trouble in snapshot.troubles]


def test_one_snapshot_has_everything(parts: Parts, far: Watched) -> None:
    far.counts = {"deferred": 1}
    far.listing = (
        '{"queue_name":"deferred","queue_id":"A3","arrival_time":1763999000,"message_size":1,'
        '"sender":"a","recipients":[{"address":"u3@y.example","delay_reason":"over quota"}]}\n'
    )
    (seen,) = run(parts)
    assert seen.figures.outcomes == Outcomes(delivered=1, failed=1, pending=1)
    assert (seen.server, seen.source, seen.age, seen.troubles) == ("mx1", "journal", 0.0, ())
    assert seen.queue is not None
    assert (seen.queue.total, seen.queue.listed, seen.queue.oldest) == (1, 1, 1000.0)
    assert [cause.id for cause in seen.queue.causes] == ["mailbox_full"]


def test_what_comes_later_is_added(parts: Parts, far: Watched) -> None:
    seen: list[Snapshot] = []

    def emit(snapshot: Snapshot) -> None:
        seen.append(snapshot)
        if len(seen) == 2:
            far.write(delivery(3), delivery(4))

    watch(parts, SERVER, agree, emit, lambda: len(seen) >= 4, RUNNING)
    assert [each.figures.outcomes.delivered for each in seen] == [1, 1, 3, 3]
    assert seen[-1].figures.outcomes.pending == 0
    assert seen[-1].figures.lines == 5


def test_a_first_fill_comes_in_pieces_and_says_so(
    parts: Parts, far: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    far.write(*(delivery(number) for number in range(10, 40)))
    monkeypatch.setattr(poll, "LOG_LIMIT", 2_000)
    far.piece = 2_000
    seen = run(parts)
    assert len(seen) > 5
    assert [each.is_complete for each in seen] == [False] * (len(seen) - 1) + [True]
    assert seen[-1].figures.outcomes.delivered == 31


def test_a_broken_connection_is_made_again_and_nothing_counts_twice(
    parts: Parts, far: Watched
) -> None:
    far.losses = {2, 3}
    seen = run(parts, RUNNING, looks=5)
    lost = [each for each in seen if kinds(each) == ["watch.disconnected"]]
    assert len(lost) == 2
    assert all(each.figures == seen[0].figures for each in seen)
    assert all(each.read_at == seen[0].read_at for each in lost)
    assert kinds(seen[-1]) == []


def test_a_server_that_is_away_makes_figures_old_and_not_empty(
    tmp_path: Path, far: Watched
) -> None:
    made = memory_parts(tmp_path, far.answer)
    times = iter(range(10_000))
    attempts = 0

    def connect(*arguments: Any) -> Any:
        nonlocal attempts
        attempts += 1
        if 1 < attempts < 6:
            raise MailwrightError("transport.unreachable", "away")
        return made.connect(*arguments)

    parts = replace(made, connect=connect, clock=lambda: NOW + next(times))
    far.losses = {2}
    seen = run(parts, RUNNING, looks=8)
    ages = [each.age for each in seen if kinds(each) == ["watch.disconnected"]]
    assert len(ages) == 5
    assert ages == sorted(ages, key=lambda age: age or 0)
    assert all(each.figures.outcomes.delivered == 1 for each in seen)
    assert kinds(seen[-1]) == []


def test_stop_ends_a_pause_at_once(parts: Parts) -> None:
    stop, seen = threading.Event(), threading.Event()
    job = threading.Thread(
        target=watch,
        args=(parts, SERVER, agree, lambda _snapshot: seen.set(), stop.is_set),
        kwargs={"options": WatchOptions(interval=3600)},
    )
    job.start()
    assert seen.wait(10)
    stop.set()
    job.join(5)
    assert not job.is_alive()


@pytest.mark.parametrize("code", ["host-key.changed", "transport.sudo-refused"])
def test_what_does_not_pass_by_itself_ends_the_watch(
    tmp_path: Path, far: Watched, code: str
) -> None:
    with pytest.raises(MailwrightError) as caught:
        run(failing(tmp_path, far, lambda _attempt: code), RUNNING)
    assert caught.value.code == code


def test_an_answer_without_sense_ends_the_watch(parts: Parts, far: Watched) -> None:
    far.words = {"time": "noon"}
    with pytest.raises(MailwrightError) as caught:
        run(parts, RUNNING)
    assert caught.value.code == "watch.answer"
    assert far.looks == 1


def test_a_login_may_be_refused_a_few_times_and_no_more(tmp_path: Path, far: Watched) -> None:
    attempts = []

    def refuse(attempt: int) -> str:
        attempts.append(attempt)
        return "transport.login-refused"

    with pytest.raises(MailwrightError) as caught:
        run(failing(tmp_path, far, refuse), RUNNING)
    assert caught.value.code == "transport.login-refused"
    assert len(attempts) == module.REFUSALS


def failing(folder: Path, far: Watched, code: Callable[[int], str]) -> Parts:
    """Parts whose second and later connections fail."""
    made = memory_parts(folder, far.answer)
    far.losses = {2}
    attempts = 0

    def connect(*arguments: Any) -> Any:
        nonlocal attempts
        attempts += 1
        if attempts > 1:
            raise MailwrightError(code(attempts), "no")
        return made.connect(*arguments)

    return replace(made, connect=connect)


def test_once_is_over_when_the_connection_breaks(parts: Parts, far: Watched) -> None:
    far.losses = {1}
    with pytest.raises(MailwrightError) as caught:
        run(parts)
    assert caught.value.code == "transport.lost"


def test_an_unconfirmed_key_is_refused(parts: Parts) -> None:
    with pytest.raises(MailwrightError) as caught:
        watch(parts, SERVER, lambda *_: False, lambda _snapshot: None, lambda: False, ONCE)
    assert caught.value.code == "host-key.unconfirmed"
