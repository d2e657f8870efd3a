from __future__ import annotations

import json
from typing import TYPE_CHECKING, get_args

from mailwright.cli.output import _PRINTERS, Output
from mailwright.errors import MailwrightError
from mailwright.model.events import ConnectionLost, Done, Event, FindingMade, Outcome, StepFailed
from mailwright.model.finding import FindingKind, Severity
from mailwright.model.plan import Action, Change, Plan, Step

if TYPE_CHECKING:
    import pytest

HOSTILE = "\x1b[31mred\x1b[0m\u202e"


def test_every_event_can_be_printed() -> None:
    assert set(get_args(Event)) == set(_PRINTERS)


def test_text_from_outside_is_shown_without_its_powers(capsys: pytest.CaptureFixture[str]) -> None:
    change = Change("x", Action.ADD, None, HOSTILE, "why")
    Output(as_json=False).plan(Plan("mx1", (Step("s", "S", ":", (), ":", ":", (change,)),)), ())
    Output(as_json=False).event(StepFailed("s", "failed", HOSTILE))
    kind = FindingKind("a.b", Severity.FAIL, "m")
    Output(as_json=False).event(FindingMade(kind.found("x", HOSTILE)))
    out, err = capsys.readouterr()
    assert "\x1b[31m" not in out + err
    assert "\u202e" not in out + err
    assert "\\x1b[31m" in out


def test_progress_goes_to_standard_error_and_findings_to_standard_output(
    capsys: pytest.CaptureFixture[str],
) -> None:
    output = Output(as_json=False)
    output.event(ConnectionLost("broke", 600))
    output.event(Done(Outcome.INTERRUPTED, what_next="Wait."))
    output.event(FindingMade(FindingKind("a.b", Severity.PASS, "All well").found("x")))
    out, err = capsys.readouterr()
    assert out == "  ✓ All well\n"
    assert "10 minutes" in err
    assert "Wait." in err


def test_json_is_one_object_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    output = Output(as_json=True)
    output.event(StepFailed("s", "failed", "two\nlines"))
    output.error(MailwrightError("a.b", "No"))
    out, err = capsys.readouterr()
    assert [json.loads(line)["event"] for line in out.splitlines()] == ["step_failed", "error"]
    assert err == "No\n"


def test_an_empty_plan_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    Output(as_json=False).plan(Plan("mx1", ()), ())
    assert "mx1" in capsys.readouterr().out
