"""Processes by identity: a process number together with its start time is never used twice."""

from __future__ import annotations

import contextlib
import os
import pwd
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import signal

PROC = Path("/proc")
STATE_FIELD, PARENT_FIELD, START_FIELD = 0, 1, 19  # proc(5), counted after the name
POLL_SECONDS = 0.01


class Identity(NamedTuple):
    """One process for all time: its number and its start time in clock ticks since boot."""

    pid: int
    start: int


def _stat(pid: int) -> list[str] | None:
    try:
        text = (PROC / str(pid) / "stat").read_text(errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return None
    return text.rsplit(")", 1)[1].split()


def identify(pid: int) -> Identity | None:
    """The identity of a running process, or None if there is none of this number."""
    fields = _stat(pid)
    if fields is None or fields[STATE_FIELD] in "ZX":
        return None
    return Identity(pid, int(fields[START_FIELD]))


def alive(process: Identity) -> bool:
    """Whether it is still the same process. A zombie is gone: some machines reap late."""
    return identify(process.pid) == process


def parent(pid: int) -> int:
    """The parent's process number, or 0."""
    fields = _stat(pid)
    return int(fields[PARENT_FIELD]) if fields else 0


def child(pid: int) -> int:
    """The first child's process number, or 0."""
    try:
        children = (PROC / str(pid) / "task" / str(pid) / "children").read_text().split()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return int(children[0]) if children else 0


def is_within(pid: int, ancestor: Identity) -> bool:
    """Whether ``pid`` is that process or one of its descendants."""
    if not alive(ancestor):
        return False
    while pid > 1 and pid != ancestor.pid:
        pid = parent(pid)
    return pid == ancestor.pid


def end(process: Identity, number: signal.Signals) -> None:
    """Send a signal, to this very process only."""
    if alive(process):
        with contextlib.suppress(ProcessLookupError):
            os.kill(process.pid, number)


def wait_gone(process: Identity, seconds: float) -> bool:
    """Wait for the end of a process; False if it is still there after so many seconds."""
    deadline = time.monotonic() + seconds
    while alive(process):
        with contextlib.suppress(ChildProcessError):
            os.waitpid(process.pid, os.WNOHANG)
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_SECONDS)
    return True


def user_name(uid: int) -> str:
    """The account's name, or its number if it has none."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
