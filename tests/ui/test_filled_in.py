"""The program opened with answers: the wizard stands on its first page, filled in."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

from mailwright.interview import Answers, with_value
from mailwright.secrets import Secret, SecretKind
from tests.secret_service import secret_service

if TYPE_CHECKING:
    from pathlib import Path

    from tests.ui.conftest import Seat
    from tests.unit.usecases.practice import Practice

__all__ = ["secret_service"]

PROFILE = """
[server]
name = "mx1"
host = "198.51.100.7"
user = "admin"
login = "key"
key_file = "/nowhere/key"

[relay]
host = "relay.example"
"""
CLOSING = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from mailwright_ui import app
from mailwright_ui.main_window import MainWindow
from tests.demo import window

class Closing(QApplication):
    def exec(self):
        self.timer = QTimer(interval=20)
        self.timer.timeout.connect(self.tell_and_close)
        self.timer.start()
        return super().exec()

    def tell_and_close(self):
        main = next(each for each in self.topLevelWidgets() if type(each).__name__ == "MainWindow")
        wizard = main.wizard
        if wizard is not None and wizard.isVisible() and not wizard.current.working:
            rows = wizard.current.form.rows
            shown = [rows[each].input.answer() for each in ("server.host", "server.user")]
            print(wizard.current.name, *shown, wizard.flow.answers.relay.host, sep=chr(10))
            self.closeAllWindows()

app.QApplication = Closing
sys.exit(window.show(Path(sys.argv[1])))
"""


def test_the_window_opens_with_the_wizard_filled_in_and_ends_when_it_is_closed(
    secret_service: dict[str, str], tmp_path: Path
) -> None:
    profile = tmp_path / "mx1.toml"
    profile.write_text(PROFILE)
    environment = {**os.environ, **secret_service}
    ended = subprocess.run(
        [sys.executable, "-c", CLOSING, str(profile)],
        env=environment,
        check=False,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.splitlines() == ["connect", "198.51.100.7", "admin", "relay.example"]


def test_a_login_that_is_answered_says_which_of_its_secrets_are_stored(
    seat: Seat, server: Practice
) -> None:
    server.parts.secrets.set("198.51.100.7", SecretKind.SUDO, Secret("long and only for a test"))
    answers = with_value(Answers(), "server.host", "198.51.100.7")
    person = seat(with_value(answers, "server.user", "admin"))
    person.arrive("connect")
    (row,) = (row for question, row in person.form().form.secrets if question.kind == "sudo")
    assert (
        row.input.parts()[0].property("placeholderText")
        == "Stored in the keyring; type to replace it"
    )
