from __future__ import annotations

from mailwright.transport.base import CommandResult


def test_bytes_that_are_no_text_stay_visible() -> None:
    assert CommandResult(0, b"caf\xe9 \xe3\x81\x82").text == "caf\\xe9 あ"
