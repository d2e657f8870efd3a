from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from mailwright.engine.gate import State
from mailwright.errors import MailwrightError
from mailwright.model.finding import Finding, Severity
from mailwright.model.publication import Publication
from mailwright.model.server import Facts, Observation
from mailwright.mta.opendkim import desired as opendkim
from mailwright.mta.postfix.settings import MAIN_CF
from mailwright.net.resolver import StaticResolver, Status
from mailwright.transport.base import CommandResult
from mailwright.usecases.dns import dns_findings, publication, surveyed
from tests.support.examples import DIRECT, REQUIREMENTS
from tests.support.memory import memory_parts
from tests.unit.usecases.test_records import EVERYTHING
from tests.unit.usecases.zones import OTHER_KEY, PUBLIC_KEY, Internet, merged

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from mailwright.model.requirements import Requirements
    from mailwright.net.resolver import RecordType
    from mailwright.usecases.parts import Parts

RELAY: Mapping[str, Mapping[RecordType, list[str]]] = {
    "relay.example": {"A": ["198.51.100.58"], "AAAA": []}
}

SEEN = Observation(Facts("debian", "12"))


def parts(folder: Path, resolver: StaticResolver) -> Parts:
    made = memory_parts(folder, lambda *_: CommandResult(0, b""))
    return replace(made, resolver_for=lambda _asking: resolver)


def severities(folder: Path, resolver: StaticResolver) -> dict[str, Severity]:
    found: list[Finding] = []
    dns_findings(parts(folder, resolver), REQUIREMENTS, SEEN, found.append)
    return {finding.kind.id: finding.severity for finding in found}


def test_the_record_that_is_missing_is_derived_and_passes_once_published(tmp_path: Path) -> None:
    missing = StaticResolver({**RELAY, "corp.example": {"TXT": []}})
    records = publication(parts(tmp_path, missing), REQUIREMENTS, SEEN).records
    assert [record.value for record in records] == ["v=spf1 ip4:198.51.100.58 ~all"]
    published = StaticResolver({**RELAY, "corp.example": {"TXT": [records[0].value]}})
    assert severities(tmp_path, published)["spf.covers-relay"] is Severity.PASS
    assert publication(parts(tmp_path, published), REQUIREMENTS, SEEN) == Publication()


def test_a_server_that_does_not_answer_is_unknown_and_nothing_is_derived(tmp_path: Path) -> None:
    silent = StaticResolver(RELAY, {("corp.example", "TXT"): Status.TIMEOUT})
    assert severities(tmp_path, silent)["spf.unknown"] is Severity.UNKNOWN
    assert publication(parts(tmp_path, silent), REQUIREMENTS, SEEN) == Publication()


def test_ptr_and_dkim_are_the_relays_business(tmp_path: Path) -> None:
    found = severities(tmp_path, StaticResolver(RELAY))
    assert found["ptr.relay-carries"] is Severity.INFO
    assert found["dkim.relay-signs"] is Severity.INFO


def direct(folder: Path, internet: Internet) -> Parts:
    made = parts(folder, internet.resolver)
    return replace(made, ask_name_server=internet.name_servers)


WITH_KEY = replace(SEEN, keys={opendkim.key_path(DIRECT): PUBLIC_KEY})


def test_a_direct_route_is_checked_with_its_addresses_and_the_servers_own_key(
    tmp_path: Path,
) -> None:
    found: list[Finding] = []
    dns_findings(direct(tmp_path, Internet(EVERYTHING)), DIRECT, WITH_KEY, found.append)
    passed = {each.kind.id for each in found if each.severity is Severity.PASS}
    assert {"dkim.matches", "ptr.confirmed"} <= passed
    other = replace(SEEN, keys={opendkim.key_path(DIRECT): OTHER_KEY})
    found.clear()
    dns_findings(direct(tmp_path, Internet(EVERYTHING)), DIRECT, other, found.append)
    assert "dkim.other-key" in {each.kind.id for each in found}


def test_the_key_is_asked_for_once_it_is_made(tmp_path: Path) -> None:
    before = publication(direct(tmp_path, Internet()), DIRECT, SEEN)
    assert "records.no-key" in {note.kind.id for note in before.notes}
    after = publication(direct(tmp_path, Internet()), DIRECT, WITH_KEY)
    (record,) = [each for each in after.records if "_domainkey" in each.name]
    assert PUBLIC_KEY in record.value


def test_without_answered_addresses_the_public_ones_of_the_server_count(tmp_path: Path) -> None:
    facts = replace(SEEN.facts, addresses=("10.0.0.7", "198.51.100.7", "fd00::7"))
    unanswered = replace(DIRECT, identity=replace(DIRECT.identity, addresses=()))
    asked = publication(direct(tmp_path, Internet()), unanswered, replace(WITH_KEY, facts=facts))
    assert [each.address for each in asked.requests] == ["198.51.100.7"]
    assert "10.0.0.7" not in repr(asked.records)


def unanswered(*addresses: str, main_cf: str = "") -> tuple[Requirements, Observation]:
    """A server whose person has named no addresses."""
    facts = replace(SEEN.facts, addresses=addresses)
    seen = replace(WITH_KEY, facts=facts, texts={MAIN_CF: main_cf})
    return replace(DIRECT, identity=replace(DIRECT.identity, addresses=())), seen


FOUR, SIX = "198.51.100.7", "2001:db8:1::7"


