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


@pytest.mark.parametrize(
    ("status", "gate", "tls", "expected"),
    [
        ("sent", "", "Verified TLS connection established", ["pass", "pass", "pass"]),
        ("deferred", "", "Untrusted TLS connection established", ["pass", "fail", "fail"]),
        ("SOFTBOUNCE", "warning: x", "", ["fail", "fail", "unknown"]),
        ("", "", "", ["pass", "unknown", "unknown"]),
    ],
)
def test_the_proof_is_judged(status: str, gate: str, tls: str, expected: list[str]) -> None:
    answer = ProofAnswer("id", gate, status, "line", tls)
    found = verify.proof_findings(REQUIREMENTS, answer)
    assert [finding.severity.value for finding in found] == expected


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


@pytest.mark.parametrize(
    "tls",
    [
        "Untrusted TLS connection established to relay.example[192.0.2.1]:587",
        "Anonymous TLS connection established to relay.example[192.0.2.1]:587",
        "Trusted TLS connection established to relay.example[192.0.2.1]:587",
        "not Verified TLS connection",
    ],
)
def test_only_a_verified_certificate_passes(tls: str) -> None:
    answer = ProofAnswer("id", "", "sent", "line", tls)
    finding = verify.proof_findings(REQUIREMENTS, answer)[2]
    assert finding.severity is Severity.FAIL
    assert finding.evidence == tls


def test_words_of_the_gate_and_the_log_are_the_evidence() -> None:
    answer = ProofAnswer("id", "warning: x", "deferred", "the log's line", "")
    gate, delivery, _tls = verify.proof_findings(REQUIREMENTS, answer)
    assert gate.evidence == "warning: x"
    assert delivery.evidence == "the log's line"
    assert "deferred" in render(delivery.kind.message, delivery.args)
