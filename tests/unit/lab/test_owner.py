from __future__ import annotations

import json
import os
from dataclasses import asdict
from typing import TYPE_CHECKING

import pytest

from tests.lab import owner, paths, process
from tests.lab.errors import LabError
from tests.lab.process import Identity

if TYPE_CHECKING:
    from pathlib import Path

FIRST = owner.Owner(Identity(10, 1), Identity(9, 1), "mia", "tests", "10:31:05")


@pytest.fixture(autouse=True)
def own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "STATE", tmp_path)
    monkeypatch.setattr(paths, "OWNER", tmp_path / "owner")


def test_a_holder_is_named_by_the_process_that_wants_the_lab() -> None:
    assert FIRST.describe() == "mia (process 9, tests, since 10:31:05)"
    alone = owner.Owner(Identity(10, 1), None, "mia", "lab up", "10:31:05")
    assert alone.describe() == "mia (process 10, lab up, since 10:31:05)"


def test_what_is_written_can_be_read() -> None:
    assert owner.parse(json.dumps(asdict(FIRST))) == FIRST
    assert owner.parse("") is None
    assert owner.parse('{"keeper": [1') is None


def test_a_second_one_waits_says_for_whom_and_gives_up() -> None:
    said: list[str] = []
    holder = owner.Lock()
    holder.take(FIRST, 0, said.append)
    assert said == []
    with pytest.raises(LabError, match=r"held by mia \(process 9, tests, since 10:31:05\)"):
        owner.Lock().take(FIRST, 0.3, said.append)
    assert said == ["the lab is held by mia (process 9, tests, since 10:31:05); waiting"]


def test_the_lock_is_free_after_release() -> None:
    me = process.identify(os.getpid())
    assert me
    running = owner.Owner(me, None, "mia", "tests", "10:31:05")
    first, second = owner.Lock(), owner.Lock()
    first.take(running, 0, print)
    assert owner.current() == running
    first.release()
    assert owner.current() is None
    second.take(FIRST, 0, print)
    assert owner.current() is None  # such a keeper does not run


def test_nobody_holds_a_lab_that_never_was() -> None:
    assert owner.current() is None


def test_a_process_is_known_by_number_and_start() -> None:
    me = process.identify(os.getpid())
    assert me
    assert process.alive(me)
    assert not process.alive(Identity(me.pid, me.start + 1))
    assert process.is_within(os.getpid(), me)
    assert not process.is_within(os.getppid(), me)
    assert not process.is_within(os.getpid(), Identity(me.pid, me.start + 1))
