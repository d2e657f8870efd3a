from __future__ import annotations

import sys
import time

import pytest

from tests.tools import check
from tests.tools.check import Gate, in_turn, side_by_side


def python(name: str, code: str) -> Gate:
    return Gate(name, (sys.executable, "-c", code))


def test_every_gate_is_run_and_the_failed_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    gates = [python("one", "raise SystemExit(3)"), python("two", "print('two is well')")]
    assert side_by_side(*gates) == ["one"]
    printed = capsys.readouterr().out
    assert "one: FAILED" in printed
    assert "two is well" in printed


def test_a_failed_gate_shows_all_it_said(capsys: pytest.CaptureFixture[str]) -> None:
    side_by_side(python("one", "import sys; print('line 1\\nline 2'); sys.exit('and why')"))
    printed = capsys.readouterr().out
    assert all(part in printed for part in ("line 1", "line 2", "and why"))


def test_two_gates_run_at_once() -> None:
    started = time.monotonic()
    assert (
        side_by_side(*[python(str(number), "import time; time.sleep(1)") for number in (1, 2)])
        == []
    )
    assert time.monotonic() - started < 1.9


def test_gates_in_turn_stop_at_the_first_that_fails() -> None:
    gates = [python("one", ""), python("two", "raise SystemExit(1)"), python("three", "1/0")]
    assert in_turn(*gates) == ["two"]


def test_the_program_fails_when_a_gate_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["check"])
    monkeypatch.setattr(check, "QUICK", (python("broken", "raise SystemExit(1)"),))
    monkeypatch.setattr(check, "TYPES", python("types", ""))
    monkeypatch.setattr(check, "UNIT_TESTS", (python("unit tests", ""),))
    with pytest.raises(SystemExit, match=r"failed after .* s: broken"):
        check.main()
