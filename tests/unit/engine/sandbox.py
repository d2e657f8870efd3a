"""The runner on paths of a temporary folder instead of a server's."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from mailwright.datafiles import data_path
from mailwright.engine.entry import EntryHead, entry_files, stage_files
from mailwright.model.plan import Plan, Step

NAME = "20261124T081003.110Z-3c4ec5"


@dataclass
class Sandbox:
    """One entry and its runner."""

    folder: Path
    window: int = 30

    @property
    def entry(self) -> Path:
        return self.folder / "base" / "journal" / NAME

    @property
    def lock(self) -> Path:
        return self.folder / "base" / "lock"

    @property
    def stage(self) -> Path:
        return self.folder / "run" / NAME

    def bring(self, *steps: Step) -> None:
        """Write an entry as `engine.remote.begin` brings it."""
        plan = Plan("mx1", steps)
        head = EntryHead(NAME, "me@here", "A test", window=self.window)
        for name, content in entry_files(plan, head).items():
            self._write(self.entry / name, content)
        for name, content in stage_files(plan).items():
            self._write(self.stage / name, content)
        runner = data_path("server/runner.sh").read_text()
        runner = runner.replace("/run/mailwright", str(self.folder / "run"))
        (self.entry / "runner.sh").write_text(runner)
        (self.entry / "events").touch()
        self.contact()
        self.take_lock()

    def take_lock(self) -> None:
        self.lock.symlink_to(NAME)

    def contact(self) -> None:
        (self.entry / "contact").touch()

    def say(self, word: str) -> None:
        (self.entry / word).touch()

    def run(self, verb: str) -> int:
        """Run the runner to its end."""
        return subprocess.run(
            ["/bin/sh", str(self.entry / "runner.sh"), verb, str(self.entry)],
            env={**os.environ, "MAILWRIGHT_BASE": str(self.folder / "base")},
            timeout=60,
            check=False,
        ).returncode

    @property
    def state(self) -> str:
        return (self.entry / "state").read_text().strip()

    @property
    def events(self) -> list[str]:
        return [line.rstrip("\t") for line in (self.entry / "events").read_text().splitlines()]

    def _write(self, path: Path, content: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def writing(path: Path, content: bytes, *, guard: str = ":", do: str = "") -> Step:
    """A step that puts a file there, and what else is told."""
    owner = f"{path.owner() if path.exists() else path.parent.owner()}:{path.parent.group()}"
    return Step(
        id=path.name,
        title="Write",
        guard=guard,
        saves=(str(path),),
        do=f'put {path} 640 {owner} "$stage/0" || exit 1\n{do}',
        undo=f"give_back_or_leave {path}",
        changes=(),
        blobs=(content,),
    )
