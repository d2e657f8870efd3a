"""The program as it is started from a menu."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

CLOSING = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QPushButton
from mailwright_ui import app

class Closing(QApplication):
    def exec(self):
        QTimer.singleShot(0, self.tell_and_close)
        return super().exec()

    def tell_and_close(self):
        (window,) = (widget for widget in self.topLevelWidgets() if widget.isWindow())
        print(window.windowTitle(), window.findChild(QPushButton).text(), sep=chr(10))
        self.closeAllWindows()

app.QApplication = Closing
sys.exit(app.main())
"""


@pytest.mark.parametrize(
    ("languages", "action"),
    [("en_GB:en", "&Copy the command"), ("ja_JP:ja", "コマンドをコピー(&C)")],
)
def test_the_program_opens_in_the_systems_language_and_ends_with_its_window(
    languages: str, action: str
) -> None:
    # C.UTF-8 is the locale that every Debian has.
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "LANGUAGE": languages, "PYTHONUTF8": "1"}
    command = [sys.executable, "-c", CLOSING]
    ended = subprocess.run(
        command, env=environment, check=False, capture_output=True, encoding="utf-8", timeout=60
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.splitlines() == ["Mailwright", action]