@pytest.mark.parametrize(
    ("addresses", "main_cf", "hidden"),
    [
        (("10.0.0.7", SIX), "", [("IPv4", "10.0.0.7")]),
        ((FOUR, "fd00::7", "fd00::8"), "", [("IPv6", "fd00::7, fd00::8")]),
        (("10.0.0.7", FOUR, SIX), "", []),
        ((FOUR,), "", []),
        (("10.0.0.7", SIX), "inet_protocols = ipv6\n", []),
        (("10.0.0.7", SIX), "inet_protocols = all\n", [("IPv4", "10.0.0.7")]),
        (("10.0.0.7", SIX), "inet_protocols = ipv4, ipv6\n", [("IPv4", "10.0.0.7")]),
    ],
)
def test_a_family_with_inside_addresses_alone_is_not_known_and_keeps_the_gate_closed(
    tmp_path: Path, addresses: tuple[str, ...], main_cf: str, hidden: list[tuple[str, str]]
) -> None:
    requirements, seen = unanswered(*addresses, main_cf=main_cf)
    found = surveyed(direct(tmp_path, Internet(EVERYTHING)), requirements, seen)
    notes = [each for each in found.notes if each.kind.id == "records.address-hidden"]
    assert [(each.args["family"], each.args["addresses"]) for each in notes] == hidden
    closed = (State.CLOSED, (*notes,)) if hidden else (State.OPEN, ())
    assert (found.gate.state, found.gate.reasons) == closed


def test_named_addresses_are_what_receivers_see(tmp_path: Path) -> None:
    seen = replace(WITH_KEY, facts=replace(SEEN.facts, addresses=("10.0.0.7", "fd00::7")))
    found = surveyed(direct(tmp_path, Internet(EVERYTHING)), DIRECT, seen)
    assert (found.gate.state, found.notes) == (State.OPEN, ())


def test_spf_is_judged_for_both_domains_of_mail_from(tmp_path: Path) -> None:
    below = replace(DIRECT, proof=replace(DIRECT.proof, sender="info@News.Corp.Example"))
    found: list[Finding] = []
    dns_findings(direct(tmp_path, Internet(EVERYTHING)), below, WITH_KEY, found.append)
    judged = {(each.kind.id, each.subject) for each in found if each.kind.id.startswith("spf.")}
    assert judged == {
        ("spf.covers-relay", "corp.example"),
        ("spf.no-record", "news.corp.example"),
    }
    # The policy of the organizational domain counts for the names below it.
    assert {each.subject for each in found if each.kind.id == "dmarc.watches"} == {
        "_dmarc.corp.example"
    }
    assert not [each for each in found if each.subject == "_dmarc.news.corp.example"]
    asked = publication(direct(tmp_path, Internet(EVERYTHING)), below, WITH_KEY)
    assert [each.name for each in asked.records] == ["news.corp.example"]


def test_a_key_in_testing_mode_is_told(tmp_path: Path) -> None:
    name = "mailwright._domainkey.corp.example"
    testing = merged(EVERYTHING, {name: {"TXT": [f"v=DKIM1; t=y; p={PUBLIC_KEY}"]}})
    found: list[Finding] = []
    dns_findings(direct(tmp_path, Internet(testing)), DIRECT, WITH_KEY, found.append)
    (told,) = [each for each in found if each.kind.id == "dkim.testing"]
    assert told.severity is Severity.WARN


def relayed(folder: Path, **fields: object) -> list[Finding]:
    relay = replace(REQUIREMENTS.smarthost, **fields)  # type: ignore[arg-type] # fields of Relay
    zones = merged(RELAY, {"corp.example": {"MX": ["10 in.corp.example"]}})
    found: list[Finding] = []
    requirements = replace(REQUIREMENTS, relay=relay)
    dns_findings(parts(folder, StaticResolver(zones)), requirements, SEEN, found.append)
    return found


@pytest.mark.parametrize("preset", ["amazon-ses", "sendgrid"])
def test_a_service_with_a_return_path_of_its_own_passes_spf_itself(
    tmp_path: Path, preset: str
) -> None:
    found = relayed(tmp_path, preset=preset)
    (told,) = [each for each in found if each.kind.id == "dns.relay-passes-spf"]
    assert told.severity is Severity.INFO
    assert told.args["domain"] == "corp.example"
    assert not [each for each in found if each.kind.id.startswith("spf.")]
    assert "dmarc.aligned" not in {each.kind.id for each in found}


def test_names_and_addresses_of_a_relay_are_not_this_servers_business(tmp_path: Path) -> None:
    found = relayed(tmp_path)
    told = {each.kind.id for each in found}
    assert not {each for each in told if each.startswith(("helo.", "address."))}
    assert {each for each in told if each.startswith("ptr.")} == {"ptr.relay-carries"}
    assert {"dmarc.none", "spf.no-record"} <= told  # what the mail domain has is its business
    assert {each for each in told if each.startswith("mx.")}
    (dmarc,) = [each for each in found if each.kind.id == "dmarc.none"]
    assert "rua=mailto:admin@corp.example" in str(dmarc.args["record"])


def test_a_desktop_without_dns_is_told_of(tmp_path: Path) -> None:
    def fails(_asking: object) -> StaticResolver:
        raise MailwrightError("dns.no-server", "No server.")

    alone = replace(parts(tmp_path, StaticResolver({})), resolver_for=fails)
    (note,) = publication(alone, DIRECT, WITH_KEY).notes
    assert (note.kind.id, note.args["reason"]) == ("dns.not-asked", "No server.")
