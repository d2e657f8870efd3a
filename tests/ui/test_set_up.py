"""A first set-up from the empty form to the result, by key presses and clicks."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QWizard

from mailwright.i18n import set_language
from mailwright.interview import PAGES
from mailwright.secrets import SecretKind
from mailwright_ui.setup.flow import ORDER
from mailwright_ui.setup.plan import PlanPage
from mailwright_ui.setup.result import ResultPage
from mailwright_ui.setup.review import ReviewPage
from tests.support.person import ANSWERS, Button, labelled, texts, wait_until
from tests.ui.accessibility import cut_off, reachable, unlabelled
from tests.unit.engine.test_planner import as_desired
from tests.unit.usecases.practice import PASSWORD

if TYPE_CHECKING:
    from mailwright.transport.base import CommandResult
    from tests.support.person import Person
    from tests.ui.conftest import Seat
    from tests.unit.usecases.practice import Practice


def applied(person: Person) -> ResultPage:
    """Take a first set-up to its result."""
    person.to_review(PASSWORD)
    person.next("plan")
    person.press(Button.CommitButton)
    person.arrive("result")
    page = person.wizard.current
    assert isinstance(page, ResultPage)
    return page


def test_a_first_set_up_ends_in_a_proven_server(person: Person, server: Practice) -> None:
    page = applied(person)
    assert server.seen == as_desired(proven=True)
    assert person.shows("Done and confirmed.")
    assert person.shows("The relay took the test message")
    assert set(page.offers) == {"check", "take-back", "save"}


def test_the_apply_button_says_how_much_is_changed_and_where(person: Person) -> None:
    person.to_review(PASSWORD)
    person.next("plan")
    page = person.wizard.current
    assert isinstance(page, PlanPage)
    assert person.flow.planned is not None
    count = len(person.flow.planned.plan.changes)
    commit = person.wizard.button(Button.CommitButton)
    assert commit.text() == f"&Apply {count} changes to 198.51.100.7"
    assert page.summary.text().endswith("to remove")


def test_nothing_is_applied_by_enter(person: Person, server: Practice) -> None:
    person.to_review(PASSWORD)
    person.next("plan")
    for widget in (QApplication.focusWidget(), person.wizard, *reachable(person.wizard)):
        if widget is not None and widget.isVisible():
            QTest.keyClick(widget, Qt.Key.Key_Return)
            QTest.keyClick(widget, Qt.Key.Key_Enter)
    assert person.page == "plan"
    assert server.journal == []
    person.press(Button.CancelButton)
    assert not person.wizard.isVisible()
    assert server.journal == []


def test_each_difference_opens_before_and_after_with_its_reason(person: Person) -> None:
    person.to_review(PASSWORD)
    person.next("plan")
    page = person.wizard.current
    assert isinstance(page, PlanPage)
    tree = page.changes.tree
    assert tree.topLevelItemCount() == 7
    for _step in range(12):
        QTest.keyClick(tree, Qt.Key.Key_Down)
    shown = page.changes.text.toPlainText()
    assert "Before:" in shown
    assert "After:" in shown
    assert PASSWORD not in texts(person.wizard)


def test_enter_leads_through_the_questions(person: Person) -> None:
    person.answer_page()
    edit = person.form().form.rows["server.host"].input.parts()[0]
    QTest.keyClick(edit, Qt.Key.Key_Return)
    person.confirm_key()
    person.arrive("found")
    QTest.keyClick(person.wizard, Qt.Key.Key_Return)
    person.arrive("submission")


def test_back_keeps_what_was_typed(person: Person) -> None:
    person.to_review(PASSWORD)
    for page in ("proof", "volume", "names"):
        person.press(Button.BackButton)
        person.arrive(page)
    assert texts_of(person)["identity.hostname"] == ANSWERS["identity.hostname"]
    person.type("identity.hostname", "half-typed")
    person.press(Button.BackButton)
    person.arrive("route")
    person.next("names")
    assert texts_of(person)["identity.hostname"] == "half-typed"


def texts_of(person: Person) -> dict[str, str]:
    rows = person.form().form.rows
    return {
        name: part.text()
        for name, row in rows.items()
        for part in row.input.parts()
        if isinstance(part, QLineEdit)
    }


def test_the_password_goes_to_the_keyring_and_nowhere_else(
    person: Person, server: Practice
) -> None:
    person.to_review(PASSWORD)
    kept = server.parts.secrets.get("198.51.100.7", SecretKind.RELAY)
    assert kept is not None
    assert kept.reveal() == PASSWORD
    edits = person.wizard.findChildren(QLineEdit)
    assert all(PASSWORD not in edit.text() for edit in edits)
    masked = [edit for edit in edits if edit.echoMode() is QLineEdit.EchoMode.Password]
    assert len(masked) == sum(len(page.secrets) for page in PAGES)
    assert PASSWORD not in repr(vars(person.flow))


def test_the_answers_are_kept_as_the_servers_profile(person: Person, server: Practice) -> None:
    person.to_review(PASSWORD)
    person.next("plan")
    tables = server.parts.profiles.read("198.51.100.7")
    assert tables is not None
    assert tables["identity"] == {
        "hostname": "mx1.corp.example",
        "domain": "corp.example",
        "administrator": "admin@corp.example",
    }
    assert PASSWORD not in repr(tables)


def test_a_relay_without_its_password_is_not_passed(person: Person) -> None:
    person.arrive("connect")
    person.answer_page()
    person.press(Button.NextButton)
    person.confirm_key()
    person.arrive("found")
    person.next("submission")
    person.next("route")
    person.answer_page()
    person.press(Button.NextButton)
    assert person.page == "route"
    assert person.shows("✕ An answer is needed here.")


def test_records_to_publish_are_copied_by_their_buttons(person: Person, server: Practice) -> None:
    server.dns = {**server.dns, "corp.example": {"TXT": ["v=spf1 -all"]}}
    applied(person)
    assert person.shows("DNS records for you to publish")
    copies = [
        each
        for each in person.wizard.findChildren(QPushButton)
        if each.isVisible() and each.accessibleName() == "Copy: Value of corp.example"
    ]
    copies[0].setFocus()
    QTest.keyClick(copies[0], Qt.Key.Key_Space)
    assert QGuiApplication.clipboard().text() == "v=spf1 ip4:192.0.2.1 -all"
    QGuiApplication.clipboard().clear()


def test_check_again_asks_the_dns_anew(person: Person, server: Practice) -> None:
    dns = dict(server.dns)
    server.dns = {**dns, "corp.example": {"TXT": ["v=spf1 -all"]}}
    page = applied(person)
    assert person.shows("v=spf1 ip4:192.0.2.1 -all")
    server.dns = dns
    QTest.mouseClick(page.offers["check"], Qt.MouseButton.LeftButton)
    wait_until(lambda: not page.working)
    assert not person.shows("DNS records for you to publish")
    assert server.asked.count("sendmail -f") == 2


def test_a_set_up_that_is_opened_again_begins_at_the_review(
    seat: Seat, person: Person, stored: Practice
) -> None:
    applied(person)
    person.close()
    again = seat(person.flow.answers, opened=True)
    again.arrive("review")
    page = again.wizard.current
    assert isinstance(page, ReviewPage)
    QTest.mouseClick(page.edits["volume"], Qt.MouseButton.LeftButton)
    again.arrive("volume")
    assert again.wizard.button(Button.NextButton).text() == "Back to the &review"
    again.type("volume.largest_message_mb", "50")
    again.next("review")
    assert again.shows("Largest message (MB): 50")
    again.next("plan")
    assert again.flow.planned is not None
    assert [change.id for change in again.flow.planned.plan.changes] == ["message_size_limit"]


def test_a_server_as_it_should_be_is_only_checked(
    seat: Seat, person: Person, stored: Practice
) -> None:
    applied(person)
    person.close()
    again = seat(person.flow.answers, opened=True)
    again.arrive("review")
    again.next("plan")
    assert again.shows("Nothing is to be done")
    assert again.wizard.button(Button.CommitButton).text() == "Check 198.51.100.7 now"
    again.press(Button.CommitButton)
    again.arrive("result")
    assert again.shows("There was nothing to do.")


def test_what_is_missing_closes_the_way_to_the_plan(seat: Seat, person: Person) -> None:
    person.to_review(PASSWORD)
    person.press(Button.BackButton)
    person.arrive("proof")
    person.type("proof.recipient", "")
    QTest.mouseClick(person.wizard.button(Button.NextButton), Qt.MouseButton.LeftButton)
    assert person.page == "proof"
    other = seat(person.flow.answers, opened=True)
    other.arrive("review")
    assert not other.wizard.button(Button.NextButton).isEnabled()
    assert other.shows("Recipient of the test message: An answer is needed here.")


@pytest.mark.parametrize("language", ["en", "ja", "longer"])
def test_every_page_can_be_read_and_reached(
    seat: Seat, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every page has names for what the Tab key reaches, and cuts no text off."""
    if language == "longer":
        monkeypatch.setenv("MAILWRIGHT_PSEUDO", "1")
    else:
        set_language(language)
    person = seat()
    seen = {}

    def look(page: str) -> None:
        seen[page] = (unlabelled(person.wizard), cut_off(person.wizard))

    person.arrive("connect")
    look("connect")
    person.to_review(PASSWORD, look)
    person.next("plan")
    look("plan")
    person.press(Button.CommitButton)
    person.arrive("result")
    look("result")
    assert {name: problems for name, problems in seen.items() if problems != ([], [])} == {}
    # Everything but what goes by, and the page that has nothing to ask through a relay.
    assert set(ORDER) - set(seen) == {"progress", "protection"}


def test_a_page_that_asks_nothing_is_left_out(person: Person) -> None:
    assert not person.flow.arises("protection")
    assert labelled(person.wizard, "Connect").isVisible()


@pytest.mark.parametrize("way", [Button.BackButton, Button.CancelButton])
def test_a_plan_that_nobody_waits_for_ends_its_connection(
    person: Person, server: Practice, way: QWizard.WizardButton
) -> None:
    person.to_review(PASSWORD)
    hold = threading.Event()
    answer = server.answer

    def slow(script: str, payload: bytes) -> CommandResult:
        hold.wait(10)
        return answer(script, payload)

    server.answer = slow  # type: ignore[method-assign] # a slow server
    person.press(Button.NextButton)
    wait_until(lambda: person.page == "plan" and len(server.transports) > 1)
    person.press(way)
    hold.set()
    wait_until(lambda: all(transport.closed for transport in server.transports))


def test_a_plan_that_was_made_and_left_ends_its_connection(
    person: Person, server: Practice
) -> None:
    person.to_review(PASSWORD)
    person.next("plan")
    assert [transport.closed for transport in server.transports] == [True, False]
    person.press(Button.BackButton)
    person.arrive("review")
    wait_until(lambda: [transport.closed for transport in server.transports] == [True, True])
