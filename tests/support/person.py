"""A person at the windows: types, presses, waits and reads what is shown."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QEventLoop, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QWidget,
    QWizard,
)

from mailwright_ui.setup.connect import ConnectPage
from mailwright_ui.setup.flow import Flow
from mailwright_ui.setup.form_page import FormPage
from mailwright_ui.setup.wizard import SetupWizard
from mailwright_ui.world import World

if TYPE_CHECKING:
    from collections.abc import Callable

    from mailwright.interview import Answers
    from mailwright.usecases.parts import Parts

LIMIT = 20.0
"""Seconds that a person waits for what must come."""
Button = QWizard.WizardButton

ANSWERS = {
    "server.host": "198.51.100.7",
    "relay.host": "relay.example",
    "relay.user": "someone",
    "identity.hostname": "mx1.corp.example",
    "identity.domain": "corp.example",
    "identity.administrator": "admin@corp.example",
    "proof.sender": "info@corp.example",
    "proof.recipient": "somebody@elsewhere.example",
}
"""What a first set-up types, field by field."""

W = TypeVar("W", bound=QWidget)


def wait_until(holds: Callable[[], bool], what: str = "", limit: float = LIMIT) -> None:
    """Let the windows live until something holds. Raises TimeoutError."""
    end = time.monotonic() + limit
    while not holds():
        if time.monotonic() > end:
            raise TimeoutError(what or "what was waited for did not come")
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)


def settle() -> None:
    """Let what was just made be laid out: Qt shows it in the next turns of its loop."""
    for _turn in range(3):
        QApplication.processEvents()


def texts(window: QWidget) -> str:
    """Return all that a window shows, in labels, buttons and texts."""
    found = [
        str(widget.property("text") or widget.property("plainText") or "")
        for kind in (QLabel, QAbstractButton, QPlainTextEdit)
        for widget in window.findChildren(kind)
        if widget.isVisible()
    ]
    return "\n".join(found)


def labelled(window: QWidget, start: str) -> QPushButton:
    """Return the visible button whose text, without the access key, begins so."""
    found = [
        each
        for each in window.findChildren(QPushButton)
        if each.isVisible() and each.text().replace("&", "").startswith(start)
    ]
    if not found:
        raise LookupError(f"no button {start!r} among:\n{texts(window)}")
    return found[0]


class Person:
    """Sits at the wizard; `typed` is what is typed into fields that are asked."""

    def __init__(
        self, parts: Parts | World, answers: Answers | None = None, *, opened: bool = False
    ) -> None:
        self.typed = dict(ANSWERS)
        world = parts if isinstance(parts, World) else World(lambda: parts)
        self.flow = Flow(world, answers, opened=opened)
        self.wizard = SetupWizard(self.flow)
        self.wizard.show()
        wait_until(self.wizard.isVisible)
        self.wizard.activateWindow()

    @property
    def page(self) -> str:
        """The name of the page that is shown."""
        current = self.wizard.current
        return "" if current is None else current.name

    def form(self) -> FormPage:
        """The form that is shown."""
        current = self.wizard.current
        if not isinstance(current, FormPage):
            raise LookupError(f"{self.page} is no form")
        return current

    def type(self, field: str, text: str) -> None:
        """Put the focus into a field and replace what is there, key by key."""
        if any(each.id == field and each.advanced for each in self.form().form.page.fields):
            self.form().form.advanced.open()
        self.type_into(self.form().form.rows[field].input.parts()[0], text)

    def type_into(self, edit: QWidget, text: str) -> None:
        """Type into a widget."""
        edit.setFocus()
        QTest.keyClick(edit, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        QTest.keyClick(edit, Qt.Key.Key_Delete)
        QTest.keyClicks(edit, text)

    def choose(self, field: str, value: str) -> None:
        """Press the choice of a field that has a value."""
        page = self.form()
        (asked,) = (each for each in page.form.page.fields if each.id == field)
        place = [choice.value for choice in asked.choices()].index(value)
        part = page.form.rows[field].input.parts()[place]
        part.setFocus()
        QTest.keyClick(part, Qt.Key.Key_Space)

    def secret(self, kind: str, text: str) -> None:
        """Type a secret."""
        rows = [row for q, row in self.form().form.secrets if q.kind == kind and row.isVisible()]
        self.type_into(rows[0].input.parts()[0], text)

    def press(self, which: QWizard.WizardButton) -> None:
        """Press one of the wizard's buttons."""
        button = self.wizard.button(which)
        wait_until(button.isEnabled, f"{which} is not enabled on {self.page}")
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    def push(self, start: str) -> None:
        """Press the button whose text begins so."""
        button = labelled(self.wizard, start)
        wait_until(button.isEnabled, f"{start} is not enabled")
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    def arrive(self, name: str) -> None:
        """Wait for a page that is at rest."""
        wait_until(
            lambda: self.page == name and not self.wizard.steps[name].working,
            f"still on {self.page} instead of {name}:\n{texts(self.wizard)}",
        )
        settle()

    def next(self, name: str) -> None:
        """Press the button that goes on, and wait for the page."""
        self.press(Button.NextButton)
        self.arrive(name)

    def shows(self, text: str) -> bool:
        """Tell whether the wizard shows a text."""
        settle()
        return text in texts(self.wizard)

    def answer_page(self) -> None:
        """Type what a first set-up answers on this page."""
        for field in tuple(self.form().form.shown()):
            if field in self.typed:
                self.type(field, self.typed[field])

    def confirm_key(self) -> None:
        """Say that the fingerprints were compared, and go on."""
        page = self.wizard.current
        if not isinstance(page, ConnectPage):
            raise LookupError(f"no host key is asked about on {self.page}")
        wait_until(lambda: page.panel is not None and not page.working)
        settle()
        panel = page.panel
        if panel is None:
            raise LookupError("the question about the host key is gone")
        QTest.keyClick(panel.same, Qt.Key.Key_Space)
        QTest.mouseClick(panel.go_on, Qt.MouseButton.LeftButton)

    def to_review(
        self,
        password: str,
        look: Callable[[str], object] = lambda _page: None,
        preset: str = "",
    ) -> None:
        """Take a first set-up as far as the review; `look` is called on each page after the first.

        With `preset` the person looks at that relay service first, and decides otherwise.
        """
        self.arrive("connect")
        self.answer_page()
        self.press(Button.NextButton)
        self.confirm_key()
        self.arrive("found")
        look("found")
        for name in ("submission", "route", "names", "volume", "proof", "review"):
            self.next(name)
            if name == "route":
                self._look_at_services(look, preset)
            if isinstance(self.wizard.current, FormPage):
                self.answer_page()
            if name == "route":
                self.secret("relay", password)
            look(name)

    def _look_at_services(self, look: Callable[[str], object], preset: str) -> None:
        combo = self.form().form.rows["relay.preset"].input.parts()[0]
        if preset and isinstance(combo, QComboBox):
            combo.setCurrentIndex(combo.findData(preset))
            look("route-service")
            combo.setCurrentIndex(combo.findData(""))

    def close(self) -> None:
        """Close the wizard, however busy it is."""
        self.wizard.reject()
        self.wizard.reject()
        self.wizard.deleteLater()
        QApplication.processEvents()
