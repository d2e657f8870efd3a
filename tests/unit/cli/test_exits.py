from __future__ import annotations

import pytest

from mailwright.cli import exits
from mailwright.model.events import Outcome
from mailwright.model.finding import FindingKind, Severity


def found(*severities: Severity) -> int:
    return exits.of_findings(FindingKind("a.b", each, "m").found("x") for each in severities)


def test_the_worst_wins() -> None:
    assert found() == found(Severity.PASS, Severity.INFO, Severity.WARN) == exits.DONE
    assert found(Severity.UNKNOWN, Severity.PASS) == exits.UNKNOWN
    assert found(Severity.UNKNOWN, Severity.FAIL) == exits.FAILED


@pytest.mark.parametrize("outcome", Outcome)
def test_every_outcome_has_an_exit_code(outcome: Outcome) -> None:
    good = outcome in {Outcome.DONE, Outcome.NOTHING_TO_DO}
    assert exits.of_job(outcome, []) == (exits.DONE if good else exits.FAILED)


@pytest.mark.parametrize(
    ("code", "exit_code"),
    [
        ("profile.not-toml", 2),
        ("host-key.unconfirmed", 2),
        ("host-key.changed", 1),
        ("transport.unreachable", 3),
        ("engine.busy", 1),
    ],
)
def test_errors_have_their_exit_codes(code: str, exit_code: int) -> None:
    assert exits.of_error(code) == exit_code
