"""The main window: the servers that this desktop knows, or how to begin."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication, QIcon
from PySide6.QtWidgets import QApplication, QMainWindow, QTabWidget, QVBoxLayout, QWidget

from mailwright.datafiles import data_path
from mailwright.errors import MailwrightError
from mailwright.i18n import _, visible
from mailwright_ui.crashes import start_job
from mailwright_ui.theme import give_size
from mailwright_ui.widgets.busy import Busy

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtGui import QCloseEvent, QShowEvent

    from mailwright.interview import Answers
    from mailwright_ui.check.view import CheckView
    from mailwright_ui.dashboard.windows import Dashboards
    from mailwright_ui.jobs import Emit, Job, Stop
    from mailwright_ui.servers.history import HistoryWindow
    from mailwright_ui.servers.server_list import KnownServer
    from mailwright_ui.setup.flow import Flow
    from mailwright_ui.setup.wizard import SetupWizard
    from mailwright_ui.world import World

WIDTH_LINES = 48
HEIGHT_LINES = 30
WARM_AFTER = 100
"""Milliseconds that the first list has to be drawn before what is slow is imported."""
CHECK = 1
"""The place of the view that checks a domain."""


class Servers(QWidget):
    """The view of servers: while they are looked for it says so, then it shows what there is."""

    def __init__(self) -> None:
        super().__init__()
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        waiting = Busy()
        waiting.begin(_("Looking for servers …"))
        self.content: QWidget = waiting
        self._layout.addWidget(waiting)

    def show_content(self, content: QWidget) -> None:
        """Show something in place of what was there; it takes the focus where that had it."""
        focused = self.content.isAncestorOf(QApplication.focusWidget() or self)
        first = isinstance(self.content, Busy)
        self._layout.removeWidget(self.content)
        self.content.hide()
        self.content.deleteLater()
        self.content = content
        self._layout.addWidget(content)
        self.setFocusProxy(content)
        if focused or first:
            content.setFocus()


class Later(QWidget):
    """A view that is made when it is first shown: what nobody looks at costs nothing."""

    def __init__(self, make: Callable[[], QWidget]) -> None:
        super().__init__()
        self._make = make
        self._made: QWidget | None = None
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)

    @property
    def content(self) -> QWidget:
        """The view itself."""
        if self._made is None:
            self._made = self._make()
            self._layout.addWidget(self._made)
            self.setFocusProxy(self._made)
        return self._made

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Make the view."""
        self.content.show()
        super().showEvent(event)


