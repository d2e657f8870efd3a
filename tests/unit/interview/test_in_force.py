from __future__ import annotations

import pytest

from mailwright.interview import Answers, with_value
from mailwright.interview.in_force import in_force


@pytest.mark.parametrize(
    ("answered", "field", "expected"),
    [
        ({"relay.preset": "sendgrid"}, "relay.host", "smtp.sendgrid.net"),
        ({"relay.preset": "sendgrid"}, "relay.user", "apikey"),
        ({"relay.tls": "implicit"}, "relay.port", 465),
        ({"relay.port": 465}, "relay.tls", "implicit"),
        ({}, "relay.authentication", "login"),
        ({"relay.port": 2525}, "relay.port", 2525),
        ({"server.host": "mx1.example.com"}, "server.name", "mx1.example.com"),
        ({"server.host": "mx1.example.com", "server.name": "mx"}, "server.name", "mx"),
        ({}, "volume.per_day", 1000),
    ],
)
def test_what_holds_for_a_field(answered: dict[str, object], field: str, expected: object) -> None:
    answers = Answers()
    for name, answer in answered.items():
        answers = with_value(answers, name, answer)
    assert in_force(answers, field) == expected
