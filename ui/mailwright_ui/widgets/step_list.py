"""The steps of a job, each with what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QListWidget, QListWidgetItem

from mailwright.i18n import N_, _
from mailwright.model.events import RolledBack, StepDone, StepFailed, StepStarted
from mailwright_ui import words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mailwright.model.events import Event

WAITS, RUNS, DONE, FAILED, UNDONE, LEFT = "○", "▶", "✓", "✕", "↶", "!"
MEANING = {
    WAITS: N_("waits"),
    RUNS: N_("at work"),
    DONE: N_("done"),
    FAILED: N_("failed"),
    UNDONE: N_("taken back"),
    LEFT: N_("taken back in part"),
}


class StepList(QListWidget):
    """One line for each step; its sign and its word change with the events."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(_("Steps"))
        self._titles: dict[str, str] = {}
        self._items: dict[str, QListWidgetItem] = {}
        self.signs: dict[str, str] = {}

    def show_steps(self, steps: Iterable[tuple[str, str]]) -> None:
        """Show the steps that are to come, by their ids and titles."""
        self.clear()
        self._titles, self._items, self.signs = {}, {}, {}
        for step, title in steps:
            self._add(step, title)

    def hear(self, event: Event) -> None:
        """Show what an event says of a step."""
        if isinstance(event, StepStarted):
            self._add(event.step, event.title)
            self._mark(event.step, RUNS)
        elif isinstance(event, StepDone):
            self._mark(event.step, DONE)
        elif isinstance(event, StepFailed):
            self._mark(event.step, FAILED)
        elif isinstance(event, RolledBack):
            self._mark(event.step, LEFT if event.left else UNDONE)

    def _add(self, step: str, title: str) -> None:
        if step not in self._items:
            self._titles[step] = words.sentence(title)
            self._items[step] = QListWidgetItem()
            self.addItem(self._items[step])
            self._mark(step, WAITS)

    def _mark(self, step: str, sign: str) -> None:
        item = self._items.get(step)
        if item is None:
            return
        self.signs[step] = sign
        item.setText(f"{sign}  {self._titles[step]} ({_(MEANING[sign])})")
        self.scrollToItem(item)