class MainWindow(QMainWindow):
    """The window that opens first; what takes long to import comes with the first job."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self.world = world
        self.wizard: SetupWizard | None = None
        self.history: HistoryWindow | None = None
        self.dashboards: Dashboards | None = None
        self._saving: Job[object] | None = None
        self.setWindowTitle("Mailwright")
        self.setWindowIcon(icon())
        self.views = QTabWidget()
        self.views.setAccessibleName(_("Views"))
        self.views.setDocumentMode(True)
        self.servers = Servers()
        self.views.addTab(self.servers, _("&Servers"))
        self.views.addTab(Later(self._check_view), _("&Check a domain"))
        self.setCentralWidget(self.views)
        self._menu()
        give_size(self, WIDTH_LINES, HEIGHT_LINES)
        self._begun = self._warm = False

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Look for servers while the window is being drawn."""
        super().showEvent(event)
        if not self._begun:
            self._begun = True
            QTimer.singleShot(0, self.refresh)

    @property
    def check(self) -> CheckView:
        """The view that checks a domain."""
        return cast("CheckView", cast("Later", self.views.widget(CHECK)).content)

    def _check_view(self) -> QWidget:
        from mailwright_ui.check.view import CheckView

        return CheckView(self.world)

    def _menu(self) -> None:
        menu = self.menuBar().addMenu(_("&Server"))
        new = menu.addAction(_("&Set up a server …"), self.set_up_new)
        new.setShortcut("Ctrl+N")
        again = menu.addAction(_("&Read the list again"), self.refresh)
        again.setShortcut("F5")
        view = self.menuBar().addMenu(_("&View"))
        for place in range(self.views.count()):
            opens = view.addAction(self.views.tabText(place).replace("&", ""))
            opens.setShortcut(f"Ctrl+{place + 1}")
            opens.triggered.connect(lambda *_, place=place: self._show_view(place))
        menu.addSeparator()
        leave = menu.addAction(_("&Quit"), self.close)
        leave.setShortcut("Ctrl+Q")

    def _show_view(self, place: int) -> None:
        self.views.setCurrentIndex(place)
        self.views.currentWidget().setFocus()

    def refresh(self) -> None:
        """Read which servers this desktop knows, and show them."""
        world = self.world

        def work(_emit: Emit, _stop: Stop) -> object:
            return world.known_servers()

        job = start_job(work, self)
        job.succeeded.connect(lambda found: self.show_servers(cast("Sequence[KnownServer]", found)))
        job.failed.connect(lambda error: self.servers.show_content(self._trouble(error)))

    def show_servers(self, servers: Sequence[KnownServer]) -> None:
        """Show the list, or how to begin."""
        shown = self._list(servers) if servers else self._first_steps()
        self.servers.show_content(shown)
        if not self._warm:
            self._warm = True
            QTimer.singleShot(WARM_AFTER, self, lambda: start_job(import_what_is_slow, self))

    def _list(self, servers: Sequence[KnownServer]) -> QWidget:
        from mailwright_ui.servers.server_list import ServerList

        before = self.servers.content
        shown = ServerList(servers)
        if isinstance(before, ServerList):
            shown.choose(before.chosen)
        shown.wanted_new.connect(self.set_up_new)
        shown.wanted_set_up.connect(self.open_set_up)
        shown.wanted_history.connect(self.open_history)
        shown.wanted_dashboard.connect(self.open_dashboard)
        return shown

    def _first_steps(self) -> QWidget:
        from mailwright_ui.widgets.empty_state import EmptyState

        empty = EmptyState(
            icon(),
            _("No server yet"),
            _(
                "Set up a mail server over SSH: a few questions, then a plan of what would change. "
                "Nothing is changed before you agree."
            ),
            _("&Set up a server"),
        )
        empty.action.clicked.connect(self.set_up_new)
        return empty

    def _trouble(self, error: object) -> QWidget:
        from mailwright_ui import words
        from mailwright_ui.widgets.empty_state import EmptyState

        text = words.error_text(error) if isinstance(error, MailwrightError) else ""
        empty = EmptyState(icon(), _("The servers cannot be listed"), text, _("&Copy the message"))
        empty.action.clicked.connect(lambda: self._copy(text))
        return empty

    def _copy(self, text: str) -> None:
        QGuiApplication.clipboard().setText(text)
        self.statusBar().showMessage(_("Copied: {text}").format(text=visible(text)))

    def set_up_new(self) -> None:
        """Open the wizard at its beginning."""
        from mailwright_ui.setup.flow import Flow

        self._open_wizard(Flow(self.world))

    def set_up_with(self, answers: Answers) -> None:
        """Open the wizard at its beginning, filled in."""
        from mailwright_ui.setup.flow import Flow

        self._open_wizard(Flow(self.world, answers))

    def open_set_up(self, name: str) -> None:
        """Open a server's set-up at the review, to be looked at and changed."""
        world = self.world

        def work(_emit: Emit, _stop: Stop) -> object:
            from mailwright.usecases.profiles import open_profile

            return open_profile(world.parts(), name)

        def then(answers: object) -> None:
            from mailwright_ui.setup.flow import Flow

            self._open_wizard(Flow(world, cast("Answers", answers), opened=True))

        job = start_job(work, self)
        job.succeeded.connect(then)
        job.failed.connect(self._say)

    def _open_wizard(self, flow: Flow) -> None:
        from mailwright_ui.setup.wizard import SetupWizard

        if self.wizard is not None:
            self.wizard.raise_()
            self.wizard.activateWindow()
            return
        wizard = self.wizard = SetupWizard(flow, self)
        wizard.finished.connect(wizard.deleteLater)
        wizard.finished.connect(lambda _how: self._keep(flow))
        wizard.show()

    def _keep(self, flow: Flow) -> None:
        """Keep the answers of a first set-up that was left half way; the list shows it again."""
        self.wizard, self._saving = None, None
        half_way = flow.found is not None and not flow.opened and flow.job.done is None
        if not half_way:
            self.refresh()
            return
        world, answers = self.world, flow.answers

        def work(_emit: Emit, _stop: Stop) -> object:
            from mailwright.usecases.profiles import save_profile

            return save_profile(world.parts(), answers)

        job = self._saving = start_job(work, self)
        job.failed.connect(self._say)
        job.ended.connect(self.refresh)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """Close what is open first; where a server is at work, that window says what to do."""
        if self.wizard is not None:
            self.wizard.reject()
        if self.history is not None:
            self.history.reject()
        at_work = self.history is not None and self.history.isVisible()
        if self.wizard is not None or at_work:
            event.ignore()
        elif self._saving is not None and self._saving.running:
            self._saving.ended.connect(self.close)
            event.ignore()
        else:
            super().closeEvent(event)

    def open_dashboard(self, name: str) -> None:
        """Open what becomes of a server's mail."""
        from mailwright_ui.dashboard.windows import Dashboards

        if self.dashboards is None:
            self.dashboards = Dashboards(self.world, self)
            self.dashboards.wanted_set_up.connect(self.open_set_up)
        self.dashboards.open(name)

    def open_history(self, name: str) -> None:
        """Open what was applied on a server."""
        from mailwright_ui.servers.history import HistoryWindow

        self.history = HistoryWindow(self.world, name, self)
        self.history.changed.connect(self.refresh)
        self.history.show()

    def _say(self, error: object) -> None:
        from mailwright_ui import words

        if isinstance(error, MailwrightError):
            remedy = words.remedy_of(error)
            self.statusBar().showMessage(f"{error.message} {remedy}".strip())


def import_what_is_slow(_emit: Emit, _stop: Stop) -> object:
    """Import what the other windows need while nobody waits for it: a job."""
    from mailwright.usecases import look, setup
    from mailwright_ui.dashboard import windows
    from mailwright_ui.setup import wizard

    return look, setup, windows, wizard


def icon() -> QIcon:
    """Return the program's icon."""
    return QIcon(str(data_path("icons/mailwright.svg")))
