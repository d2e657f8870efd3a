"""How late the turns of a window's loop came, apart from the time in which Linux ran others.

The kernel tells for how long a thread was ready but had no processor (schedstat, second field):
a machine that is busy with something else is nobody's stutter.
"""

from __future__ import annotations

import time
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QObject, Qt, QTimer

BEAT_MS = 5
SCHEDSTAT = Path("/proc/thread-self/schedstat")


class Beat(NamedTuple):
    """When a turn came, and how long the thread had waited for a processor by then (seconds)."""

    at: float
    waited: float


class Turns:
    """Counts the turns of the loop of the thread that made it, until it is stopped."""

    def __init__(self, owner: QObject) -> None:
        self._beats: list[Beat] = []
        self._timer = QTimer(owner)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(BEAT_MS)
        self._timer.timeout.connect(self._beat)
        self._timer.start()

    def _beat(self) -> None:
        waited = int(SCHEDSTAT.read_text().split()[1]) / 1e9
        self._beats.append(Beat(time.monotonic(), waited))

    def stop(self) -> list[float]:
        """Return by how many milliseconds each turn was late, the earliest first."""
        self._timer.stop()
        return sorted(
            max(0.0, (later.at - before.at - (later.waited - before.waited)) * 1000 - BEAT_MS)
            for before, later in pairwise(self._beats)
        )


def p99(late: list[float]) -> float:
    """Return the 99th percentile by nearest rank."""
    return late[-(-len(late) * 99 // 100) - 1]
