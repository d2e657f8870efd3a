"""Mounting overlays, and finding and removing mounts."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from tests.lab import shell

if TYPE_CHECKING:
    from collections.abc import Sequence

ESCAPE = re.compile(r"\\([0-7]{3})")


def overlay(target: Path, lowers: Sequence[Path], upper: Path, work: Path) -> None:
    """Mount an overlayfs. ``volatile`` (no fsync of the upper) makes dpkg and Postfix faster."""
    for folder in (target, upper, work):
        folder.mkdir(parents=True, exist_ok=True)
    options = f"lowerdir={':'.join(map(str, lowers))},upperdir={upper},workdir={work}"
    mount = ("mount", "-t", "overlay", "overlay", "-o")
    if shell.run(*mount, f"{options},volatile", target, check=False).returncode:
        shell.run(*mount, options, target)


def tmpfs(target: Path, *, size: str, mode: str) -> None:
    """Mount an empty file system in memory."""
    target.mkdir(parents=True, exist_ok=True)
    shell.run("mount", "-t", "tmpfs", "-o", f"size={size},mode={mode}", "mwlab", target)


def unmount(target: Path) -> None:
    """Unmount; if it is busy, take it out of sight and let the kernel finish later."""
    if not target.is_mount():
        return
    if shell.run("umount", target, check=False).returncode:
        shell.run("umount", "-l", target)


def below(folder: Path, table: str | None = None) -> list[Path]:
    """The mount points in or at a folder, the newest first.

    :param table: the text of a mountinfo file (proc(5)); this process's own if left out.
    """
    text = Path("/proc/self/mountinfo").read_text() if table is None else table
    points = [
        Path(ESCAPE.sub(lambda match: chr(int(match[1], 8)), line.split()[4]))
        for line in text.splitlines()
    ]
    return [point for point in reversed(points) if point == folder or folder in point.parents]
