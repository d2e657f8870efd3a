"""What can be said about a record without knowing who sends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mailwright.checks.spf import findings
from mailwright.checks.spf.outcome import LOOKUPS, Cause, Result
from mailwright.checks.spf.tree import first_problem

if TYPE_CHECKING:
    from mailwright.checks.spf.tree import Node
    from mailwright.model.finding import Finding

COMFORTABLE_LOOKUPS = 8
"""Look-ups beyond which the next service to include may be one too many."""


def for_whoever_sends(domain: str, tree: Node) -> Finding:
    """Judge a record that can be read. Raises UnknownFactError where a part of it is missing.

    Too many look-ups are a warning here: those who are listed early pass all the same.
    """
    record = tree.record.text if tree.record else ""
    problem = first_problem(tree)
    if problem and problem.cause is Cause.DEPENDS_ON_SENDER:
        return findings.DEPENDS_ON_SENDERS.found(
            domain, record, owner=problem.domain, term=problem.term
        )
    if problem and problem.cause is not Cause.LOOKUPS:
        return findings.of_problem(problem, domain, record)
    if tree.default is Result.PASS:
        return findings.ALLOWS_ALL.found(domain, record, domain=domain)
    count = tree.lookups
    if count > COMFORTABLE_LOOKUPS:
        return findings.MANY_LOOKUPS.found(
            domain, record, domain=domain, count=count, limit=LOOKUPS
        )
    end = str(tree.default)
    return findings.USABLE.found(domain, record, domain=domain, count=count, limit=LOOKUPS, end=end)
