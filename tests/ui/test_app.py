"""The program as it is started from a menu."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

CLOSING = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QLabel
from mailwright_ui import app

class Closing(QApplication):
    def exec(self):
        self.timer = QTimer(interval=20)
        self.timer.timeout.connect(self.tell_and_close)
        self.timer.start()
        return super().exec()

    def tell_and_close(self):
        (window,) = (widget for widget in self.topLevelWidgets() if widget.isVisible())
        texts = [label.text() for label in window.servers.content.findChildren(QLabel)]
        if len(texts) > 2:
            print(window.windowTitle(), texts[1], sep=chr(10))
            self.closeAllWindows()

app.QApplication = Closing
sys.exit(app.main())
"""


@pytest.mark.parametrize(
    ("languages", "title"),
    [("en_GB:en", "No server yet"), ("ja_JP:ja", "サーバーはまだありません")],
)
def test_the_program_opens_in_the_systems_language_and_ends_with_its_window(
    languages: str, title: str
) -> None:
    # C.UTF-8 is the locale that every Debian has.
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "LANGUAGE": languages, "PYTHONUTF8": "1"}
    command = [sys.executable, "-c", CLOSING]
    ended = subprocess.run(
        command, env=environment, check=False, capture_output=True, encoding="utf-8", timeout=60
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.splitlines() == ["Mailwright", title]
