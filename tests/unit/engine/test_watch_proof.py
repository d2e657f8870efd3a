"""What the timer on the server starts: the end of the trial period, without any desktop."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from mailwright.datafiles import data_path
from mailwright.engine import remote
from mailwright.engine.entry import EntryHead, entry_files, pack, stage_files
from mailwright.model.journal import EntryState
from mailwright.model.plan import Plan
from tests.unit.engine.sandbox import writing

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.engine.far import Far

SETUP = "20261124T081003.110Z-3c4ec5"


@pytest.fixture
def watch(far: Far, tmp_path: Path) -> Far:
    """A server on trial: one confirmed entry, the prepared one, and evidence that can come."""
    (far.entry(SETUP)).mkdir(parents=True)
    (far.entry(SETUP) / "state").write_text("confirmed\n")
    plan = Plan("mx1", (writing(tmp_path / "settled", b"yes"),))
    head = EntryHead("", "the server itself", "First delivery seen", window=1)
    folder = far.base / "proof"
    folder.mkdir()
    (folder / "entry.tar").write_bytes(pack(entry_files(plan, head)))
    (folder / "stage.tar").write_bytes(pack(stage_files(plan)))
    (folder / "evidence").write_text(f"cat {tmp_path}/log 2>/dev/null\n")
    os.utime(folder / "evidence", (1_700_000_000, 1_700_000_000))
    script = far.here(data_path("server/watch-proof.sh").read_text())
    # The one thing that must not reach the machine that tests: its timers.
    (far.folder / "watch.sh").write_text(script.replace("exec systemctl", "exec echo systemctl"))
    return far


def tick(far: Far) -> tuple[int, str]:
    """Let one minute pass."""
    done = subprocess.run(
        ["/bin/sh", str(far.folder / "watch.sh")], stdout=subprocess.PIPE, check=False
    )
    return done.returncode, done.stdout.decode()


def test_nothing_happens_before_the_first_delivery(watch: Far) -> None:
    assert tick(watch) == (0, "")
    assert [path.name for path in watch.journal.iterdir()] == [SETUP]
    assert not watch.lock.is_symlink()


def test_the_first_delivery_settles_the_server_by_itself(watch: Far, tmp_path: Path) -> None:
    (tmp_path / "log").write_text("status=sent\n")
    assert tick(watch) == (0, "")
    (name,) = (path.name for path in watch.journal.iterdir() if path.name != SETUP)
    watch.wait(name, "confirmed")
    assert (tmp_path / "settled").read_bytes() == b"yes"
    assert not watch.lock.is_symlink()
    assert list(watch.staged.iterdir()) == []
    found = remote.entries(watch)[-1]
    assert (found.id, found.state) == (name, EntryState.CONFIRMED)
    assert (found.follows, found.who) == (SETUP, "the server itself")
    assert remote.take_back(watch, name) > 0
    watch.wait(name, "undone")
    assert not (tmp_path / "settled").exists()


def test_it_settles_once_and_then_ends_its_own_timer(watch: Far, tmp_path: Path) -> None:
    (tmp_path / "log").write_text("status=sent\n")
    tick(watch)
    (name,) = (path.name for path in watch.journal.iterdir() if path.name != SETUP)
    watch.wait(name, "confirmed")
    assert tick(watch) == (0, "systemctl disable --now mailwright-proof.timer\n")
    assert len(list(watch.journal.iterdir())) == 2


def test_it_waits_while_an_entry_is_at_work(watch: Far, tmp_path: Path) -> None:
    (tmp_path / "log").write_text("status=sent\n")
    watch.lock.symlink_to("20261124T090000.000Z-aaaaaa")
    assert tick(watch) == (0, "")
    assert [path.name for path in watch.journal.iterdir()] == [SETUP]
    assert watch.lock.readlink().name.startswith("20261124T09")


def test_a_prepared_entry_that_is_damaged_leaves_the_server_free(
    watch: Far, tmp_path: Path
) -> None:
    (tmp_path / "log").write_text("status=sent\n")
    (watch.base / "proof/entry.tar").write_bytes(b"no archive")
    code, _words = tick(watch)
    assert code == 1
    assert not watch.lock.is_symlink()
    assert [path.name for path in watch.journal.iterdir()] == [SETUP]
