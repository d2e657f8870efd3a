from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mailwright.checks.base import UnknownFactError
from mailwright.checks.spf import findings
from mailwright.checks.spf.outcome import Cause, Problem, Result
from mailwright.i18n import render

if TYPE_CHECKING:
    from mailwright.model.finding import FindingKind

D = "example.com"


@pytest.mark.parametrize(
    ("cause", "kind"),
    [
        (Cause.SYNTAX, findings.INVALID),
        (Cause.SEVERAL_RECORDS, findings.SEVERAL_INCLUDED),
        (Cause.NO_RECORD, findings.TARGET_WITHOUT_RECORD),
        (Cause.LOOKUPS, findings.TOO_MANY_LOOKUPS),
        (Cause.VOID_LOOKUPS, findings.TOO_MANY_VOID),
        (Cause.MX_NAMES, findings.TOO_MANY_MX),
        (Cause.DEPENDS_ON_SENDER, findings.DEPENDS_ON_SENDER),
    ],
)
def test_every_error_has_its_finding_with_all_fields(cause: Cause, kind: FindingKind) -> None:
    problem = Problem(cause, "i.example", "a:www", column=8, rule="rule")
    found = findings.of_problem(problem, D, "v=spf1 …", "192.0.2.1")
    assert (found.kind, found.subject, found.evidence) == (kind, D, "v=spf1 …")
    assert "{" not in render(kind.message, found.args) + render(kind.remedy, found.args)


@pytest.mark.parametrize("cause", [Cause.UNANSWERED, Cause.TOO_SLOW])
def test_what_may_pass_by_itself_is_unknown(cause: Cause) -> None:
    with pytest.raises(UnknownFactError) as raised:
        findings.of_problem(Problem(cause, D, detail="TXT example.com: time-out"), D)
    assert (raised.value.subject, raised.value.cause) == (D, "TXT example.com: time-out")


def test_no_cause_is_left_out() -> None:
    for cause in Cause:
        try:
            findings.of_problem(Problem(cause, D, "a"), D)
        except UnknownFactError:
            assert cause in {Cause.UNANSWERED, Cause.TOO_SLOW}


@pytest.mark.parametrize("result", Result)
def test_a_fail_is_worse_than_a_doubt(result: Result) -> None:
    expected = findings.DOES_NOT_COVER if result is Result.FAIL else findings.NOT_LISTED
    assert findings.not_passing(result) is expected
