"""Windows need a screen, a server that answers, and a person; nothing may crash unnoticed."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Protocol

import pytest
from PySide6.QtWidgets import QApplication

from mailwright.secrets import Secret, SecretKind
from mailwright_ui.crash_dialog import CrashDialog
from tests.support.person import Person
from tests.unit.usecases.practice import PASSWORD, Practice

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from mailwright.interview import Answers


@pytest.fixture(scope="session")
def qapp_args() -> list[str]:
    """Return the program's arguments; without a screen Qt would end the interpreter."""
    if not os.environ.get("DISPLAY"):
        pytest.exit(
            "no screen: .venv/bin/python -m tests.tools.session .venv/bin/pytest tests/ui", 2
        )
    return ["mailwright"]


@pytest.fixture
def server(tmp_path: Path) -> Practice:
    """A fresh server that is nothing but answers."""
    return Practice(tmp_path)


@pytest.fixture
def stored(server: Practice) -> Practice:
    """The server, with the relay's password in the keyring."""
    server.parts.secrets.set("198.51.100.7", SecretKind.RELAY, Secret(PASSWORD))
    return server


class Seat(Protocol):
    """Seats a person at the wizard; a second one may come later."""

    def __call__(self, answers: Answers | None = None, *, opened: bool = False) -> Person: ...


@pytest.fixture
def seat(qapp: QApplication, server: Practice) -> Iterator[Seat]:
    """Persons who set up the server; their windows end with the test."""
    persons: list[Person] = []

    def sit(answers: Answers | None = None, *, opened: bool = False) -> Person:
        persons.append(Person(server.parts, answers, opened=opened))
        return persons[-1]

    yield sit
    for person in persons:
        person.close()


@pytest.fixture
def person(seat: Seat) -> Person:
    """A person at the beginning of a first set-up."""
    return seat()


@pytest.fixture(autouse=True)
def no_crash(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail where a job has crashed: its dialog is an answer for people, and none for tests."""
    yield
    if QApplication.instance() is None:
        return
    dialogs = [each for each in QApplication.topLevelWidgets() if isinstance(each, CrashDialog)]
    reports = [each.report.toPlainText() for each in dialogs if not each.property("seen")]
    for dialog in dialogs:
        # It lives a while longer: Qt deletes it when nothing refers to it any more.
        dialog.setProperty("seen", True)
        dialog.close()
    if not getattr(request.module, "CRASHES", False):
        assert not reports, reports[0]
