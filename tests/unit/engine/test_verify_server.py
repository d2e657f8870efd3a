from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from mailwright.engine import verify_server as kinds
from mailwright.i18n import render
from mailwright.model.finding import Finding, Severity
from mailwright.model.requirements import Dkim, Route
from mailwright.mta.postfix.effective import Effective
from mailwright.mta.postfix.syntax import MasterService
from mailwright.net.open_relay import Asked, Verdict
from tests.support.examples import REQUIREMENTS

if TYPE_CHECKING:
    from collections.abc import Iterable

WANTED = replace(REQUIREMENTS, route=Route.DIRECT, relay=None, dkim=Dkim("mw"))
SMTP = MasterService("smtp", "inet", "n", "smtpd")
SUBMISSION = MasterService("submission", "inet", "n", "smtpd")
SIGNER = "inet:127.0.0.1:8891"
SOUND = Effective(
    {
        "mynetworks": "127.0.0.0/8 10.1.0.0/16",
        "smtp_helo_name": "mx1.corp.example",
        "smtpd_relay_restrictions": "permit_mynetworks, reject",
        "smtpd_recipient_restrictions": "",
        "smtpd_milters": SIGNER,
        "non_smtpd_milters": SIGNER,
        "milter_default_action": "tempfail",
        "soft_bounce": "no",
    },
    services=(SMTP,),
    greetings={"127.0.0.1": "220 mx1.corp.example ESMTP", "::1": "closed"},
    milters={SIGNER: True},
)
STRANGER = "203.0.113.9"


def changed(effective: Effective = SOUND, **parameters: str) -> Effective:
    return replace(effective, parameters={**effective.parameters, **parameters})


def told(findings: Iterable[Finding]) -> list[str]:
    found = list(findings)
    for each in found:
        assert "{" not in render(each.kind.message, each.args)
        assert "{" not in render(each.kind.remedy, each.args)
        assert each.severity is Severity.PASS or each.severity is Severity.INFO or each.kind.remedy
    return [each.kind.id for each in found]


def names(effective: Effective) -> list[str]:
    return told(kinds.name_findings(WANTED, effective))


def signer(effective: Effective) -> list[str]:
    return told(kinds.signer_findings(WANTED, effective))


def relay(effective: Effective, *asked: Asked) -> list[str]:
    return told(kinds.open_relay_findings(effective, asked))


@pytest.mark.parametrize(
    ("greeting", "expected"),
    [
        ("220 mx1.corp.example ESMTP", "greeting.own-name"),
        ("220-MX1.corp.example. ESMTP", "greeting.own-name"),
        ("220 localhost.localdomain ESMTP Postfix", "greeting.other-name"),
        ("silent", "greeting.unknown"),
        ("220", "greeting.unknown"),
        ("closed", "greeting.none"),
    ],
)
def test_a_greeting_bears_the_servers_name(greeting: str, expected: str) -> None:
    assert names(replace(SOUND, greetings={"127.0.0.1": greeting}))[0] == expected


def test_every_listener_counts() -> None:
    greetings = {"127.0.0.1": "220 mx1.corp.example x", "10.1.0.5": "220 other.example x"}
    assert names(replace(SOUND, greetings=greetings)) == [
        "greeting.other-name",
        "greeting.own-name",
        "greeting.helo",
    ]


def test_the_name_said_to_receivers_is_the_smtp_clients() -> None:
    said = {("smtp/unix", "smtp_helo_name"): "localhost"}
    assert names(replace(SOUND, overrides=said))[-1] == "greeting.other-helo"
    assert names(changed(smtp_helo_name=""))[-1] == "greeting.helo-unknown"


def test_a_signer_answers_or_mail_waits() -> None:
    assert signer(SOUND) == ["signer.ready"]
    assert signer(replace(SOUND, milters={SIGNER: False})) == ["signer.down"]
    assert signer(replace(SOUND, milters={})) == ["signer.down"]
    assert signer(Effective()) == ["signer.unknown"]
    unsigned = replace(WANTED, dkim=None)
    assert told(kinds.signer_findings(unsigned, SOUND)) == []


def test_the_signer_may_be_written_otherwise() -> None:
    milter = "inet:localhost:8891"
    other = changed(smtpd_milters=f"inet:localhost:11332, {milter}", non_smtpd_milters=milter)
    assert signer(replace(other, milters={milter: True})) == ["signer.ready"]


