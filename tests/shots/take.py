"""Take pictures of the windows: `python -m tests.shots.take FOLDER LANGUAGE SCHEME`.

It is a program of its own because Qt reads QT_SCALE_FACTOR once, when it starts. Every picture
shows what a person at the windows has met in this run; the server is one in memory.
"""

from __future__ import annotations

import sys
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication, QWidget

from mailwright.i18n import set_language
from mailwright.net.resolver import StaticResolver
from mailwright.net.smtp import StaticDialogues
from mailwright.storage.database import Database
from mailwright.storage.journal import Journal
from mailwright.usecases.diagnose import Outside
from mailwright_ui.app import translate_qt
from mailwright_ui.crash_dialog import CrashDialog
from mailwright_ui.main_window import CHECK, MainWindow
from mailwright_ui.servers.history import HistoryWindow
from mailwright_ui.servers.server_list import ServerList
from mailwright_ui.setup.connect import ConnectPage
from mailwright_ui.setup.progress import ProgressPage
from mailwright_ui.setup.result import ResultPage
from mailwright_ui.theme import dress
from mailwright_ui.widgets.empty_state import EmptyState
from mailwright_ui.world import World
from tests.support.memory import OTHER_KEY
from tests.support.person import Button, Person, settle, wait_until
from tests.unit.usecases.practice import PASSWORD, Practice
from tests.unit.usecases.test_diagnose import GOOD

if TYPE_CHECKING:
    from collections.abc import Callable

FONT = "Noto Sans CJK JP"
POINTS = 10
NAME = "198.51.100.7"
WHEN = datetime(2026, 3, 4, 5, 6, tzinfo=UTC).timestamp()
STEP_SECONDS = 0.3
FRESH_SPF = {"TXT": ["v=spf1 -all"]}


class Camera:
    """Saves pictures into a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def take(self, name: str, window: QWidget) -> None:
        """Save a window as it is now."""
        settle()
        window.grab().save(str(self._folder / f"{name}.png"))


def practice(folder: Path) -> Practice:
    """A server with two addresses, one of which has a name, and an SPF record to mend."""
    made = Practice(Path(tempfile.mkdtemp(dir=folder)))
    facts = replace(
        made.seen.facts,
        os_name="Debian GNU/Linux 12 (bookworm)",
        addresses=("198.51.100.7", "2001:db8::7"),
        free_bytes=18_400_000_000,
    )
    made.seen = replace(made.seen, facts=facts)
    journal = Journal(Database(made.folder / "mailwright.db"), lambda: WHEN)
    made.parts = replace(made.parts, journal=journal)
    reverse = {"7.100.51.198.in-addr.arpa": {"PTR": ["mx1.corp.example"]}}
    made.dns = {**made.dns, **reverse, "corp.example": FRESH_SPF}  # type: ignore[dict-item] # literals
    return made


def main_windows(camera: Camera, folder: Path) -> None:
    """The list without a server, with one, and the check of a domain."""
    server = practice(folder)

    def outside() -> Outside:
        return Outside(StaticResolver(GOOD), StaticDialogues({}))

    window = MainWindow(World(lambda: server.parts, outside))
    window.show()
    wait_until(lambda: isinstance(window.servers.content, EmptyState))
    camera.take("empty", window)
    window.views.setCurrentIndex(CHECK)
    window.check.domain.setText("corp.example")
    window.check.check()
    wait_until(lambda: window.check.go.isEnabled() and bool(window.check.findings.findings))
    camera.take("check", window)
    window.close()


def connecting(camera: Camera, folder: Path) -> None:
    """The first page: empty, wrong, a new host key, a changed one."""
    server = practice(folder)
    person = Person(server.parts)
    person.arrive("connect")
    camera.take("connect", person.wizard)
    person.choose("server.login", "password")
    person.type("server.user", "admin")
    person.type("server.host", "mx1 corp")
    person.press(Button.NextButton)
    camera.take("connect-errors", person.wizard)
    person.close()
    for name, known in (("host-key", None), ("host-key-changed", OTHER_KEY)):
        if known is not None:
            server.parts.host_keys.confirm(NAME, 22, known, "me@here")
        person = Person(server.parts)
        person.arrive("connect")
        person.answer_page()
        person.press(Button.NextButton)
        page = person.wizard.current
        wait_until(lambda page=page: isinstance(page, ConnectPage) and page.panel is not None)  # type: ignore[misc] # binds it
        camera.take(name, person.wizard)
        person.close()


def first_set_up(camera: Camera, folder: Path) -> None:
    """Every page from the login to the result, then the list, the history and the way back."""
    server = practice(folder)
    person = Person(server.parts)
    person.to_review(PASSWORD, lambda name: camera.take(name, person.wizard), preset="amazon-ses")
    person.next("plan")
    camera.take("plan", person.wizard)
    server.on_step = lambda: time.sleep(STEP_SECONDS)
    person.press(Button.CommitButton)
    progress = person.wizard.steps["progress"]
    wait_until(
        lambda: isinstance(progress, ProgressPage) and progress.steps.signs.get("main.cf") == "✓"
    )
    camera.take("progress", person.wizard)
    server.on_step = lambda: None
    person.arrive("result")
    camera.take("result", person.wizard)
    page = person.wizard.current
    if isinstance(page, ResultPage):
        page.area.verticalScrollBar().setValue(page.area.verticalScrollBar().maximum())
    camera.take("result-end", person.wizard)
    person.close()
    afterwards(camera, server)


def afterwards(camera: Camera, server: Practice) -> None:
    """The list with a server, its history, and what would be taken back."""
    window = MainWindow(World(lambda: server.parts))
    window.show()
    wait_until(lambda: isinstance(window.servers.content, ServerList))
    camera.take("servers", window)
    window.close()
    history = HistoryWindow(World(lambda: server.parts), NAME)
    history.show()
    wait_until(lambda: history.tree.topLevelItemCount() > 0)
    history.taking_back.begin()
    wait_until(lambda: hasattr(history.taking_back, "go"))
    camera.take("history", history)
    history.close()


def failure(camera: Camera, folder: Path) -> None:
    """A step fails, and something of what was done is left."""
    server = practice(folder)
    server.fails, server.leaves = "main.cf", "changed-since\t/etc/postfix/main.cf"
    person = Person(server.parts)
    person.to_review(PASSWORD)
    person.next("plan")
    person.press(Button.CommitButton)
    person.arrive("result")
    camera.take("failure", person.wizard)
    person.close()
    crash = CrashDialog(mistake(), None)
    crash.show()
    camera.take("crash", crash)
    crash.close()


def mistake() -> Exception:
    """A mistake of the program as it would be raised."""
    try:
        raise KeyError("tr0ub4dor&3")
    except KeyError as error:
        return error


SCENES: tuple[Callable[[Camera, Path], None], ...] = (
    main_windows,
    connecting,
    first_set_up,
    failure,
)


def main() -> None:
    """Save a picture of each window into the folder."""
    folder, language, scheme = Path(sys.argv[1]), sys.argv[2], Qt.ColorScheme[sys.argv[3]]
    application = QApplication(["mailwright"])
    application.setFont(QFont(FONT, POINTS))
    dress(application, scheme)
    application.setCursorFlashTime(0)
    set_language(language)
    translate_qt(application)
    with tempfile.TemporaryDirectory() as scratch:
        for scene in SCENES:
            scene(Camera(folder), Path(scratch))


if __name__ == "__main__":
    main()
