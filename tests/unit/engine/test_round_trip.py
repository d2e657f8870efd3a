"""Read a path, plan it, apply it, read it again, take it back: all of it for real."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from mailwright.engine import remote
from mailwright.engine.entry import EntryHead
from mailwright.model.plan import Plan
from mailwright.platforms.reading import observe
from mailwright.resource.files import Files, Item
from mailwright.transport.base import CommandResult
from mailwright.transport.memory import MemoryTransport

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from mailwright.model.server import Observation
    from tests.unit.engine.far import Far

NAME = "20261124T081003.110Z-3c4ec5"


def run(script: str, _payload: bytes) -> CommandResult:
    done = subprocess.run(["/bin/sh", "-c", script], stdout=subprocess.PIPE, check=False)
    return CommandResult(done.returncode, done.stdout)


def read(resource: Files) -> Observation:
    return observe(MemoryTransport(run), [resource.wants()])


def manifest(folder: Path) -> dict[str, tuple[int, bytes | None]]:
    """Every path below with its mode, and the content of files."""
    return {
        str(path.relative_to(folder)): (
            path.lstat().st_mode,
            path.read_bytes() if path.is_file() else None,
        )
        for path in sorted(folder.rglob("*"))
    }


def desired(folder: Path) -> Files:
    user, group = folder.owner(), folder.group()
    return Files(
        "tables",
        "Write",
        "why",
        (
            Item(f"{folder}/ours", 0o750, user, group),
            Item(f"{folder}/ours/it's a $(name)", 0o600, user, group, b"\0\xff'\n", secret=True),
            Item(f"{folder}/ours/empty", 0o644, user, group, b""),
            Item(f"{folder}/old", absent=True),
        ),
    )


def nothing(_folder: Path) -> None:
    """Leave the folder empty."""


def others(folder: Path) -> None:
    """Make the paths with other content and modes, and what must go."""
    (folder / "ours").mkdir()
    (folder / "ours").chmod(0o750)
    (folder / "ours/it's a $(name)").write_bytes(b"before")
    (folder / "ours/it's a $(name)").chmod(0o644)
    (folder / "ours/foreign").write_bytes(b"not ours")
    (folder / "old").write_bytes(b"goes")


@pytest.mark.parametrize("begin", [nothing, others], ids=["nothing", "others"])
def test_a_second_plan_is_empty_and_an_undo_leaves_no_trace(
    far: Far, tmp_path: Path, begin: Callable[[Path], None]
) -> None:
    place = tmp_path / "place"
    place.mkdir()
    begin(place)
    before = manifest(place)
    resource = desired(place)
    step = resource.step(read(resource), after_packages=False)
    assert step is not None

    remote.begin(far, Plan("mx1", (step,)), EntryHead(NAME, "me@here", "T"))
    remote.give_word(far, NAME, "confirm")
    far.wait(NAME, "confirmed")
    assert resource.step(read(resource), after_packages=False) is None
    assert manifest(place).get("ours/foreign") == before.get("ours/foreign")

    remote.take_back(far, NAME)
    far.wait(NAME, "undone")
    assert manifest(place) == before


@pytest.mark.parametrize("change", ["content", "mode", "kind"])
def test_a_plan_that_is_out_of_date_is_refused(far: Far, tmp_path: Path, change: str) -> None:
    target = tmp_path / "file"
    target.write_bytes(b"as planned")
    resource = Files("f", "Write", "why", (Item(str(target), 0o600, content=b"new"),))
    step = resource.step(read(resource), after_packages=False)
    assert step is not None
    if change == "content":
        target.write_bytes(b"as Planned")
    elif change == "mode":
        target.chmod(0o666)
    else:
        target.rename(tmp_path / "elsewhere")
        target.symlink_to("elsewhere")
    before = manifest(tmp_path / ".").get("file")
    remote.begin(far, Plan("mx1", (step,)), EntryHead(NAME, "me@here", "T"))
    far.wait(NAME, "undone")
    assert "refused\t01" in (far.entry(NAME) / "events").read_text()
    assert manifest(tmp_path / ".").get("file") == before
