"""Control groups of the hosts.

``systemd-nspawn --keep-unit`` makes its own groups below the one it is started in, so two
hosts must not share one. A pure version 2 machine has only the last of the roots; the
hybrid layout needs one group in each hierarchy.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

ROOT = Path("/sys/fs/cgroup")
HIERARCHIES = ("unified", "systemd", "memory", "pids", "")
PARENT = "mwlab"


def _parents() -> list[Path]:
    roots = (ROOT / name for name in HIERARCHIES)
    return [root / PARENT for root in roots if (root / "cgroup.procs").exists()]


def folders(name: str) -> list[Path]:
    """The groups of one host, one in each hierarchy (they may not exist yet)."""
    return [top / name for top in _parents()]


def names() -> set[str]:
    """The hosts that have a group."""
    found: set[str] = set()
    for top in _parents():
        if top.is_dir():
            found |= {entry.name for entry in top.iterdir() if entry.is_dir()}
    return found


def processes(name: str) -> set[int]:
    """The process numbers in one host's groups."""
    found: set[int] = set()
    for top in folders(name):
        for folder, _, _ in os.walk(top):
            with contextlib.suppress(FileNotFoundError):
                found |= {int(pid) for pid in (Path(folder) / "cgroup.procs").read_text().split()}
    return found


def remove(name: str) -> None:
    """Remove one host's groups, and the common parent when it was the last one.

    A group that still has a dying process stays; the next keeper removes it.
    """
    for top in folders(name):
        for folder, _, _ in os.walk(top, topdown=False):
            with contextlib.suppress(OSError):
                Path(folder).rmdir()
        with contextlib.suppress(OSError):
            top.parent.rmdir()
