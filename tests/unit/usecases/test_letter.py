from __future__ import annotations

from mailwright.model.publication import ReverseRequest
from mailwright.usecases.letter import letter


def test_a_provider_is_told_address_name_and_record() -> None:
    text = letter(ReverseRequest("192.0.2.7", "7.2.0.192.in-addr.arpa", "mx1.corp.example"))
    assert "192.0.2.7" in text
    assert "7.2.0.192.in-addr.arpa PTR mx1.corp.example" in text


def test_what_is_no_name_cannot_steer_a_terminal() -> None:
    assert "\x1b" not in letter(ReverseRequest("192.0.2.7", "x", "mx\x1b[2J"))
