"""The program opened with answers: the wizard knows what is stored for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mailwright.interview import Answers, with_value
from mailwright.secrets import Secret, SecretKind

if TYPE_CHECKING:
    from tests.ui.conftest import Seat
    from tests.unit.usecases.practice import Practice


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
