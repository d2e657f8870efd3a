"""The server at work: stop after a step, failure with undo, closing the window."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from mailwright.model.events import Outcome
from mailwright_ui.setup.progress import ProgressPage
from mailwright_ui.setup.result import ResultPage
from tests.support.person import Button, texts, wait_until
from tests.unit.usecases.practice import HOSTILE, PASSWORD

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support.person import Person
    from tests.unit.usecases.practice import Practice


class Gate:
    """Holds the server at its second step until the test lets it go on."""

    def __init__(self, server: Practice) -> None:
        self.steps = 0
        self.open = threading.Event()
        server.on_step = self._hold

    def _hold(self) -> None:
        self.steps += 1
        if self.steps > 1:
            self.open.wait(20)


@pytest.fixture
def gate(server: Practice) -> Iterator[Gate]:
    made = Gate(server)
    yield made
    made.open.set()


def begun(person: Person) -> ProgressPage:
    person.to_review(PASSWORD)
    person.next("plan")
    person.press(Button.CommitButton)
    page = person.wizard.steps["progress"]
    assert isinstance(page, ProgressPage)
    wait_until(lambda: person.page == "progress")
    return page


def result(person: Person) -> ResultPage:
    person.arrive("result")
    page = person.wizard.current
    assert isinstance(page, ResultPage)
    return page


def test_what_goes_on_is_told_in_the_present_and_there_is_no_way_back(
    person: Person, gate: Gate
) -> None:
    page = begun(person)
    wait_until(lambda: gate.steps == 2 and page.steps.signs["packages"] == "✓")
    assert page.now.text().startswith("Step 1 of 7: ")
    assert page.bar.value() == 1
    assert page.steps.item(0).text().endswith("(done)")
    assert page.steps.item(2).text().endswith("(waits)")
    buttons = (Button.BackButton, Button.CancelButton, Button.NextButton, Button.CommitButton)
    assert [person.wizard.button(each).isVisible() for each in buttons] == [False] * 4
    gate.open.set()
    result(person)


def test_who_stops_keeps_what_is_done_and_can_go_on(
    person: Person, server: Practice, gate: Gate
) -> None:
    begun(person)
    wait_until(lambda: gate.steps == 2)
    stop = person.wizard.button(Button.CustomButton1)
    assert stop.text() == "&Stop after this step"
    QTest.mouseClick(stop, Qt.MouseButton.LeftButton)
    assert not stop.isEnabled()
    gate.open.set()
    page = result(person)
    assert person.shows("Stopped as you asked; what was done so far stays.")
    assert set(page.offers) == {"go-on", "take-back", "edit", "save"}
    assert server.journal[0].state == "stopped"

    QTest.mouseClick(page.offers["go-on"], Qt.MouseButton.LeftButton)
    person.arrive("plan")
    assert person.shows("me@here stopped an earlier change")
    person.press(Button.CommitButton)
    result(person)
    assert person.flow.job.done is not None
    assert person.flow.job.done.outcome is Outcome.DONE


def test_a_failure_tells_the_four_things(person: Person, server: Practice) -> None:
    server.fails = "main.cf"
    begun(person)
    page = result(person)
    shown = texts(person.wizard)
    for title in ("What failed", "What was taken back", "What is left", "What to do"):
        assert title in shown
    assert "Step main.cf failed: A command on the server failed." in shown
    assert "it said (secret)" in shown
    assert "tables, packages" in shown
    assert "Nothing: the server is what it was before." in shown
    assert PASSWORD not in shown
    assert HOSTILE not in shown
    assert set(page.offers) == {"retry", "edit", "save"}
    assert server.journal[0].state == "undone"


def test_what_could_not_be_taken_back_is_named(person: Person, server: Practice) -> None:
    server.fails, server.leaves = "main.cf", "queue-kept\t3"
    begun(person)
    page = result(person)
    assert person.shows("Taken back, except for what is named here:")
    assert person.shows("3 messages still wait in its queue")
    assert "take-back" in page.offers


def test_after_a_failure_it_can_be_tried_again(person: Person, server: Practice) -> None:
    server.fails = "main.cf"
    begun(person)
    page = result(person)
    server.fails = ""
    QTest.mouseClick(page.offers["retry"], Qt.MouseButton.LeftButton)
    person.arrive("plan")
    person.press(Button.CommitButton)
    result(person)
    assert person.shows("Done and confirmed.")


def test_a_login_that_the_relay_refuses_changes_nothing(person: Person, server: Practice) -> None:
    server.login = "login-refused"
    begun(person)
    page = result(person)
    assert person.shows("relay.example did not accept the login of someone.")
    assert person.shows("Nothing was changed on the server.")
    assert server.journal == []
    QTest.mouseClick(page.offers["edit"], Qt.MouseButton.LeftButton)
    person.arrive("review")


def test_a_server_that_somebody_else_changes_is_told_and_can_be_left(
    person: Person, server: Practice
) -> None:
    server.busy = "applying"
    page = begun(person)
    wait_until(lambda: page.message is not None)
    assert person.shows("bob@desk")
    person.push("Back to the review")
    person.arrive("review")


def test_the_window_closes_at_the_second_wish_while_a_server_is_at_work(
    person: Person, gate: Gate
) -> None:
    page = begun(person)
    wait_until(lambda: gate.steps == 2)
    QTest.keyClick(person.wizard, Qt.Key.Key_Escape)
    assert person.wizard.isVisible()
    assert "Close once more" in page.warning.text()
    QTest.keyClick(person.wizard, Qt.Key.Key_Escape)
    assert not person.wizard.isVisible()
    gate.open.set()


def test_the_log_is_folded_away_and_holds_everything(person: Person) -> None:
    page = begun(person)
    assert not page.disclosure.opened
    result(person)
    assert "✓ main.cf" in person.flow.job.log
    assert any("The relay took the test message" in line for line in person.flow.job.log)


def test_a_report_is_saved_without_the_password(
    person: Person, server: Practice, tmp_path: Path
) -> None:
    server.fails = "main.cf"
    begun(person)
    page = result(person)
    path = tmp_path / "report.txt"
    page._write(path)
    assert "✕ A command on the server failed." in path.read_text()
    assert PASSWORD not in path.read_text()
    page._write(tmp_path)
    assert person.shows("The report cannot be written")


def test_the_set_up_is_taken_back_from_its_result(person: Person, server: Practice) -> None:
    begun(person)
    page = result(person)
    QTest.mouseClick(page.offers["take-back"], Qt.MouseButton.LeftButton)
    wait_until(lambda: person.shows("This would be taken back"))
    assert [entry.state for entry in server.journal] == ["confirmed", "confirmed"]
    person.push("Take back these 2 changes on 198.51.100.7")
    wait_until(lambda: person.shows("Everything was taken back."))
    assert [entry.state for entry in server.journal] == ["undone", "undone"]
