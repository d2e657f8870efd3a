from __future__ import annotations

import pytest

from mailwright.model.delivery import EnhancedStatusCode


@pytest.mark.parametrize("text", ["5.1.1", "4.7.650", "2.0.0"])
def test_an_enhanced_status_code_is_read_and_written(text: str) -> None:
    code = EnhancedStatusCode.parse(text)
    assert code is not None
    assert str(code) == text


@pytest.mark.parametrize("text", ["", "5.1", "5.1.1.1", "3.0.0", "5.1.1000", "5.1.x", "５.1.1"])
def test_anything_else_is_none(text: str) -> None:
    assert EnhancedStatusCode.parse(text) is None
