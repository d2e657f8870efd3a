"""Time things in turn, so that a machine whose speed drifts is fair to both."""

from __future__ import annotations

import statistics
import time
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable


class Pair(NamedTuple):
    """Medians in seconds of two things that were timed in turn, and of their ratio pair by pair."""

    floor: float
    ours: float
    ratio: float
    runs: int


def seconds(work: Callable[[], object]) -> float:
    """How long one call takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def in_turn(floor: Callable[[], object], ours: Callable[[], object], runs: int) -> Pair:
    """Time both in turn, `runs` times, after one run of each that does not count."""
    floor()
    ours()
    pairs = [(seconds(floor), seconds(ours)) for _ in range(runs)]
    return Pair(
        statistics.median(first for first, _second in pairs),
        statistics.median(second for _first, second in pairs),
        statistics.median(second / first for first, second in pairs),
        runs,
    )
