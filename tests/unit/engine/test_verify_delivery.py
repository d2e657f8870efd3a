from __future__ import annotations

from dataclasses import replace

import pytest

from mailwright.engine.verify_delivery import delivery_findings
from mailwright.i18n import render
from mailwright.model.finding import Finding, Severity
from mailwright.model.requirements import Dkim, Requirements, Route
from mailwright.mta.postfix.delivery import ProofAnswer, Tried
from tests.support.examples import REQUIREMENTS

DIRECT = replace(REQUIREMENTS, route=Route.DIRECT, relay=None)
MX = "mx.example[192.0.2.9]:25"
SENT = Tried(
    "id",
    status="sent",
    line=f"4a: to=<x>, relay={MX}, status=sent (250 ok)",
    receiver=MX,
    tls=f"Trusted TLS connection established to {MX}: x",
    queued=True,
)
LAN = replace(SENT, listener="10.1.0.5")
LOST = Tried("id", status="deferred", line="4b: to=<x>, status=deferred (no)", queued=True)
SIGNATURE = "4a: DKIM-Signature field added (s=mw, d=corp.example)"


def judged(
    *tried: Tried, requirements: Requirements = DIRECT, tells: bool = True
) -> list[tuple[str, str]]:
    found = delivery_findings(requirements, ProofAnswer("", tried, tells_tls=tells))
    for each in found:
        shown = render(each.kind.message, each.args) + render(each.kind.remedy, each.args)
        assert "{" not in shown
    return [(each.kind.id, each.severity.value) for each in found]


@pytest.mark.parametrize(
    ("status", "tls", "expected"),
    [
        ("sent", "Verified TLS connection established", ["pass", "pass"]),
        ("deferred", "Untrusted TLS connection established", ["fail", "fail"]),
        ("SOFTBOUNCE", "", ["fail", "unknown"]),
        ("", "", ["unknown", "unknown"]),
    ],
)
def test_a_relay_must_be_verified(status: str, tls: str, expected: list[str]) -> None:
    found = judged(Tried("id", status=status, line="line", tls=tls), requirements=REQUIREMENTS)
    assert [severity for _id, severity in found] == expected
    assert all(name.startswith("relay.") for name, _severity in found)


@pytest.mark.parametrize("level", ["Untrusted", "Anonymous", "Trusted", "not Verified"])
def test_only_a_verified_certificate_of_a_relay_passes(level: str) -> None:
    tls = f"{level} TLS connection established to relay.example[192.0.2.1]:587"
    answer = ProofAnswer("", (replace(SENT, tls=tls),))
    finding = delivery_findings(REQUIREMENTS, answer)[1]
    assert finding.severity is Severity.FAIL
    assert finding.evidence == tls


@pytest.mark.parametrize(
    ("tls", "kind"),
    [
        ("Verified TLS connection established", ("direct.tls-verified", "pass")),
        ("Trusted TLS connection established", ("direct.tls-trusted", "pass")),
        ("Untrusted TLS connection established", ("direct.tls-unverified", "info")),
        ("Anonymous TLS connection established", ("direct.tls-unverified", "info")),
        ("Odd words", ("direct.tls-unknown", "unknown")),
        ("", ("direct.tls-none", "warn")),
    ],
)
def test_to_receivers_tls_is_as_good_as_they_are(tls: str, kind: tuple[str, str]) -> None:
    assert judged(replace(SENT, tls=tls)) == [("direct.delivered", "pass"), kind]


def test_what_the_log_does_not_tell_is_unknown() -> None:
    unknown = ("direct.tls-unknown", "unknown")
    assert judged(replace(SENT, tls=""), tells=False)[-1] == unknown
    again = replace(SENT, tls="", line=f"4a: relay={MX}, conn_use=2, status=sent (250 ok)")
    assert judged(again)[-1] == unknown
    assert judged(LOST)[-1] == unknown
    assert judged(Tried("id")) == [("direct.no-answer", "unknown"), unknown]


def test_each_path_has_its_finding_and_each_receiver_its_own() -> None:
    assert judged(SENT, LAN) == [
        ("direct.delivered", "pass"),
        ("network.delivered", "pass"),
        ("direct.tls-trusted", "pass"),
    ]
    other = replace(LAN, receiver="mx2[192.0.2.8]:25", tls="")
    assert [name for name, _severity in judged(SENT, other)][2:] == [
        "direct.tls-trusted",
        "direct.tls-none",
    ]
    assert ("direct.tls-unknown", "unknown") not in judged(SENT, replace(LOST, listener="10.1.0.5"))
    through_relay = judged(SENT, LAN, requirements=REQUIREMENTS)
    assert [name for name, _severity in through_relay][:2] == [
        "relay.delivered",
        "network.delivered",
    ]


def test_a_path_that_fails_says_where_and_why() -> None:
    refused = Tried("id", "10.1.0.5", "refused", "554 5.7.1 Sender address rejected")
    found = delivery_findings(DIRECT, ProofAnswer("", (SENT, refused)))
    failed = next(each for each in found if each.kind.id == "network.not-delivered")
    assert (failed.subject, failed.evidence) == ("10.1.0.5", refused.line)
    assert "refused" in render(failed.kind.message, failed.args)
    silent = Tried("id", "10.1.0.5")
    assert ("network.no-answer", "unknown") in judged(SENT, silent)


def signature(tried: Tried) -> list[Finding]:
    signing = replace(DIRECT, dkim=Dkim("mw"))
    found = delivery_findings(signing, ProofAnswer("", (tried,)))
    return [each for each in found if each.kind.id.startswith("signature.")]


def test_a_signature_is_what_the_signer_says_it_added() -> None:
    signed = signature(replace(LAN, signature=SIGNATURE, signer=SIGNATURE))
    assert [(each.kind.id, each.subject) for each in signed] == [("signature.added", "10.1.0.5")]
    assert signed[0].evidence == SIGNATURE
    (missing,) = signature(replace(SENT, signer="4a: no signing table match"))
    assert (missing.kind.id, missing.severity) == ("signature.missing", Severity.FAIL)
    (unknown,) = signature(SENT)
    assert (unknown.kind.id, unknown.severity) == ("signature.unknown", Severity.UNKNOWN)


def test_what_never_came_into_the_queue_bears_no_judgement() -> None:
    assert signature(Tried("id", status="refused", line="451")) == []
    assert signature(Tried("id", status="deferred", line="milter-reject")) == []
    assert signature(Tried("id")) == []
    assert ("signature.unknown", "unknown") not in judged(SENT)
