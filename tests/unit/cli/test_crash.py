from __future__ import annotations

from typing import TYPE_CHECKING

from mailwright.cli import crash

if TYPE_CHECKING:
    import pytest


def test_the_report_goes_to_standard_error_with_what_to_do(
    capsys: pytest.CaptureFixture[str],
) -> None:
    crash.tell(KeyError("tr0ub4dor&3"))
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "Please report the lines below" in printed.err
    assert "KeyError" in printed.err
    assert "tr0ub4dor" not in printed.err
