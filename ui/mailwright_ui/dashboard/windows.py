"""The open dashboards: one for each server, as long as the main window is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Signal

from mailwright_ui.dashboard.dashboard import DashboardWindow
from mailwright_ui.dashboard.feed import watching

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from mailwright_ui.world import World


class Dashboards(QObject):
    """Opens dashboards and closes them with the main window.

    They have no parent: what is modal to the main window, such as a set-up, leaves them alone.
    `wanted_set_up` brings the name of a server from whose dashboard a message is to be sent.
    """

    wanted_set_up = Signal(str)

    def __init__(self, world: World, main: QWidget) -> None:
        super().__init__(main)
        self._world = world
        self._main = main
        self.windows: dict[str, DashboardWindow] = {}
        main.installEventFilter(self)

    def open(self, name: str) -> DashboardWindow:
        """Show the dashboard of a server; one that is open comes to the front."""
        window = self.windows.get(name)
        if window is None:
            window = self.windows[name] = DashboardWindow(name, watching(self._world, name))
            window.wanted_set_up.connect(self.wanted_set_up)
            window.closed.connect(lambda closed: self.windows.pop(closed, None))
        window.show()
        window.raise_()
        window.activateWindow()
        return window

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Close every dashboard once the main window is closed."""
        # A spontaneous one is the desktop's: the window was minimised.
        gone = event.type() == QEvent.Type.Hide and not event.spontaneous()
        if watched is self._main and gone:
            for window in list(self.windows.values()):
                window.close()
        return super().eventFilter(watched, event)
