"""A table of numbers that is read, and that changes while it is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem

if TYPE_CHECKING:
    from collections.abc import Sequence

LINES = 6
"""The table is at least as high as so many lines of text."""

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class Table(QTableWidget):
    """Names in the first column, numbers in the others; only what has changed is touched."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._columns: tuple[str, ...] = ()
        self._texts: list[tuple[str, ...]] = []
        self.setAccessibleName(name)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setTabKeyNavigation(False)
        self.setAlternatingRowColors(True)
        self.verticalHeader().hide()
        self.setMinimumHeight(self.fontMetrics().height() * LINES)

    def show_rows(self, columns: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> None:
        """Show these rows; the chosen one stays chosen."""
        if columns != self._columns:
            self._name(columns)
        if len(rows) != len(self._texts):
            self.setRowCount(len(rows))
        old = self._texts
        for row, texts in enumerate(rows):
            if row >= len(old):
                self._add(row, texts)
            elif texts != old[row]:
                self._change(row, old[row], texts)
        self._texts = list(rows)

    def _name(self, columns: tuple[str, ...]) -> None:
        self._columns = columns
        self.setColumnCount(len(columns))
        self.setHorizontalHeaderLabels(list(columns))
        # Once: to measure all columns at every change takes long.
        self.resizeColumnsToContents()
        self.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)

    def _add(self, row: int, texts: tuple[str, ...]) -> None:
        for column, text in enumerate(texts):
            item = QTableWidgetItem(text)
            if column:
                item.setTextAlignment(_RIGHT)
            self.setItem(row, column, item)

    def _change(self, row: int, old: tuple[str, ...], new: tuple[str, ...]) -> None:
        for column, (before, text) in enumerate(zip(old, new, strict=True)):
            if text != before and (item := self.item(row, column)) is not None:
                item.setText(text)
