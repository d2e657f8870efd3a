from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from mailwright.model.server import Facts, FileState, Observation, UnitState
from mailwright.resource.files import Files, Item
from mailwright.resource.timers import Timer

if TYPE_CHECKING:
    from pathlib import Path

FACTS = Facts("debian", "12")
RUNS = UnitState("loaded", "enabled", "active")
HERE = (Item("/u/t.service", content=b"s"), Item("/u/t.timer", content=b"t"))
GONE = tuple(Item(item.path, absent=True) for item in HERE)


def timer(items: tuple[Item, ...], *, absent: bool = False) -> Timer:
    return Timer("t", "t.timer", Files("t", "Watch", "why", items), absent=absent)


def seen(items: tuple[Item, ...], state: UnitState) -> Observation:
    return Observation(FACTS, {i.path: i.state for i in items}, units={"t.timer": state})


def test_a_timer_that_is_there_and_runs_is_left_alone() -> None:
    assert timer(HERE).step(seen(HERE, RUNS), after_packages=False) is None


def test_a_timer_is_started_after_its_files_are_there() -> None:
    step = timer(HERE).step(seen(GONE, UnitState()), after_packages=False)
    assert step is not None
    assert step.do.splitlines()[0].startswith("unit_note t.timer")
    assert step.do.splitlines()[-1] == "timer_on t.timer"
    assert step.undo == "timer_undo t.timer /u/t.timer /u/t.service"


def test_a_timer_that_stopped_is_started_though_its_files_are_right() -> None:
    step = timer(HERE).step(
        seen(HERE, UnitState("loaded", "enabled", "inactive")), after_packages=False
    )
    assert step is not None
    assert "timer_on t.timer" in step.do


def test_a_timer_is_stopped_before_its_files_go() -> None:
    step = timer(GONE, absent=True).step(seen(HERE, RUNS), after_packages=False)
    assert step is not None
    assert step.do.index("timer_off t.timer") < step.do.index("rm -f -- /u/t.service")


def test_an_absent_timer_is_left_alone() -> None:
    assert timer(GONE, absent=True).step(seen(GONE, UnitState()), after_packages=False) is None
    assert FileState() == GONE[0].state


@pytest.mark.parametrize(
    "state",
    [
        UnitState("loaded", "disabled", "active"),
        UnitState("loaded", "enabled", "inactive"),
        UnitState("loaded", "enabled", "failed"),
        UnitState(),
    ],
)
def test_a_timer_must_run_now_and_after_every_boot(state: UnitState) -> None:
    step = timer(HERE).step(seen(HERE, state), after_packages=False)
    assert step is not None
    assert step.id == "t"
    assert len(step.blobs) == 1, "right files are not all written again"


def test_a_step_of_a_timer_that_fails_midway_fails(tmp_path: Path) -> None:
    step = timer(HERE).step(seen(GONE, UnitState()), after_packages=False)
    assert step is not None
    calls = "unit_note() { :; }; timer_on() { echo on; }; put() { false; }\n"
    done = subprocess.run(
        ["/bin/sh", "-c", f"step={tmp_path} stage={tmp_path}\n{calls}{step.do}"],
        stdout=subprocess.PIPE,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, b"")


def test_everything_of_a_timer_is_read() -> None:
    wants = timer(HERE).wants()
    assert wants.files == {"/u/t.service", "/u/t.timer"}
    assert wants.units == {"t.timer"}
