from __future__ import annotations

import pytest

from mailwright.cli import exits
from mailwright.model.events import Done, Outcome
from mailwright.model.finding import Finding, FindingKind, Severity


def made(*severities: Severity) -> list[Finding]:
    return [FindingKind("a.b", each, "m").found("x") for each in severities]


def test_the_worst_finding_wins() -> None:
    assert exits.of_findings([]) == exits.DONE
    assert exits.of_findings(made(Severity.PASS, Severity.INFO, Severity.WARN)) == exits.DONE
    assert exits.of_findings(made(Severity.UNKNOWN, Severity.PASS)) == exits.UNKNOWN
    assert exits.of_findings(made(Severity.UNKNOWN, Severity.FAIL)) == exits.FAILED


@pytest.mark.parametrize(
    ("outcome", "code"),
    [
        (Outcome.DONE, 0),
        (Outcome.NOTHING_TO_DO, 0),
        (Outcome.FAILED, 1),
        (Outcome.ROLLED_BACK, 1),
        (Outcome.STOPPED, 1),
        (Outcome.INTERRUPTED, 3),
    ],
)
def test_every_outcome_has_an_exit_code(outcome: Outcome, code: int) -> None:
    assert exits.of_job(outcome, []) == code
    assert exits.of_job(outcome, made(Severity.FAIL)) == 1
    assert exits.of_job(outcome, made(Severity.UNKNOWN)) == (code or 3)


def test_a_rollback_is_done_where_all_of_it_went_back() -> None:
    assert exits.of_rollback(Done(Outcome.ROLLED_BACK)) == 0
    assert exits.of_rollback(Done(Outcome.NOTHING_TO_DO)) == 0
    assert exits.of_rollback(Done(Outcome.ROLLED_BACK, left=("a package",))) == 1
    assert exits.of_rollback(Done(Outcome.INTERRUPTED)) == 3


@pytest.mark.parametrize(
    ("code", "exit_code"),
    [
        ("cli.bad-server", 2),
        ("cli.declined", 1),
        ("cli.left", 3),
        ("cli.no-terminal", 2),
        ("engine.busy", 1),
        ("history.no-entry", 2),
        ("host-key.changed", 1),
        ("host-key.unconfirmed", 2),
        ("platform.unreadable", 3),
        ("profile.invalid", 2),
        ("profile.not-toml", 2),
        ("secrets.empty", 2),
        ("secrets.file-readable", 2),
        ("secrets.keyring-locked", 1),
        ("transport.login-refused", 1),
        ("transport.lost", 3),
        ("transport.unreachable", 3),
    ],
)
def test_errors_have_their_exit_codes(code: str, exit_code: int) -> None:
    assert exits.of_error(code) == exit_code
