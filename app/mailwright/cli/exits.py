"""Exit codes, the same for every command."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mailwright.model.events import Outcome
from mailwright.model.finding import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mailwright.model.events import Done

DONE = 0
FAILED = 1
USAGE = 2
UNKNOWN = 3
PENDING = 10
BUG = 70
"""A defect of the program itself (EX_SOFTWARE in sysexits.h)."""

_WORST_FIRST = (FAILED, UNKNOWN, PENDING, DONE)

# Whoever was cut off from the server does not know how the job ended there.
_OUTCOMES = {
    Outcome.DONE: DONE,
    Outcome.NOTHING_TO_DO: DONE,
    Outcome.FAILED: FAILED,
    Outcome.ROLLED_BACK: FAILED,
    Outcome.STOPPED: FAILED,
    Outcome.INTERRUPTED: UNKNOWN,
}

_MISTAKES = (
    "cli.",
    "dns.bad-",
    "profile.",
    "host-key.unconfirmed",
    "history.no-entry",
    "secrets.empty",
    "secrets.file-",
    "secrets.line-end",
    "secrets.not-text",
    "secrets.too-long",
    "secrets.trailing-blank",
    "tls.bad-ca-file",
)
"""How the codes of errors begin that come from what the person typed or wrote."""

_OPEN = frozenset(
    {
        "cli.left",
        "dns.no-server",
        "platform.unreadable",
        "transport.lost",
        "transport.unreachable",
        "watch.answer",
    }
)
"""The errors after which something is not known."""


def of_findings(findings: Iterable[Finding]) -> int:
    """1 where a check failed, else 3 where one could not find out, else 0."""
    severities = {finding.severity for finding in findings}
    if Severity.FAIL in severities:
        return FAILED
    return UNKNOWN if Severity.UNKNOWN in severities else DONE


def of_job(outcome: Outcome, findings: Iterable[Finding]) -> int:
    """The worse of how a job ended and what its checks found."""
    return min(_OUTCOMES[outcome], of_findings(findings), key=_WORST_FIRST.index)


def of_rollback(done: Done) -> int:
    """0 where all of it went back, 3 where the end is not known, else 1."""
    if done.outcome is Outcome.INTERRUPTED:
        return UNKNOWN
    whole = done.outcome in {Outcome.ROLLED_BACK, Outcome.NOTHING_TO_DO} and not done.left
    return DONE if whole else FAILED


def of_error(code: str) -> int:
    """2 for what the person typed or wrote, 3 for what could not be found out, else 1."""
    if code in _OPEN:
        return UNKNOWN
    if code == "cli.declined":
        return FAILED
    return USAGE if code.startswith(_MISTAKES) else FAILED
