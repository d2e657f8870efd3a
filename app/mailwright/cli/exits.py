"""Exit codes, the same for every command."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mailwright.model.events import Outcome
from mailwright.model.finding import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable

DONE = 0
FAILED = 1
USAGE = 2
UNKNOWN = 3
PENDING = 10

_OUTCOMES = {
    Outcome.DONE: DONE,
    Outcome.NOTHING_TO_DO: DONE,
    Outcome.FAILED: FAILED,
    Outcome.ROLLED_BACK: FAILED,
    Outcome.STOPPED: FAILED,
    Outcome.INTERRUPTED: FAILED,
}


def of_findings(findings: Iterable[Finding]) -> int:
    """1 where a check failed, else 3 where one could not find out, else 0."""
    severities = {finding.severity for finding in findings}
    if Severity.FAIL in severities:
        return FAILED
    return UNKNOWN if Severity.UNKNOWN in severities else DONE


def of_job(outcome: Outcome, findings: Iterable[Finding]) -> int:
    """The worse of how a job ended and what its checks found."""
    return _OUTCOMES[outcome] or of_findings(findings)


def of_error(code: str) -> int:
    """2 for what the person typed or wrote, 3 for a server that could not be asked, else 1."""
    if code.startswith(("profile.", "interview.", "cli.", "host-key.unconfirmed")):
        return USAGE
    return UNKNOWN if code in {"transport.unreachable", "transport.lost"} else FAILED
