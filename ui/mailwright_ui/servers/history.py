"""The history of a server: what was applied, by whom, what became of it, and the way back."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from mailwright.errors import MailwrightError
from mailwright.i18n import N_, _, visible
from mailwright_ui import words
from mailwright_ui.crashes import start_job
from mailwright_ui.servers.states import STATES
from mailwright_ui.servers.take_back import TakeBack
from mailwright_ui.setup.host_key import Answer
from mailwright_ui.theme import give_size
from mailwright_ui.widgets.busy import Busy
from mailwright_ui.widgets.message import error_message
from mailwright_ui.widgets.text import button, muted

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent

    from mailwright.model.journal import Entry
    from mailwright_ui.jobs import Emit, Stop, Work
    from mailwright_ui.world import World

WIDTH_LINES = 56
HEIGHT_LINES = 30
COLUMN_GAP_LINES = 1
_ID = Qt.ItemDataRole.UserRole
_STEP_STATES = {
    "pending": N_("waits"),
    "running": N_("at work"),
    "done": N_("done"),
    "failed": N_("failed"),
    "undone": N_("taken back"),
    "left": N_("taken back in part"),
}


class HistoryWindow(QDialog):
    """This desktop's copy at once, the server's own journal on request."""

    changed = Signal()

    def __init__(self, world: World, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("History of {server}").format(server=visible(name)))
        self._world = world
        self._name = name
        self._busy = Busy()
        self._message: QWidget | None = None
        self.tree = _tree()
        self.note = muted(_("As this desktop knows it; the server itself was not asked yet."))
        self.refresh = button(_("&Ask the server"), self.ask_server)
        self.back = button(_("Take &back to before this …"), self._take_back)
        self.close_button = button(_("&Close"), self.reject)
        self.taking_back = TakeBack(world, name)
        self.taking_back.ended.connect(self._after)
        self._arrange()
        self._read_copy()

    def _arrange(self) -> None:
        row = QHBoxLayout()
        row.addWidget(self.back)
        row.addWidget(self.refresh)
        row.addStretch()
        row.addWidget(self.close_button)
        self._layout = QVBoxLayout(self)
        self._layout.addWidget(self.note)
        self._layout.addWidget(self.tree, 1)
        self._layout.addWidget(self._busy)
        self._layout.addWidget(self.taking_back)
        self._layout.addLayout(row)
        self.back.setEnabled(False)
        for quiet in (self.back, self.refresh, self.close_button):
            quiet.setAutoDefault(False)
        self.tree.currentItemChanged.connect(lambda *_: self._enable())
        give_size(self, WIDTH_LINES, HEIGHT_LINES)

    def _read_copy(self) -> None:
        world, name = self._world, self._name

        def work(_emit: Emit, _stop: Stop) -> object:
            return world.parts().journal.entries(name)

        self._run(work, _("Reading …"))

    def ask_server(self) -> None:
        """Read the server's own journal."""
        world, name = self._world, self._name

        def work(_emit: Emit, _stop: Stop) -> object:
            from mailwright.usecases.history import history
            from mailwright.usecases.servers import find_server

            parts = world.parts()
            return history(parts, find_server(parts, name), Answer())

        self.note.setText(_("Asking the server …"))
        self._run(work, _("Reading the history on the server …"), asked=True)

    def _run(self, work: Work[object], text: str, *, asked: bool = False) -> None:
        self._tell(None)
        self._busy.begin(text)
        job = start_job(work, self)
        for signal in (job.succeeded, job.failed, job.crashed):
            signal.connect(lambda _what: self._busy.end())
        job.succeeded.connect(lambda entries: self._show(cast("tuple[Entry, ...]", entries)))
        job.failed.connect(self._fail)
        if asked:
            told = _("As the server itself tells it.")
            job.succeeded.connect(lambda _entries: self.note.setText(told))

    def _show(self, entries: tuple[Entry, ...]) -> None:
        self.tree.clear()
        self.tree.addTopLevelItems([_item(entry) for entry in reversed(entries)])
        if not entries:
            self.note.setText(_("Nothing was ever applied on this server."))
        for column in range(self.tree.columnCount() - 1):
            self.tree.resizeColumnToContents(column)
            gap = self.fontMetrics().height() * COLUMN_GAP_LINES
            self.tree.setColumnWidth(column, self.tree.columnWidth(column) + gap)
        first = self.tree.topLevelItem(0)
        if first is not None:
            self.tree.setCurrentItem(first)
            self.tree.setFocus()
        self._enable()

    def _enable(self) -> None:
        self.back.setEnabled(self._chosen() is not None and not self.taking_back.working)

    def _chosen(self) -> str | None:
        item = self.tree.currentItem()
        if item is None:
            return None
        return str((item.parent() or item).data(0, _ID))

    def _take_back(self) -> None:
        self.back.setEnabled(False)
        self.taking_back.begin(self._chosen())

    def _after(self) -> None:
        self._read_copy()
        self.changed.emit()

    def _fail(self, error: object) -> None:
        self.note.setText(_("As this desktop knows it; the server could not be asked."))
        if isinstance(error, MailwrightError):
            self._tell(error_message(error))

    def _tell(self, message: QWidget | None) -> None:
        if self._message is not None:
            self._message.hide()
            self._message.deleteLater()
        self._message = message
        if message is not None:
            self._layout.insertWidget(2, message)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Leave a bare Enter without an effect: it presses no button that has not the focus."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            event.accept()
            return
        super().keyPressEvent(event)

    def reject(self) -> None:
        """Close, unless the server is just being changed back."""
        if not self.taking_back.working:
            super().reject()


def _tree() -> QTreeWidget:
    tree = QTreeWidget()
    tree.setAccessibleName(_("History"))
    tree.setHeaderLabels([_("What"), _("State"), _("By whom"), _("Entry")])
    return tree


def _item(entry: Entry) -> QTreeWidgetItem:
    item = QTreeWidgetItem(
        [
            words.sentence(entry.title),
            _(STATES[entry.state]),
            visible(entry.who),
            visible(entry.id),
        ]
    )
    item.setData(0, _ID, entry.id)
    for step in entry.steps:
        known = _STEP_STATES.get(step.state)
        state = visible(step.state) if known is None else _(known)
        item.addChild(QTreeWidgetItem([words.sentence(step.title), state]))
    return item
