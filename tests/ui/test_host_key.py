from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from mailwright_ui.setup.connect import ConnectPage
from tests.support.memory import KEY, OTHER_KEY
from tests.support.person import Button, labelled, settle, texts, wait_until
from tests.unit.usecases.practice import PASSWORD

if TYPE_CHECKING:
    from mailwright_ui.setup.host_key import HostKeyPanel
    from tests.support.person import Person
    from tests.ui.conftest import Seat
    from tests.unit.usecases.practice import Practice


def asked(person: Person) -> HostKeyPanel:
    """Connect as far as the question about the host key."""
    person.arrive("connect")
    person.answer_page()
    person.press(Button.NextButton)
    page = person.wizard.current
    assert isinstance(page, ConnectPage)
    wait_until(lambda: page.panel is not None)
    settle()
    assert page.panel is not None
    return page.panel


def test_an_unknown_key_is_shown_with_the_command_that_shows_it_elsewhere(
    person: Person, server: Practice
) -> None:
    panel = asked(person)
    shown = texts(panel)
    assert KEY.fingerprint in shown
    assert "ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub" in shown
    assert not labelled(panel, "Trust this key").isEnabled()
    assert not person.wizard.button(Button.NextButton).isEnabled()
    assert server.parts.host_keys.lookup("198.51.100.7", 22) is None
    assert server.asked == []


def test_the_command_is_copied(person: Person) -> None:
    panel = asked(person)
    QTest.mouseClick(labelled(panel, "Copy the command"), Qt.MouseButton.LeftButton)
    copied = QGuiApplication.clipboard().text()
    assert copied == "ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub"
    QGuiApplication.clipboard().clear()


def test_a_key_that_was_compared_is_remembered(person: Person, server: Practice) -> None:
    asked(person)
    person.confirm_key()
    person.arrive("found")
    assert server.parts.host_keys.lookup("198.51.100.7", 22) == KEY


def test_enter_trusts_nothing(person: Person, server: Practice) -> None:
    panel = asked(person)
    QTest.keyClick(panel, Qt.Key.Key_Return)
    QTest.keyClick(person.wizard, Qt.Key.Key_Return)
    assert person.page == "connect"
    assert server.parts.host_keys.lookup("198.51.100.7", 22) is None


def test_whoever_meant_another_server_gets_the_form_back(person: Person) -> None:
    asked(person)
    person.push("Back to the form")
    assert person.form().form.isVisible()
    assert person.flow.answers.server.host == "198.51.100.7"


def known_before(person: Person, server: Practice) -> HostKeyPanel:
    server.parts.host_keys.confirm("198.51.100.7", 22, OTHER_KEY, "me@here")
    return asked(person)


def test_a_changed_key_stops_everything(person: Person, server: Practice) -> None:
    panel = known_before(person, server)
    shown = texts(panel)
    assert "has CHANGED" in shown
    assert OTHER_KEY.fingerprint in shown
    assert KEY.fingerprint in shown
    assert server.asked == []
    assert not labelled(panel, "Replace the key").isEnabled()
    QTest.keyClick(person.wizard, Qt.Key.Key_Return)
    assert server.parts.host_keys.lookup("198.51.100.7", 22) == OTHER_KEY


def test_a_changed_key_is_replaced_by_who_types_the_host(person: Person, server: Practice) -> None:
    panel = known_before(person, server)
    (typed,) = panel.findChildren(QLineEdit)
    person.type_into(typed, "198.51.100.8")
    assert not labelled(panel, "Replace the key").isEnabled()
    person.type_into(typed, "198.51.100.7")
    person.push("Replace the key")
    person.arrive("found")
    assert server.parts.host_keys.lookup("198.51.100.7", 22) == KEY


def test_a_key_that_changes_before_the_plan_leads_back_to_where_one_logs_in(
    seat: Seat, server: Practice
) -> None:
    person = seat()
    person.to_review(PASSWORD)
    server.key = OTHER_KEY
    person.next("plan")
    assert person.shows("The host key of 198.51.100.7 has changed.")
    assert not person.wizard.button(Button.CommitButton).isEnabled()
    person.push("Edit answers")
    person.arrive("connect")


def test_a_key_that_changes_between_question_and_answer_is_asked_about_again(
    person: Person, server: Practice
) -> None:
    asked(person)
    server.key = OTHER_KEY
    person.confirm_key()
    wait_until(lambda: person.shows(OTHER_KEY.fingerprint))
    assert server.parts.host_keys.lookup("198.51.100.7", 22) is None
