"""The servers that this desktop has worked on, each with what was applied there last."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QDateTime, QLocale, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from mailwright.i18n import _, language, visible
from mailwright_ui.servers.states import STATES
from mailwright_ui.widgets.text import button

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mailwright.model.journal import Entry

COLUMN_GAP_LINES = 2
_NAME = Qt.ItemDataRole.UserRole


class KnownServer(Protocol):
    """A server that this desktop has worked on."""

    @property
    def name(self) -> str:
        """The server's name, as its profile has it."""

    @property
    def last_entry(self) -> Entry | None:
        """What was applied last from this desktop; None for nothing."""

    @property
    def when(self) -> float:
        """When it was last worked on, in seconds since the epoch."""


class ServerList(QWidget):
    """The list and what can be done with the chosen server; one server at least."""

    wanted_new = Signal()
    wanted_set_up = Signal(str)
    wanted_history = Signal(str)
    wanted_dashboard = Signal(str)

    def __init__(self, servers: Sequence[KnownServer]) -> None:
        super().__init__()
        self.tree = server_tree(servers)
        self.tree.itemActivated.connect(lambda *_: self.wanted_set_up.emit(self.chosen))
        self.new = button(_("&Set up a server"), self.wanted_new.emit)
        self.open = button(_("&Open set-up"), lambda: self.wanted_set_up.emit(self.chosen))
        self.history = button(_("&History …"), lambda: self.wanted_history.emit(self.chosen))
        self.dashboard = button(_("&Deliveries …"), lambda: self.wanted_dashboard.emit(self.chosen))
        row = QHBoxLayout()
        row.addWidget(self.open)
        row.addWidget(self.dashboard)
        row.addWidget(self.history)
        row.addStretch()
        row.addWidget(self.new)
        layout = QVBoxLayout(self)
        layout.addWidget(self.tree, 1)
        layout.addLayout(row)
        self.setFocusProxy(self.tree)

    def choose(self, name: str) -> None:
        """Choose a server by its name; a name that is not in the list changes nothing."""
        for place in range(self.tree.topLevelItemCount()):
            item = self.tree.topLevelItem(place)
            if item is not None and item.data(0, _NAME) == name:
                self.tree.setCurrentItem(item)

    @property
    def chosen(self) -> str:
        """The name of the chosen server."""
        item = self.tree.currentItem()
        return "" if item is None else str(item.data(0, _NAME))


def server_tree(servers: Sequence[KnownServer]) -> QTreeWidget:
    """Return the list of servers (one at least), the first of them chosen."""
    tree = QTreeWidget()
    tree.setAccessibleName(_("Servers"))
    tree.setHeaderLabels([_("Server"), _("Last change"), _("State"), _("Last worked on")])
    tree.setRootIsDecorated(False)
    rows = [_row(server) for server in servers]
    tree.addTopLevelItems(rows)
    tree.setCurrentItem(rows[0])
    gap = tree.fontMetrics().height() * COLUMN_GAP_LINES
    for column in range(tree.columnCount()):
        tree.resizeColumnToContents(column)
        tree.setColumnWidth(column, tree.columnWidth(column) + gap)
    return tree


def _row(server: KnownServer) -> QTreeWidgetItem:
    row = QTreeWidgetItem(columns(server))
    row.setData(0, _NAME, server.name)
    return row


def columns(server: KnownServer) -> list[str]:
    """Return what the list says of a server."""
    entry = server.last_entry
    change = (_("Nothing applied yet"), "")
    if entry is not None:
        change = (visible(_(entry.title)), _(STATES[entry.state]))
    return [visible(server.name), *change, moment(server.when)]


def moment(when: float) -> str:
    """Return a time in the person's own zone and the language's own order."""
    local = QDateTime.fromSecsSinceEpoch(int(when))
    return QLocale(language()).toString(local, QLocale.FormatType.ShortFormat)
