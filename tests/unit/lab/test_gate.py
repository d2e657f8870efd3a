from __future__ import annotations

import pytest

from tests.lab.errors import LabError
from tests.lab.gate import Gate


def test_a_closed_gate_lets_nobody_in() -> None:
    gate = Gate()
    with gate.passing():
        pass
    assert gate.close(0)
    with pytest.raises(LabError, match="taken down"), gate.passing():
        pass


def test_closing_tells_whether_somebody_is_inside() -> None:
    gate = Gate()
    with gate.passing():
        assert not gate.close(0.01)
    assert gate.close(0)
