from __future__ import annotations

import re

import pytest

from mailwright.datafiles import data_path
from mailwright.engine import verify
from mailwright.i18n import render
from mailwright.model.finding import Severity
from mailwright.model.plan import Action, Change, Plan, Step
from mailwright.mta.postfix.delivery import ProofAnswer
from mailwright.net.relay_login import LoginAnswer
from tests.support.examples import REQUIREMENTS

SCRIPT = data_path("server/try-relay.sh").read_text()
VERDICTS = (
    set(re.findall(r"\bend ([a-z-]+)", SCRIPT))
    | set(re.findall(r"why=([a-z-]+)", SCRIPT))
    | {"no-openssl", "no-answer"}
)


@pytest.mark.parametrize("verdict", sorted(VERDICTS))
def test_every_verdict_of_the_trial_has_its_words(verdict: str) -> None:
    finding = verify.login_finding(REQUIREMENTS, LoginAnswer(verdict, "535 no", ("S: 535 no",)))
    assert "relay.example" in render(finding.kind.message, finding.args) or verdict == "no-openssl"
    assert finding.evidence == "S: 535 no\n535 no"
    if verdict == "accepted":
        assert finding.severity is Severity.PASS
    else:
        assert finding.kind.remedy


@pytest.mark.parametrize("verdict", ["later", "recipient-later", "no-openssl", "no-answer"])
def test_what_could_not_be_found_out_is_unknown(verdict: str) -> None:
    finding = verify.login_finding(REQUIREMENTS, LoginAnswer(verdict, "", ()))
    assert finding.severity is Severity.UNKNOWN


def test_an_empty_plan_is_the_end() -> None:
    assert verify.plan_finding(Plan("mx1", ())).severity is Severity.PASS


def test_what_is_left_to_do_is_counted_and_named() -> None:
    changes = tuple(Change(name, Action.ADD, None, "x", "why") for name in ("biff", "relayhost"))
    plan = Plan("mx1", (Step("main.cf", "Set", ":", (), ":", ":", changes),))
    finding = verify.plan_finding(plan)
    assert finding.severity is Severity.FAIL
    assert "2" in render(finding.kind.message, finding.args)
    assert finding.evidence == "biff\nrelayhost"


@pytest.mark.parametrize("verdict", sorted(VERDICTS))
def test_every_finding_can_be_shown_whatever_the_relay_said(verdict: str) -> None:
    hostile = LoginAnswer(verdict, "{user} \x1b[2J %s", ("S: 250 {nobody}",))
    finding = verify.login_finding(REQUIREMENTS, hostile)
    shown = render(finding.kind.message, finding.args) + render(finding.kind.remedy, finding.args)
    assert "{" not in shown
    assert finding.kind.id == f"relay-login.{verdict}"


def test_words_of_the_gate_are_the_evidence() -> None:
    complains = verify.gate_finding(REQUIREMENTS, ProofAnswer("warning: x", ()))
    assert (complains.severity, complains.evidence) == (Severity.FAIL, "warning: x")
    assert verify.gate_finding(REQUIREMENTS, ProofAnswer("", ())).severity is Severity.PASS
