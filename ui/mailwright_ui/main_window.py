"""The main window: the servers that this desktop knows, or how to begin."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QDateTime, QLocale
from PySide6.QtGui import QGuiApplication, QIcon
from PySide6.QtWidgets import QMainWindow, QTreeWidget, QTreeWidgetItem, QWidget

from mailwright.datafiles import data_path
from mailwright.i18n import N_, _, language, visible
from mailwright.model.journal import EntryState
from mailwright_ui.widgets.empty_state import EmptyState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mailwright.errors import MailwrightError
    from mailwright.model.journal import Entry

FIRST_COMMAND = "mailwright profile new my-server.toml"
WIDTH_CHARACTERS = 80
HEIGHT_LINES = 28
COLUMN_GAP_CHARACTERS = 3
STATES = {
    EntryState.APPLYING: N_("being applied"),
    EntryState.APPLIED: N_("applied, not confirmed yet"),
    EntryState.CONFIRMED: N_("applied and confirmed"),
    EntryState.STOPPED: N_("stopped on the way"),
    EntryState.UNDOING: N_("being taken back"),
    EntryState.UNDONE: N_("taken back"),
    EntryState.LEFT: N_("taken back, but something is left"),
    EntryState.INTERRUPTED: N_("interrupted"),
}


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


class MainWindow(QMainWindow):
    """The window that opens first: a list, how to begin, or why there is no list."""

    def __init__(self, servers: Sequence[KnownServer] | MailwrightError) -> None:
        super().__init__()
        self.setWindowTitle("Mailwright")
        self.setWindowIcon(icon())
        self.setCentralWidget(self._content(servers))
        metrics = self.fontMetrics()
        self.resize(metrics.averageCharWidth() * WIDTH_CHARACTERS, metrics.height() * HEIGHT_LINES)

    def _content(self, servers: Sequence[KnownServer] | MailwrightError) -> QWidget:
        if isinstance(servers, Exception):
            return self._trouble(servers)
        return server_list(servers) if servers else self._first_steps()

    def _first_steps(self) -> EmptyState:
        empty = EmptyState(
            icon(),
            _("No server yet"),
            _(
                "Describe your mail server in a profile: run {command} in a terminal, and fill in "
                "the file that it writes."
            ).format(command=FIRST_COMMAND),
            _("&Copy the command"),
        )
        empty.action.clicked.connect(lambda: self._copy(FIRST_COMMAND))
        return empty

    def _trouble(self, error: MailwrightError) -> EmptyState:
        text = f"{error}\n{error.remedy or ''}".strip()
        empty = EmptyState(icon(), _("The servers cannot be listed"), text, _("&Copy the message"))
        empty.action.clicked.connect(lambda: self._copy(text))
        return empty

    def _copy(self, text: str) -> None:
        QGuiApplication.clipboard().setText(text)
        self.statusBar().showMessage(_("Copied: {text}").format(text=visible(text)))


def server_list(servers: Sequence[KnownServer]) -> QTreeWidget:
    """Return the list of servers (one at least), each with what was applied there last."""
    tree = QTreeWidget()
    tree.setAccessibleName(_("Servers"))
    tree.setHeaderLabels([_("Server"), _("Last change"), _("State"), _("Last worked on")])
    tree.setRootIsDecorated(False)
    rows = [QTreeWidgetItem(columns(server)) for server in servers]
    tree.addTopLevelItems(rows)
    tree.setCurrentItem(rows[0])
    gap = tree.fontMetrics().averageCharWidth() * COLUMN_GAP_CHARACTERS
    for column in range(tree.columnCount()):
        tree.resizeColumnToContents(column)
        tree.setColumnWidth(column, tree.columnWidth(column) + gap)
    return tree


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


def icon() -> QIcon:
    """Return the program's icon."""
    return QIcon(str(data_path("icons/mailwright.svg")))
