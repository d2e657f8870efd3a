"""The differences of a plan, step by step; each opens what is there, what comes, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QPlainTextEdit,
    QSplitter,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from mailwright.i18n import _, visible
from mailwright_ui import words
from mailwright_ui.theme import fixed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mailwright.model.plan import Change, Plan

TREE_SHARE, TEXT_SHARE = 3, 2
LONGEST_VALUE = 100_000
"""The most characters of a value that are shown."""

_CHANGE = Qt.ItemDataRole.UserRole


class ChangeList(QSplitter):
    """The list above, the chosen difference in full below."""

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Vertical)
        self.setChildrenCollapsible(False)
        self.tree = QTreeWidget()
        self.tree.setAccessibleName(_("Changes"))
        self.tree.setHeaderLabels([_("Change"), _("What it is for")])
        self.tree.currentItemChanged.connect(self._show)
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setAccessibleName(_("Before and after"))
        self.text.setFont(fixed(self.text.font()))
        box = QWidget()
        layout = QVBoxLayout(box)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.text)
        self.addWidget(self.tree)
        self.addWidget(box)
        self.setStretchFactor(0, TREE_SHARE)
        self.setStretchFactor(1, TEXT_SHARE)

    def show_plan(self, plan: Plan) -> None:
        """Show the differences of a plan, its first one opened."""
        self.tree.clear()
        for step in plan.steps:
            group = QTreeWidgetItem([words.sentence(step.title), ""])
            group.setFirstColumnSpanned(True)
            self.tree.addTopLevelItem(group)
            group.addChildren([_item(change) for change in step.changes])
            group.setExpanded(True)
        first = self.tree.topLevelItem(0)
        if first is not None and (change := first.child(0)) is not None:
            self.tree.setCurrentItem(change)
        self.tree.resizeColumnToContents(0)

    def _show(self, item: QTreeWidgetItem | None) -> None:
        change = None if item is None else item.data(0, _CHANGE)
        text = "" if change is None else "\n".join(_told(change))
        self.text.setPlainText(text[:LONGEST_VALUE])


def _item(change: Change) -> QTreeWidgetItem:
    mark = words.MARKS[change.action]
    reasons = [words.sentence(change.why)]
    if not change.undoable:
        reasons.insert(0, _("This cannot be taken back."))
    item = QTreeWidgetItem([f"{mark} {visible(change.id)}", " ".join(reasons)])
    item.setData(0, _CHANGE, change)
    item.setData(0, Qt.ItemDataRole.AccessibleTextRole, f"{_action(change)} {visible(change.id)}")
    item.setToolTip(1, words.sentence(change.why))
    return item


def _action(change: Change) -> str:
    return _(words.ACTIONS[change.action])


def _told(change: Change) -> Iterator[str]:
    yield words.sentence(change.why)
    if not change.undoable:
        yield _("This cannot be taken back.")
    yield ""
    yield _("Before:")
    yield from _value("−", change.before)
    yield _("After:")
    yield from _value("+", None if change.after is None else _(change.after))


def _value(sign: str, value: str | None) -> Iterator[str]:
    if value is None:
        yield "  " + _("nothing")
    else:
        yield from (f"  {sign} {visible(line)}" for line in value.splitlines() or [""])
