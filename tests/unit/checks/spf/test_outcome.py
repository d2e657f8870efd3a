from __future__ import annotations

import pytest

from mailwright.checks.spf.outcome import Branch, Cause, Outcome, Problem, Result, Step


def test_costs_add_up_from_the_branches() -> None:
    included = Branch("b.example", Result.PASS, steps=(Step("a", lookups=1, void_lookups=1),))
    step = Step("include:b.example", "b.example", True, 2, 1, included)
    outcome = Outcome(Result.PASS, Branch("a.example", Result.PASS, "", (Step("ip4:…"), step)))
    assert (outcome.lookups, outcome.void_lookups, outcome.problem) == (2, 1, None)


@pytest.mark.parametrize("cause", Cause)
def test_what_may_pass_by_itself_is_no_permanent_error(cause: Cause) -> None:
    temporary = {Cause.UNANSWERED, Cause.TOO_SLOW, Cause.DEPENDS_ON_SENDER}
    expected = Result.TEMPERROR if cause in temporary else Result.PERMERROR
    assert cause.result is expected


def test_the_evidence_is_a_line_for_each_record() -> None:
    problem = Problem(Cause.SEVERAL_RECORDS, "a.example", records=("v=spf1 a", "v=spf1 mx"))
    assert problem.evidence == "v=spf1 a\nv=spf1 mx"
