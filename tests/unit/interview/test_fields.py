from __future__ import annotations

from mailwright.interview import Answers, Field, Kind


def test_a_plain_field_is_always_asked_and_has_the_answers_default() -> None:
    field = Field("server.port", Kind.INTEGER, "Port", "Usually 22.")
    assert field.default == 22
    assert field.choices() == ()
    assert field.relevant(Answers())
    assert not field.needed
    assert not field.advanced
