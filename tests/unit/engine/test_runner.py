"""The runner as the desktop meets it: begun, followed, confirmed and taken back for real."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import pytest

from mailwright.engine import remote
from mailwright.engine.apply import Job, apply, never, resume, roll_back
from mailwright.engine.entry import EntryHead
from mailwright.engine.progress import Session
from mailwright.errors import MailwrightError
from mailwright.model.events import (
    ConnectionLost,
    Done,
    Event,
    Outcome,
    RolledBack,
    StepDone,
    StepFailed,
    StepStarted,
)
from mailwright.model.journal import EntryState
from mailwright.model.plan import Plan, Step
from tests.unit.engine.far import Far
from tests.unit.engine.sandbox import writing

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FIRST = "20261124T081003.110Z-3c4ec5"
SECOND = "20261124T091500.000Z-9a8b7c"
SECRET = b"tr0ub4dor&3"
KILL_THE_RUNNER = "kill -9 $(cut -d ' ' -f 4 /proc/$PPID/stat) $PPID $$"


def head(name: str = FIRST, *, window: int = 30, who: str = "me@here") -> EntryHead:
    return EntryHead(name, who, "A test", window=window)


@dataclass
class Desktop:
    """A desktop that wrote down what it was told."""

    far: Far
    told: list[Event] = field(default_factory=list)

    def job(self, stop: Callable[[], bool] = never) -> Job:
        session = Session(self.far, lambda: Far(self.far.folder), pauses=(0.0,))
        return Job(session, self.told.append, stop)

    def apply(self, *steps: Step, reload: str = "", after_undo: str = "") -> Done:
        plan = Plan("mx1", steps, reload=reload, reload_after_undo=after_undo)
        return apply(self.job(), plan, head())

    def roll_back(self, *names: str) -> Done:
        known = {entry.id: entry for entry in remote.entries(self.far)}
        return roll_back(self.job(), [known[name] for name in names], 30)

    def entry_state(self, name: str = FIRST) -> EntryState:
        return next(entry.state for entry in remote.entries(self.far) if entry.id == name)


@pytest.fixture
def desktop(far: Far) -> Desktop:
    return Desktop(far)


def test_an_apply_is_told_step_by_step_and_confirmed(desktop: Desktop, tmp_path: Path) -> None:
    done = desktop.apply(writing(tmp_path / "one", b"1"), writing(tmp_path / "two", SECRET))
    assert done == Done(Outcome.DONE, FIRST)
    assert desktop.told == [
        StepStarted("one", "Write", 1, 2),
        StepDone("one"),
        StepStarted("two", "Write", 2, 2),
        StepDone("two"),
    ]
    (found,) = remote.entries(desktop.far)
    assert (found.id, found.state, found.who) == (FIRST, EntryState.CONFIRMED, "me@here")
    assert [(step.id, step.state) for step in found.steps] == [("one", "done"), ("two", "done")]
    assert (tmp_path / "two").read_bytes() == SECRET
    assert not desktop.far.lock.is_symlink()
    assert list(desktop.far.staged.iterdir()) == []


def test_the_journal_is_for_root_alone_and_holds_no_content(
    desktop: Desktop, tmp_path: Path
) -> None:
    desktop.apply(writing(tmp_path / "one", SECRET, do="echo words"))
    paths = [desktop.far.base, *desktop.far.base.rglob("*")]
    assert [str(path) for path in paths if path.stat().st_mode & 0o077] == []
    contents = {path: path.read_bytes() for path in paths if path.is_file()}
    assert [str(path) for path, content in contents.items() if SECRET in content] == []
    assert any(b"words" in content for content in contents.values())


def test_what_waits_to_be_written_waits_for_root_alone(desktop: Desktop, tmp_path: Path) -> None:
    look = f'stat -c %a "$stage/0" >{tmp_path}/mode'
    desktop.apply(writing(tmp_path / "one", SECRET, do=look))
    assert (tmp_path / "mode").read_text() == "600\n"


def test_a_failing_step_is_told_with_its_words_and_takes_all_back(
    desktop: Desktop, tmp_path: Path
) -> None:
    (tmp_path / "one").write_bytes(b"old")
    done = desktop.apply(
        writing(tmp_path / "one", b"1"),
        writing(tmp_path / "two", b"2", do="echo no room; exit 7"),
        writing(tmp_path / "three", b"3"),
    )
    assert (done.outcome, done.undone) == (Outcome.ROLLED_BACK, ("two", "one"))
    failed = next(event for event in desktop.told if isinstance(event, StepFailed))
    assert (failed.step, failed.output) == ("two", "no room")
    assert desktop.told[-2:] == [RolledBack("two"), RolledBack("one")]
    (found,) = remote.entries(desktop.far)
    assert found.state is EntryState.UNDONE
    assert [step.state for step in found.steps] == ["undone", "undone", "pending"]
    assert (tmp_path / "one").read_bytes() == b"old"
    assert not (tmp_path / "two").exists()
    assert not desktop.far.lock.is_symlink()


def test_a_step_that_does_not_end_is_ended(desktop: Desktop, tmp_path: Path) -> None:
    step = replace(writing(tmp_path / "one", b"1", do="sleep 30"), timeout=1)
    assert desktop.apply(step).outcome is Outcome.ROLLED_BACK
    assert not (tmp_path / "one").exists()


def test_a_path_that_cannot_be_saved_is_not_changed(desktop: Desktop, tmp_path: Path) -> None:
    target = tmp_path / "one"
    target.write_bytes(b"old")
    spoil = 'mkdir -p "$step/saved"; mkdir "$step/saved/1" && chmod 500 "$step/saved"'
    step = writing(target, b"1", guard=f"{spoil}; ln -s /nonexistent/x $step/saved/1/one")
    done = desktop.apply(step)
    assert done.outcome is Outcome.ROLLED_BACK
    assert target.read_bytes() == b"old"
    assert any(isinstance(event, StepFailed) for event in desktop.told)


def test_services_are_reloaded_once_after_an_apply_and_once_after_an_undo(
    desktop: Desktop, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    reload, after = f"echo reload >>{log}", f"echo after >>{log}"
    steps = (writing(tmp_path / "one", b"1"), writing(tmp_path / "two", b"2"))
    desktop.apply(*steps, reload=reload, after_undo=after)
    assert log.read_text() == "reload\n"
    desktop.roll_back(FIRST)
    assert log.read_text() == "reload\nafter\n"


def test_a_service_that_does_not_come_up_again_takes_all_back(
    desktop: Desktop, tmp_path: Path
) -> None:
    done = desktop.apply(writing(tmp_path / "one", b"1"), reload="echo will not start; exit 1")
    assert (done.outcome, done.undone) == (Outcome.ROLLED_BACK, ("one",))
    failed = next(event for event in desktop.told if isinstance(event, StepFailed))
    assert failed.output == "will not start"
    assert not (tmp_path / "one").exists()


def test_a_service_that_fails_after_an_undo_is_named_as_left(
    desktop: Desktop, tmp_path: Path
) -> None:
    desktop.apply(writing(tmp_path / "one", b"1"), after_undo="exit 1")
    done = desktop.roll_back(FIRST)
    assert "reload" in done.left[0]
    assert desktop.entry_state() is EntryState.LEFT


def test_an_apply_goes_on_where_it_was_stopped(desktop: Desktop, tmp_path: Path) -> None:
    steps = (
        writing(tmp_path / "one", b"1", do=f'touch "$step/../../stop"; echo >>{tmp_path}/ran'),
        writing(tmp_path / "two", b"2"),
    )
    done = desktop.apply(*steps)
    assert done.outcome is Outcome.STOPPED
    (found,) = remote.entries(desktop.far)
    assert (found.state, [step.state for step in found.steps]) == (
        EntryState.STOPPED,
        ["done", "pending"],
    )
    assert resume(desktop.job(), found, 30).outcome is Outcome.DONE
    assert (tmp_path / "two").read_bytes() == b"2"
    assert (tmp_path / "ran").read_text() == "\n", "a step that was done ran again"
    assert desktop.entry_state() is EntryState.CONFIRMED


def test_what_was_stopped_can_go_back_instead(desktop: Desktop, tmp_path: Path) -> None:
    desktop.apply(
        writing(tmp_path / "one", b"1", do='touch "$step/../../stop"'),
        writing(tmp_path / "two", b"2"),
    )
    assert desktop.roll_back(FIRST).undone == ("one",)
    assert not (tmp_path / "one").exists()
    assert list(desktop.far.staged.iterdir()) == []
    assert not desktop.far.lock.is_symlink()


def test_a_stopped_entry_keeps_others_out_and_a_lost_stage_is_said(
    desktop: Desktop, tmp_path: Path
) -> None:
    desktop.apply(
        writing(tmp_path / "one", b"1", do='touch "$step/../../stop"'),
        writing(tmp_path / "two", b"2"),
    )
    with pytest.raises(MailwrightError) as caught:
        remote.begin(desktop.far, Plan("mx1", ()), head(SECOND))
    assert caught.value.code == "engine.unfinished"
    (desktop.far.staged / FIRST).rename(desktop.far.folder / "as after a reboot")
    with pytest.raises(MailwrightError) as caught:
        remote.resume(desktop.far, FIRST)
    assert caught.value.code == "engine.stage-gone"


def test_a_desktop_that_never_comes_back_is_not_waited_for(far: Far, tmp_path: Path) -> None:
    (tmp_path / "one").write_bytes(b"old")
    remote.begin(far, Plan("mx1", (writing(tmp_path / "one", b"1"),)), head(window=0))
    far.wait(FIRST, "undone")
    assert (tmp_path / "one").read_bytes() == b"old"
    assert "unconfirmed" in (far.entry(FIRST) / "events").read_text()
    assert not far.lock.is_symlink()


def test_a_desktop_that_asks_is_waited_for(far: Far, tmp_path: Path) -> None:
    remote.begin(far, Plan("mx1", (writing(tmp_path / "one", b"1"),)), head(window=1))
    due = time.monotonic() + 2.1
    while time.monotonic() < due:
        remote.follow(far, FIRST, 0)
        time.sleep(0.2)
    assert far.state(FIRST) == "applied", (far.entry(FIRST) / "events").read_text()
    remote.give_word(far, FIRST, "confirm")
    far.wait(FIRST, "confirmed")


def test_a_broken_connection_changes_nothing_and_loses_no_event(far: Far, tmp_path: Path) -> None:
    far.loses = {2}
    desktop = Desktop(far)
    done = desktop.apply(writing(tmp_path / "one", b"1"), writing(tmp_path / "two", b"2"))
    assert done.outcome is Outcome.DONE
    lost, *rest = desktop.told
    assert isinstance(lost, ConnectionLost)
    assert [event for event in rest if isinstance(event, StepDone)] == [
        StepDone("one"),
        StepDone("two"),
    ]


def test_a_second_desktop_is_told_who_is_at_work(far: Far, tmp_path: Path) -> None:
    waits = f"until [ -e {tmp_path}/go ]; do sleep 0.05; done"
    plan = Plan("mx1", (writing(tmp_path / "one", b"1", do=waits),))
    remote.begin(far, plan, head(who="ann@desk"))
    remote.follow(far, FIRST, 0)
    for second in (
        lambda: remote.begin(far, plan, head(SECOND, who="bob@desk")),
        lambda: remote.take_back(far, FIRST),
    ):
        with pytest.raises(MailwrightError) as caught:
            second()
        assert caught.value.code == "engine.busy"
        assert caught.value.arguments["who"] == "ann@desk"
    (tmp_path / "go").touch()
    remote.give_word(far, FIRST, "confirm")
    far.wait(FIRST, "confirmed")
    assert not (far.journal / SECOND).exists()
    assert not (far.staged / SECOND).exists()


def test_what_nobody_watches_any_more_can_be_taken_back(
    desktop: Desktop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remote, "_PRESENT", 0)
    remote.begin(desktop.far, Plan("mx1", (writing(tmp_path / "one", b"1"),)), head())
    while desktop.far.state(FIRST) != "applied":
        remote.follow(desktop.far, FIRST, 0)
    done = desktop.roll_back(FIRST)
    assert (done.outcome, done.undone) == (Outcome.ROLLED_BACK, ("one",))
    events = (desktop.far.entry(FIRST) / "events").read_text()
    assert events.count("undoing") == 1, "two runners took the same entry back"


def test_a_killed_runner_is_an_interruption_that_goes_back_whole(
    desktop: Desktop, tmp_path: Path
) -> None:
    target = tmp_path / "two"
    target.write_bytes(b"old")
    done = desktop.apply(
        writing(tmp_path / "one", b"1"),
        writing(target, b"2", do=KILL_THE_RUNNER),
        writing(tmp_path / "three", b"3"),
    )
    assert done.outcome is Outcome.INTERRUPTED
    assert desktop.entry_state() is EntryState.INTERRUPTED
    with pytest.raises(MailwrightError) as caught:
        remote.begin(desktop.far, Plan("mx1", ()), head(SECOND))
    assert caught.value.code == "engine.unfinished"
    assert desktop.roll_back(FIRST).undone == ("two", "one")
    assert target.read_bytes() == b"old"
    assert not (tmp_path / "one").exists()
    assert desktop.entry_state() is EntryState.UNDONE
    assert list(desktop.far.staged.iterdir()) == []


def test_an_undo_that_was_killed_goes_on_where_it_was(desktop: Desktop, tmp_path: Path) -> None:
    first = writing(tmp_path / "one", b"1")
    first = replace(first, undo=f"{first.undo}\n[ -e {tmp_path}/once ] || {{\n")
    first = replace(first, undo=f"{first.undo}touch {tmp_path}/once; {KILL_THE_RUNNER}; }}")
    desktop.apply(first, writing(tmp_path / "two", b"2"))
    assert desktop.roll_back(FIRST).outcome is Outcome.INTERRUPTED
    assert desktop.entry_state() is EntryState.INTERRUPTED
    assert desktop.roll_back(FIRST).undone == ("one",)
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["once"]
    assert desktop.entry_state() is EntryState.UNDONE


def test_what_others_changed_since_stays_and_the_next_entry_can_begin(
    desktop: Desktop, tmp_path: Path
) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    desktop.apply(writing(one, b"1"), writing(two, b"2"))
    one.write_bytes(b"mine now")
    done = desktop.roll_back(FIRST)
    assert (done.outcome, done.undone) == (Outcome.ROLLED_BACK, ("two",))
    assert [str(one) in sentence for sentence in done.left] == [True]
    assert desktop.entry_state() is EntryState.LEFT
    assert one.read_bytes() == b"mine now"
    assert not two.exists()
    remote.begin(desktop.far, Plan("mx1", ()), head(SECOND, window=0))
    desktop.far.wait(SECOND, "undone")


def test_a_saved_copy_that_is_gone_is_named_as_not_restored(
    desktop: Desktop, tmp_path: Path
) -> None:
    one = tmp_path / "one"
    one.write_bytes(b"old")
    desktop.apply(writing(one, b"1"))
    (desktop.far.entry(FIRST) / "steps/01/saved/1").unlink()
    done = desktop.roll_back(FIRST)
    assert "journal" in done.left[0]
    assert one.read_bytes() == b"1", "neither the old nor the new content is there"


def test_mode_and_time_come_back_with_the_content(desktop: Desktop, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"old")
    file.chmod(0o604)
    os.utime(file, (1_700_000_000, 1_700_000_000))
    before = file.stat()
    undo = f"give_back_or_leave {file}"
    desktop.apply(Step("file", "Remove", ":", (str(file),), f"rm {file}", undo, ()))
    assert not file.exists()
    desktop.roll_back(FIRST)
    after = file.stat()
    assert (after.st_mode, after.st_mtime_ns) == (before.st_mode, before.st_mtime_ns)
    assert file.read_bytes() == b"old"


def test_entries_go_back_newest_first(desktop: Desktop, tmp_path: Path) -> None:
    one = tmp_path / "one"
    one.write_bytes(b"0")
    desktop.apply(writing(one, b"1"))
    apply(desktop.job(), Plan("mx1", (writing(one, b"2"),)), replace(head(SECOND), follows=FIRST))
    first, second = remote.entries(desktop.far)
    assert (first.follows, second.follows) == (None, FIRST)
    assert desktop.roll_back(SECOND, FIRST).outcome is Outcome.ROLLED_BACK
    assert one.read_bytes() == b"0"


def test_an_upload_that_was_cut_off_leaves_nothing(far: Far, tmp_path: Path) -> None:
    plan = Plan("mx1", (writing(tmp_path / "one", b"1"),))
    for limit in (0, 700, 20_000, -10_000):  # at last in what the steps write
        far.payload_limit = limit
        with pytest.raises(MailwrightError) as caught:
            remote.begin(far, plan, head())
        assert caught.value.code == "engine.not-begun"
        assert list(far.journal.iterdir()) == []
        assert list(far.staged.iterdir()) == []
        assert not far.lock.is_symlink()
    assert not (tmp_path / "one").exists()


@pytest.mark.parametrize("state", ["confirmed", "undone", "left", None])
def test_a_lock_of_an_entry_that_is_over_or_never_came_is_taken(
    far: Far, state: str | None
) -> None:
    far.journal.mkdir(parents=True)
    if state:
        far.entry(FIRST).mkdir()
        (far.entry(FIRST) / "state").write_text(f"{state}\n")
    far.lock.symlink_to(FIRST)
    remote.begin(far, Plan("mx1", ()), head(SECOND, window=0))
    far.wait(SECOND, "undone")


def test_an_entry_that_is_not_there_cannot_go_back(far: Far) -> None:
    far.journal.mkdir(parents=True)
    with pytest.raises(MailwrightError, match="no such entry"):
        remote.take_back(far, FIRST)
    assert not far.lock.is_symlink()


def test_names_in_the_journal_are_never_run(far: Far, tmp_path: Path) -> None:
    evil = "2;touch pwned;`touch pwned` $(touch pwned)"
    (far.entry(evil) / "steps/01").mkdir(parents=True)
    for name, content in {
        "who": "$(touch pwned)\n",
        "title": "T\n",
        "state": "confirmed\n",
    }.items():
        (far.entry(evil) / name).write_text(content)
    for name in ("id", "title", "state", "undo"):
        (far.entry(evil) / "steps/01" / name).write_text("`touch pwned`\n")
    (found,) = remote.entries(far)
    assert (found.id, found.who) == (evil, "$(touch pwned)")
    with pytest.raises(MailwrightError):
        remote.take_back(far, evil)  # it has no events
    remote.words_of(far, evil, "01; touch pwned")
    assert list(tmp_path.rglob("pwned")) == []
