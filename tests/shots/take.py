"""Take pictures of the windows: `python -m tests.shots.take FOLDER LANGUAGE SCHEME`.

It is a program of its own because Qt reads QT_SCALE_FACTOR once, when it starts.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication

from mailwright.i18n import set_language
from mailwright.model.journal import Entry, EntryState
from mailwright_ui.main_window import MainWindow
from mailwright_ui.theme import palette

FONT = "Noto Sans CJK JP"
POINTS = 10


class Shown(NamedTuple):
    """A server in a picture."""

    name: str
    last_entry: Entry | None
    when: float


WHEN = datetime(2026, 3, 4, 5, 6, tzinfo=UTC).timestamp()
SET_UP = "Set-up: this host sends through a relay"
SERVERS = [
    Shown("mx1.example.jp", Entry("1", EntryState.CONFIRMED, "me@desk", SET_UP), WHEN),
    Shown("mx2.example.jp", Entry("2", EntryState.LEFT, "me@desk", SET_UP), WHEN),
    Shown("smtp.shop.example", None, WHEN),
]


def main() -> None:
    """Save a picture of each window into the folder."""
    folder, language, scheme = Path(sys.argv[1]), sys.argv[2], Qt.ColorScheme[sys.argv[3]]
    application = QApplication(["mailwright"])
    application.setStyle("Fusion")
    application.setFont(QFont(FONT, POINTS))
    application.setPalette(palette(scheme))
    set_language(language)
    windows: dict[str, list[Shown]] = {"empty": [], "servers": SERVERS}
    for name, servers in windows.items():
        window = MainWindow(servers)
        window.show()
        application.processEvents()
        window.grab().save(str(folder / f"{name}.png"))
        window.close()


if __name__ == "__main__":
    main()
