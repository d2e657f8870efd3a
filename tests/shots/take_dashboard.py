"""Take pictures of the dashboard: `python -m tests.shots.take_dashboard FOLDER LANGUAGE SCHEME`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEventLoop, QSize, Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication

from mailwright.i18n import set_language
from mailwright_ui.app import translate_qt
from mailwright_ui.dashboard.dashboard import DashboardWindow
from mailwright_ui.theme import dress
from tests.support.deliveries import BUSY, EMPTY, LOST, SERVER, TROUBLE, UNREAD

if TYPE_CHECKING:
    from mailwright.model.figures import Snapshot
    from mailwright_ui.jobs import Emit, Stop, Work

FONT, POINTS = "Noto Sans CJK JP", 10
SIZE = QSize(1200, 900)
PICTURES = {
    "busy": (BUSY,),
    "trouble": (TROUBLE,),
    "empty": (EMPTY,),
    "lost": (BUSY, LOST),
    "unread": (UNREAD,),
    "tables": (BUSY,),
}


def main() -> None:
    """Save a picture of each state into the folder."""
    folder, language, scheme = Path(sys.argv[1]), sys.argv[2], Qt.ColorScheme[sys.argv[3]]
    application = QApplication(["mailwright"])
    application.setFont(QFont(FONT, POINTS))
    dress(application, scheme)
    set_language(language)
    translate_qt(application)
    for name, snapshots in PICTURES.items():
        window = shown(application, snapshots)
        if name == "tables":
            for panel in window.view.panels.values():
                panel.toggle.click()
            window.view.causes.rows["user_unknown"].disclosure.open()
        turn(application)
        window.grab().save(str(folder / f"dashboard-{name}.png"))
        window.close()


def shown(application: QApplication, snapshots: tuple[Snapshot, ...]) -> DashboardWindow:
    """Return a window that shows these snapshots, at the time of the last."""

    def watch(_hours: int) -> Work[object]:
        def work(emit: Emit, _stop: Stop) -> object:
            for snapshot in snapshots:
                emit(snapshot)
            return None

        return work

    window = DashboardWindow(SERVER, watch, lambda: snapshots[-1].taken_at)
    window.resize(SIZE)
    window.show()
    while window.feed.running or window.view.slices.drawing:
        turn(application)
    return window


def turn(application: QApplication) -> None:
    """Let the windows live for some turns."""
    for _turn in range(5):
        application.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)


if __name__ == "__main__":
    main()
