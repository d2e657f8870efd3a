"""Secrets on the pages: a keyring that is locked, one that is slow, and one that has them."""

from __future__ import annotations

from dataclasses import replace
from threading import Event
from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QApplication, QLineEdit

from mailwright.errors import MailwrightError
from mailwright.secrets import MemorySecrets
from mailwright.usecases.profiles import open_profile
from tests.support.examples import REQUIREMENTS
from tests.support.person import Button, Person, settle, wait_until
from tests.unit.usecases.practice import PASSWORD

if TYPE_CHECKING:
    from mailwright.secrets import Secret, SecretKind
    from tests.ui.conftest import Seat
    from tests.unit.usecases.practice import Practice


class Locked(MemorySecrets):
    """A keyring that gives nothing and takes nothing until it is opened."""

    def __init__(self) -> None:
        super().__init__()
        self.locked = True

    def get(self, server: str, kind: SecretKind) -> Secret | None:
        self._check()
        return super().get(server, kind)

    def set(self, server: str, kind: SecretKind, secret: Secret) -> None:
        self._check()
        super().set(server, kind, secret)

    def _check(self) -> None:
        if self.locked:
            raise MailwrightError("secrets.keyring-locked", "The keyring is locked.")


def at_route(person: Person) -> None:
    person.arrive("connect")
    person.answer_page()
    person.press(Button.NextButton)
    person.confirm_key()
    person.arrive("found")
    person.next("submission")
    person.next("route")


def test_a_locked_keyring_is_told_and_what_was_typed_stays(seat: Seat, server: Practice) -> None:
    keyring = Locked()
    server.parts = replace(server.parts, secrets=keyring)
    person = seat()
    at_route(person)
    assert person.shows("The keyring is locked.")
    person.answer_page()
    person.secret("relay", PASSWORD)
    person.press(Button.NextButton)
    wait_until(lambda: not person.form().working and person.form().message is not None)
    assert person.page == "route"
    assert person.form().form.typed_secrets() == {"relay": PASSWORD}
    keyring.locked = False
    person.next("names")
    person.press(Button.BackButton)
    person.arrive("route")
    assert person.form().form.typed_secrets() == {}
    assert not person.shows("The keyring is locked.")


def test_a_slow_keyring_is_said_and_the_page_takes_answers_meanwhile(
    seat: Seat, server: Practice
) -> None:
    opened = Event()

    class Slow(MemorySecrets):
        def get(self, server: str, kind: SecretKind) -> Secret | None:
            opened.wait(10)
            return super().get(server, kind)

    server.parts = replace(server.parts, secrets=Slow())
    person = seat()
    person.arrive("connect")
    person.answer_page()
    person.press(Button.NextButton)
    person.confirm_key()
    person.arrive("found")
    person.next("submission")
    person.press(Button.NextButton)
    wait_until(lambda: person.page == "route")
    settle()
    assert person.shows("Asking the keyring …")
    person.type("relay.host", "relay.example")
    assert not person.wizard.button(Button.NextButton).isEnabled()
    opened.set()
    person.arrive("route")
    assert person.flow.answers.relay.host == "relay.example"


def test_a_stored_secret_is_said_and_never_shown(seat: Seat, stored: Practice) -> None:
    person = seat()
    at_route(person)
    (edit,) = (
        part
        for question, row in person.form().form.secrets
        for part in row.input.parts()
        if question.kind == "relay" and isinstance(part, QLineEdit)
    )
    assert edit.text() == ""
    assert edit.placeholderText() == "Stored in the keyring; type to replace it"
    person.answer_page()
    person.next("names")


def test_the_first_field_of_a_page_has_the_focus(person: Person) -> None:
    at_route(person)
    assert QApplication.focusWidget() in person.form().form.rows["route.kind"].input.parts()


@pytest.mark.parametrize("typed", ["two words ", ""])
def test_a_password_that_cannot_be_one_is_told(seat: Seat, server: Practice, typed: str) -> None:
    server.parts.journal.meet(REQUIREMENTS.server)
    person = seat(open_profile(server.parts, "mx1"), opened=True)
    person.arrive("review")
    assert not person.wizard.button(Button.NextButton).isEnabled()
    assert person.shows("The relay's password is missing")
    person.flow.editing = "route"
    person.flow.go("route")
    person.arrive("route")
    person.answer_page()
    person.secret("relay", typed)
    person.press(Button.NextButton)
    wait_until(lambda: not person.form().working)
    settle()
    assert person.page == "route"
    assert person.shows("blank" if typed else "An answer is needed here.")
