from __future__ import annotations

import json

import pytest

from mailwright.cli.output import Output
from mailwright.errors import MailwrightError
from mailwright.interview import FieldError, FieldErrors
from mailwright.model.events import ConnectionLost, Done, FindingMade, Note, Outcome
from mailwright.model.finding import FindingKind, Severity

FOUND = FindingMade(FindingKind("a.b", Severity.PASS, "All well").found("x"))


def test_progress_goes_to_standard_error_and_results_to_standard_output(
    capsys: pytest.CaptureFixture[str],
) -> None:
    output = Output(as_json=False)
    for event in (Note("Waiting"), ConnectionLost("broke", 600), FOUND, Done(Outcome.DONE)):
        output.event(event)
    out, err = capsys.readouterr()
    assert out == "  ✓ All well\nDone and confirmed.\n"
    assert err.startswith("Waiting\n  ! broke\n")


@pytest.mark.parametrize("text", ["two\nlines", "\x1b[2J", "\x9b2J", "\u202e", "日本語", "\udcff"])
def test_json_is_ascii_in_one_line_and_loses_nothing(
    capsys: pytest.CaptureFixture[str], text: str
) -> None:
    Output(as_json=True).event(Note(text))
    out = capsys.readouterr().out
    assert out.isascii()
    assert out[:-1].isprintable()
    assert json.loads(out) == {"schema_version": 1, "event": "note", "text": text}


def test_an_error_is_told_on_standard_error_and_in_json(
    capsys: pytest.CaptureFixture[str],
) -> None:
    error = MailwrightError("a.b", "No {thing}", remedy="Try.", args={"thing": "way"})
    Output(as_json=False).error(error)
    assert capsys.readouterr() == ("", "No way\nTry.\n")
    Output(as_json=True).error(error)
    out, err = capsys.readouterr()
    assert err == "No way\nTry.\n"
    assert json.loads(out)["code"] == "a.b"


def test_every_mistake_in_answers_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    Output(as_json=False).error(FieldErrors((FieldError("server.host", "required"),)))
    assert "  server.host: An answer is needed here.\n" in capsys.readouterr().err


def test_text_is_for_people_alone(capsys: pytest.CaptureFixture[str]) -> None:
    Output(as_json=True).text("Stored.")
    Output(as_json=True).findings([FOUND.finding], 0.12345)
    Output(as_json=False).findings([FOUND.finding], 0.12345)
    (line,) = capsys.readouterr().out.splitlines()
    assert json.loads(line)["seconds"] == 0.123
