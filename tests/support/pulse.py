"""How late a window's loop comes to what is due, without what the machine itself is late.

`python -m tests.support.pulse` is the control: a process that does nothing but sleep. Where the
whole machine stood still both are late at the same moment, and that is nobody's stutter.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, Qt, QTimer

if TYPE_CHECKING:
    from collections.abc import Iterator

BEAT_MS = 5
PRIORITY = 10
ROOT = Path(__file__).resolve().parents[2]
_LATE = 0.002


@contextmanager
def before_others() -> Iterator[None]:
    """Let this thread, and those that it starts, run before what else the machine has to do.

    Only root may; without that the machine must be calm by itself.
    """
    policy, priority = os.sched_getscheduler(0), os.sched_getparam(0)
    try:
        os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(PRIORITY))
    except PermissionError:
        yield
        return
    try:
        yield
    finally:
        os.sched_setscheduler(0, policy, priority)


class Stalls(NamedTuple):
    """Milliseconds by which turns of the loop came late: 99 % of them, the longest, how many."""

    p99: float
    longest: float
    turns: int


class Pulse:
    """Beats in a window's loop from its making on, until it is stopped."""

    def __init__(self, owner: QObject) -> None:
        command = [sys.executable, "-m", "tests.support.pulse"]
        self._control = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self._beats: list[float] = []
        self._timer = QTimer(owner)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(BEAT_MS)
        self._timer.timeout.connect(lambda: self._beats.append(time.monotonic()))
        self._timer.start()

    def stop(self) -> Stalls:
        """End, and return how late the loop was."""
        self._timer.stop()
        said, _nothing = self._control.communicate("", timeout=10)
        machine = [tuple(map(float, line.split())) for line in said.splitlines()]
        late = sorted(
            max(0.0, (later - earlier - _overlap(earlier, later, machine)) * 1000 - BEAT_MS)
            for earlier, later in pairwise(self._beats)
        )
        return Stalls(late[int(len(late) * 0.99)], late[-1], len(late))


def _overlap(start: float, end: float, others: list[tuple[float, ...]]) -> float:
    return sum(max(0.0, min(end, last) - max(start, first)) for first, last in others)


def _beat_alone() -> None:
    """Print when this process was late, from which moment to which, until stdin ends."""
    import select

    beat = BEAT_MS / 1000
    before = time.monotonic()
    while not select.select([sys.stdin], [], [], beat)[0]:
        now = time.monotonic()
        if now - before > beat + _LATE:
            sys.stdout.write(f"{before + beat} {now}\n")
        before = now


if __name__ == "__main__":
    _beat_alone()
