"""The program as it is started from a menu."""

from __future__ import annotations

import ast
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


IMPORTING = """
import gc, sys, threading
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from mailwright_ui import app

VIEWS = ("dashboard.windows", "setup.wizard")

class Threads:
    seen = {}

    def find_spec(self, name, path=None, target=None):
        if name in ("asyncio", "dns", "msgspec", "paramiko", "sqlite3") or name.endswith(VIEWS):
            self.seen[name] = threading.current_thread() is threading.main_thread()

class Closing(QApplication):
    def exec(self):
        sys.meta_path.insert(0, Threads())
        self.timer = QTimer(interval=20)
        self.timer.timeout.connect(self.tell_and_close)
        self.timer.start()
        return super().exec()

    def tell_and_close(self):
        if "mailwright_ui.setup.wizard" in sys.modules and gc.isenabled():
            print(*sorted(Threads.seen.items()), sep=chr(10))
            self.closeAllWindows()

app.QApplication = Closing
sys.exit(app.main())
"""


def test_what_is_heavy_is_imported_off_the_windows_thread() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", IMPORTING],
        check=True,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )
    found = dict(ast.literal_eval(line) for line in ended.stdout.splitlines())
    views = {"mailwright_ui.dashboard.windows", "mailwright_ui.setup.wizard"}
    assert {"asyncio", "msgspec", "sqlite3"} | views <= found.keys()
    assert not any(found.values()), found
