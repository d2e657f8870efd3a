"""What is wrong with an answer is told at its field."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QApplication

from mailwright.interview import PAGES, Answers, with_value
from mailwright_ui.setup.flow import Flow
from mailwright_ui.setup.route import RoutePage
from mailwright_ui.setup.wizard import SetupWizard
from mailwright_ui.widgets.form import Form
from mailwright_ui.world import World
from tests.support.person import Button

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from tests.support.person import Person

PAGE_OF = {field.id: page.id for page in PAGES for field in page.fields}
WRONG = [
    ("server.host", "not a host!", "neither a host name nor an IP address"),
    ("server.host", "", "An answer is needed here."),
    ("server.port", "70000", "A number from 1 to 65535"),
    ("server.port", "", "An answer is needed here."),
    ("server.user", "", "An answer is needed here."),
    ("server.name", "-no", "A server's name has at most 64"),
    ("submission.networks", "10.0.0.0/33", "10.0.0.0/33"),
    ("relay.host", "192.0.2.1", "not an IP address"),
    ("relay.port", "0", "A number from 1 to 65535"),
    ("relay.user", "", "An answer is needed here."),
    ("relay.spf_include", "a b", "not a domain name"),
    ("identity.hostname", "mx1", "A full name with its domain"),
    ("identity.domain", "192.0.2.1", "not an IP address"),
    ("identity.administrator", "nobody", "not an email address"),
    ("identity.addresses", "10.0.0.1", "10.0.0.1"),
    ("dkim.selector", "a_b!", "elector"),
    ("volume.per_day", "0", "A number from 1 to"),
    ("volume.peak_per_hour", "2000", "More in an hour than in a day"),
    ("volume.largest_message_mb", "101", "A number from 1 to 100"),
    ("volume.give_up_after_hours", "", "An answer is needed here."),
    ("proof.sender", "x@", "not an email address"),
    ("proof.recipient", "", "An answer is needed here."),
    ("advanced.dns", "resolver", "not an IP address with or without a port"),
]
MAKES_RELEVANT = {
    "submission.networks": ("submission.who", ["networks"]),
    "identity.addresses": ("route.kind", "direct"),
    "dkim.selector": ("route.kind", "direct"),
}


@pytest.mark.parametrize(("field", "typed", "expected"), WRONG)
def test_a_wrong_answer_is_told_at_its_field(
    qtbot: QtBot, field: str, typed: str, expected: str
) -> None:
    answers = Answers()
    if field in MAKES_RELEVANT:
        answers = with_value(answers, *MAKES_RELEVANT[field])
    form = Form(next(page for page in PAGES if page.id == PAGE_OF[field]))
    qtbot.addWidget(form)
    form.fill(answers)
    form.show()
    form.rows[field].input.fill(
        typed.split() if ("networks" in field or "addresses" in field) else typed
    )
    answers, errors = form.errors(answers)
    form.tell(errors)
    assert expected in form.rows[field].error
    assert field in {error.field for error in errors}
    description = form.rows[field].input.parts()[0].accessibleDescription()
    assert expected in description


def test_every_page_tells_some_error() -> None:
    assert {PAGE_OF[field] for field, _typed, _expected in WRONG} == {page.id for page in PAGES}


def test_an_error_goes_as_soon_as_the_answer_is_right(person: Person) -> None:
    person.arrive("connect")
    person.type("server.host", "no host!")
    person.press(Button.NextButton)
    row = person.form().form.rows["server.host"]
    assert "neither a host name" in row.error
    assert QApplication.focusWidget() is row.input.parts()[0]
    person.type("server.host", "mx1.example.com")
    assert row.error == ""


def test_an_error_that_is_folded_away_unfolds(person: Person) -> None:
    person.arrive("connect")
    person.type("server.host", "mx1.example.com")
    form = person.form().form
    form.advanced.open()
    person.type("server.name", "-no")
    form.advanced.fold.open(opened=False)
    person.press(Button.NextButton)
    assert form.advanced.opened
    assert form.rows["server.name"].isVisible()


def test_letters_are_not_taken_for_a_number(person: Person) -> None:
    person.arrive("connect")
    person.type("server.port", "2x2")
    assert person.form().form.rows["server.port"].input.answer() == 22


def test_what_does_not_arise_is_not_asked(person: Person) -> None:
    person.arrive("connect")
    form = person.form().form
    assert "server.key_file" not in form.shown()
    person.choose("server.login", "key")
    assert "server.key_file" in form.shown()
    assert [question.label for question, row in form.secrets if row.isVisible()] == [
        "Passphrase of the key file"
    ]
    person.type("server.user", "admin")
    assert "sudo password" in [q.label for q, row in form.secrets if row.isVisible()]


def test_blanks_around_an_answer_are_not_meant(person: Person) -> None:
    person.arrive("connect")
    person.type("server.host", "  mx1.example.com ")
    assert person.flow.answers.server.host == "mx1.example.com"


def test_a_service_fills_in_and_tells_about_itself(qtbot: QtBot) -> None:
    flow = Flow(World(), with_value(Answers(), "relay.preset", "sendgrid"))
    wizard = SetupWizard(flow)
    qtbot.addWidget(wizard)
    page = wizard.steps["route"]
    page.enter()
    assert isinstance(page, RoutePage)
    edit = page.form.rows["relay.host"].input.parts()[0]
    assert edit.property("placeholderText") == "smtp.sendgrid.net"
    assert page.about.title() == "About SendGrid"


def test_a_host_of_the_service_is_chosen_by_its_region(qtbot: QtBot) -> None:
    flow = Flow(World(), with_value(Answers(), "relay.preset", "amazon-ses"))
    wizard = SetupWizard(flow)
    qtbot.addWidget(wizard)
    page = wizard.steps["route"]
    page.enter()
    assert isinstance(page, RoutePage)
    assert page.hosts.itemText(1) == "ap-northeast-1: email-smtp.ap-northeast-1.amazonaws.com"
    page.hosts.setCurrentIndex(1)
    page.hosts.activated.emit(1)
    assert flow.answers.relay.host == page.hosts.itemData(1)
    assert page.hosts.currentIndex() == 0


def test_fields_that_stand_alone_are_not_folded_away(qtbot: QtBot) -> None:
    form = Form(next(page for page in PAGES if page.id == "protection"))
    qtbot.addWidget(form)
    form.fill(with_value(Answers(), "route.kind", "direct"))
    form.show()
    assert form.rows["dkim.selector"].isVisible()
    assert not form.advanced.fold.button.isVisible()


def test_nothing_is_folded_away_where_nothing_arises(qtbot: QtBot) -> None:
    form = Form(next(page for page in PAGES if page.id == "route"))
    qtbot.addWidget(form)
    form.fill(with_value(Answers(), "route.kind", "direct"))
    form.show()
    assert not form.advanced.isVisible()