def test_no_path_may_pass_the_signer_by() -> None:
    assert signer(changed(milter_default_action="accept")) == ["signer.passed-by"] * 2
    assert signer(changed(smtpd_milters="")) == ["signer.not-asked"]
    assert signer(changed(non_smtpd_milters=f"{SIGNER}1")) == ["signer.not-asked"]
    without = {("submission/inet", "smtpd_milters"): ""}
    two = replace(SOUND, services=(SMTP, SUBMISSION), overrides=without)
    (finding,) = kinds.signer_findings(WANTED, two)
    assert (finding.kind.id, finding.subject) == ("signer.not-asked", "submission/inet")
    assert signer(replace(two, milters={SIGNER: False})) == ["signer.not-asked", "signer.down"]


def test_what_a_stranger_hears_counts() -> None:
    refused = Asked("10.1.0.5", Verdict.REFUSED, STRANGER, 554, ("S: 554 no",))
    (finding,) = kinds.open_relay_findings(SOUND, [refused])
    assert (finding.kind.id, finding.evidence) == ("open-relay.refused", "S: 554 no")
    assert STRANGER in render(finding.kind.message, finding.args)
    taken = replace(refused, verdict=Verdict.TAKEN, code=250)
    assert relay(SOUND, taken) == ["open-relay.open"]
    assert relay(SOUND, refused, replace(taken, listener="x")) == [
        "open-relay.refused",
        "open-relay.open",
    ]


def test_a_refusal_under_soft_bounce_is_one() -> None:
    softly = Asked("10.1.0.5", Verdict.LATER, STRANGER, 454)
    assert relay(changed(soft_bounce="yes"), softly) == ["open-relay.refused"]
    assert relay(SOUND, softly) == ["open-relay.configured-closed"]
    signer_down = replace(softly, code=451)
    assert relay(changed(soft_bounce="yes"), signer_down) == ["open-relay.configured-closed"]


@pytest.mark.parametrize(
    "asked",
    [
        [],
        [Asked("10.1.0.5", Verdict.CLOSED)],
        [Asked("10.1.0.5", Verdict.SILENT)],
        [Asked("10.1.0.5", Verdict.STRANGER, STRANGER)],
        [Asked("10.1.0.5", Verdict.TAKEN, "10.1.2.3", 250)],
        [Asked("10.1.0.5", Verdict.REFUSED, "10.1.2.3", 554)],
    ],
)
def test_what_is_not_known_from_here_postfix_itself_tells(asked: list[Asked]) -> None:
    assert relay(SOUND, *asked) == ["open-relay.configured-closed"]
    assert relay(changed(smtpd_relay_restrictions="permit"), *asked) == [
        "open-relay.configured-open"
    ]
    assert relay(changed(smtpd_relay_restrictions="check_x y"), *asked) == ["open-relay.unknown"]
    assert relay(Effective(), *asked) == ["open-relay.unknown"]


def test_who_submits_behind_translated_addresses_is_no_stranger() -> None:
    taken = Asked("10.1.0.5", Verdict.TAKEN, "192.168.1.7", 250)
    seen_as_listed = replace(SOUND, client="10.1.0.1")
    assert relay(seen_as_listed, taken) == ["open-relay.configured-closed"]
    assert relay(replace(SOUND, client=STRANGER), taken) == ["open-relay.open"]
    assert relay(changed(mynetworks="cidr:/x"), taken) == ["open-relay.unknown"]


def test_services_that_were_not_asked_are_judged_by_their_settings() -> None:
    refused = Asked("10.1.0.5", Verdict.REFUSED, STRANGER, 554)
    own = {("submission/inet", "smtpd_relay_restrictions"): "permit"}
    two = replace(SOUND, services=(SMTP, SUBMISSION), overrides=own)
    assert relay(two, refused) == ["open-relay.refused", "open-relay.configured-open"]


@pytest.mark.parametrize(
    ("here", "expected"),
    [
        (None, "own-domain.unknown"),
        ([], "own-domain.leaves"),
        (["mx1.corp.example"], "own-domain.loops"),
    ],
)
def test_mail_to_the_own_domain_must_leave(here: list[str] | None, expected: str) -> None:
    assert told([kinds.own_domain_finding(WANTED, here, "evidence")]) == [expected]
