"""Draw a window part by part, so that no turn of its loop takes long."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

PAUSE = 100
"""Milliseconds between two drawings: who streams faster is drawn less often."""


class Slices(QObject):
    """Calls `parts` one after another, each in a turn of its own, whenever it is asked to."""

    def __init__(self, parts: Sequence[Callable[[], None]], parent: QObject) -> None:
        super().__init__(parent)
        self._parts = parts
        self._next = 0
        self._again = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._draw)

    @property
    def drawing(self) -> bool:
        """Whether something is still to be drawn."""
        return self._timer.isActive()

    def ask(self) -> None:
        """Draw all parts; where that goes on already, once more after it."""
        if self._timer.isActive():
            self._again = True
        else:
            self._timer.start(0)

    def _draw(self) -> None:
        self._parts[self._next]()
        self._next = (self._next + 1) % len(self._parts)
        if self._next:
            self._timer.start(0)
        elif self._again:
            self._again = False
            self._timer.start(PAUSE)
