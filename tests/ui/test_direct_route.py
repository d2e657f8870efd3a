"""Mail that leaves directly: other questions, and the question whether it may leave early."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QListWidget

from mailwright.interview import Answers, requirements, with_value
from mailwright.model.events import Done, Outcome, RecordsToPublish
from mailwright.model.finding import FindingKind, Severity
from mailwright.model.publication import Publication, ReverseRequest
from mailwright.usecases.gate import Gate
from mailwright_ui.setup.flow import Flow
from mailwright_ui.setup.result import Overruling, ResultPage
from mailwright_ui.setup.wizard import SetupWizard
from mailwright_ui.world import World
from tests.support.person import ANSWERS, Button, labelled, settle, texts
from tests.ui.accessibility import cut_off, unlabelled

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from tests.support.person import Person

REASON = FindingKind("a.b", Severity.WARN, "The SPF record is not seen.", "Publish it.")
CLOSED = Gate((REASON.found("corp.example"),))
REQUEST = ReverseRequest("192.0.2.7", "7.2.0.192.in-addr.arpa", "mx1.corp.example")


def test_a_direct_route_asks_for_other_things(person: Person) -> None:
    person.arrive("connect")
    person.answer_page()
    person.press(Button.NextButton)
    person.confirm_key()
    person.arrive("found")
    person.next("submission")
    person.choose("submission.who", "networks")
    person.type("submission.networks", "192.0.2.0/24, 198.51.100.9")
    assert unlabelled(person.wizard) == []
    person.next("route")
    person.choose("route.kind", "direct")
    assert set(person.form().form.shown()) == {"route.kind"}
    person.next("names")
    person.answer_page()
    assert "identity.addresses" in person.form().form.shown()
    person.next("protection")
    person.next("volume")
    person.next("proof")
    person.answer_page()
    person.next("review")
    made = requirements(person.flow.answers)
    assert (made.relay, made.networks) == (None, ("192.0.2.0/24", "198.51.100.9/32"))
    assert not person.shows("password")
    (steps,) = (each for each in person.wizard.findChildren(QListWidget) if each.isVisible())
    shown = [
        steps.item(row).text() for row in range(steps.count()) if not steps.item(row).isHidden()
    ]
    assert "✓ Protection" in shown


@pytest.fixture
def page(qtbot: QtBot) -> ResultPage:
    """The result of a set-up whose records were not seen when it was checked again."""
    answers = Answers()
    for field, text in {**ANSWERS, "route.kind": "direct"}.items():
        answers = with_value(answers, field, text)
    wizard = SetupWizard(Flow(World(), answers, opened=True))
    qtbot.addWidget(wizard)
    wizard.show()
    wizard.flow.job.hear(RecordsToPublish(Publication(requests=(REQUEST,))))
    wizard.flow.job.hear(Done(Outcome.DONE))
    wizard.go("result")
    made = wizard.current
    assert isinstance(made, ResultPage)
    made.gate = CLOSED
    made._draw()
    settle()
    return made


def test_the_text_for_the_provider_is_ready_to_send(page: ResultPage) -> None:
    assert "Please set the reverse DNS (PTR record) of the IP address 192.0.2.7" in texts(page)
    assert unlabelled(page) == []
    assert cut_off(page) == []


def test_mail_is_let_out_early_by_who_has_read_every_reason(
    page: ResultPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    agreed: list[Gate] = []
    monkeypatch.setattr(page, "_check", agreed.append)
    QTest.mouseClick(page.offers["let-out"], Qt.MouseButton.LeftButton)
    settle()
    assert "The SPF record is not seen." in texts(page)
    go = labelled(page, "Let all mail out now")
    assert not go.isEnabled()
    QTest.keyClick(go, Qt.Key.Key_Return)
    assert agreed == []
    (sure,) = (each for each in page.findChildren(QCheckBox) if each.isVisible())
    QTest.keyClick(sure, Qt.Key.Key_Space)
    QTest.mouseClick(go, Qt.MouseButton.LeftButton)
    assert agreed == [CLOSED]


def test_only_what_was_read_is_overruled() -> None:
    other = Gate((REASON.found("other.example"),))
    agreed, asked = Overruling(CLOSED), Overruling(CLOSED)
    assert agreed(CLOSED)
    assert agreed.gate is None
    assert not asked(other)
    assert asked.gate == other
    assert not Overruling(None)(CLOSED)
