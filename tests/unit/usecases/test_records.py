from __future__ import annotations

import asyncio
from dataclasses import replace
from ipaddress import ip_address
from typing import TYPE_CHECKING, cast

import pytest

from mailwright.checks import ALL, Context, run_checks
from mailwright.engine.gate import State
from mailwright.engine.records import Purpose
from mailwright.model.finding import Severity
from mailwright.net.resolver import StaticResolver, Status
from mailwright.usecases.records import Survey, survey
from tests.unit.usecases.zones import (
    NS1,
    NS2,
    PROVIDER,
    PUBLIC_KEY,
    SENDER,
    ZONES,
    Internet,
    Records,
    merged,
)

if TYPE_CHECKING:
    from mailwright.engine.records import Reading, Sender
    from mailwright.model.finding import Finding
    from mailwright.model.publication import Publication
    from mailwright.net.resolver import RecordType

REVERSE6 = ip_address("2001:db8:1::7").reverse_pointer


def surveyed(internet: Internet, sender: Sender = SENDER) -> Survey:
    return asyncio.run(survey(internet.resolver, sender, internet.name_servers))


def as_published(asked: Publication, before: Records | None = None) -> Records:
    """The DNS after a person and the provider did what was asked of them."""
    found = merged(before or {})
    for record in asked.records:
        types = found.setdefault(record.name, {})
        record_type = cast("RecordType", record.type)
        # There may be several addresses, but one policy, key or SPF record.
        kept = [text for text in types.get(record_type, ()) if not text.startswith("v=")]
        types[record_type] = [*kept, record.value]
    for request in asked.requests:
        found.setdefault(request.name, {})["PTR"] = [request.hostname]
    return found


def reading(found: Survey, purpose: Purpose) -> Reading:
    return next(each for each in found.readings if each.purpose is purpose)


def ids(found: tuple[Finding, ...]) -> set[str]:
    return {each.kind.id for each in found}


EVERYTHING = as_published(surveyed(Internet()).publication)


def test_all_that_is_missing_is_derived() -> None:
    asked = surveyed(Internet()).publication
    assert [(record.name, record.type, record.value) for record in asked.records] == [
        ("mx1.corp.example", "A", "198.51.100.7"),
        ("mx1.corp.example", "AAAA", "2001:db8:1::7"),
        ("corp.example", "TXT", "v=spf1 ip4:198.51.100.7 ip6:2001:db8:1::7 ~all"),
        ("mx1.corp.example", "TXT", "v=spf1 a -all"),
        ("mailwright._domainkey.corp.example", "TXT", f"v=DKIM1; k=rsa; p={PUBLIC_KEY}"),
        ("_dmarc.corp.example", "TXT", "v=DMARC1; p=none; rua=mailto:admin@corp.example"),
    ]
    assert [(each.address, each.name, each.hostname) for each in asked.requests] == [
        ("198.51.100.7", "7.100.51.198.in-addr.arpa", "mx1.corp.example"),
        ("2001:db8:1::7", REVERSE6, "mx1.corp.example"),
    ]
    assert all(record.why for record in asked.records)
    assert asked.notes == ()


def test_once_it_is_published_nothing_is_asked_for_and_the_gate_is_open() -> None:
    found = surveyed(Internet(EVERYTHING))
    assert (found.publication.records, found.publication.requests) == ((), ())
    assert found.gate.state is State.OPEN
    assert {each.severity for each in found.findings} == {Severity.PASS}


def test_what_is_asked_for_passes_the_programs_own_checks() -> None:
    mx: Records = {"in.corp.example": {"A": ["198.51.100.25"]}}
    context = Context(
        StaticResolver(merged(ZONES, mx, EVERYTHING)),
        SENDER.domain,
        SENDER.hostname,
        SENDER.addresses,
        selectors=("mailwright",),
        dkim_keys={"mailwright": PUBLIC_KEY},
        report_to=SENDER.administrator,
    )
    found: list[Finding] = []
    run_checks(ALL, context, found.append)
    wrong = [each for each in found if each.severity in {Severity.FAIL, Severity.UNKNOWN}]
    assert wrong == []
    passed = {each.kind.id.partition(".")[0] for each in found if each.severity is Severity.PASS}
    assert {"ptr", "helo", "spf", "dkim"} <= passed


def test_an_spf_record_that_is_there_is_completed_and_others_stay() -> None:
    before: Records = {"corp.example": {"TXT": ["proof=1", "v=spf1 mx ip4:192.0.2.9 -all"]}}
    asked = surveyed(Internet(before)).publication
    (record,) = [each for each in asked.records if each.name == "corp.example"]
    assert record.value == ("v=spf1 mx ip4:192.0.2.9 ip4:198.51.100.7 ip6:2001:db8:1::7 -all")
    assert surveyed(Internet(as_published(asked, before))).gate.state is State.OPEN


@pytest.mark.parametrize("name", ["corp.example", "mx1.corp.example"])
def test_an_spf_record_with_a_mistake_is_for_a_person_to_correct(name: str) -> None:
    broken = merged(EVERYTHING, {name: {"TXT": ["v=spf1 ip4:300.1.1.1 -all"]}})
    found = surveyed(Internet(broken))
    assert found.publication.records == ()
    (finding,) = [each for each in found.findings if each.kind.id == "records.to-correct"]
    assert "ip4:300.1.1.1" in str(finding.args["trouble"])
    assert finding in found.publication.notes  # a plan without a word about it would look complete
    assert (found.gate.state is State.CLOSED) == (name == "corp.example")


def test_a_record_without_room_is_not_offered_as_if_it_worked() -> None:
    services = [f"s{number}.example" for number in range(11)]
    full = "v=spf1 " + " ".join(f"include:{each}" for each in services) + " -all"
    before = merged(
        EVERYTHING,
        {"corp.example": {"TXT": [full]}},
        {each: {"TXT": ["v=spf1 ip4:192.0.2.99 -all"]} for each in services},
    )
    found = surveyed(Internet(before))
    assert found.publication.records == ()
    (reason,) = found.gate.reasons
    assert (reason.kind.id, reason.args["trouble"]) == (
        "records.to-correct",
        "include:s10.example: lookups",
    )


def test_a_server_that_lags_behind_closes_the_gate_and_is_named() -> None:
    found = surveyed(Internet(EVERYTHING).but(NS2, {}))
    assert found.gate.state is State.CLOSED
    assert found.publication.records == ()  # the person has done all that there is to do
    assert {each.args["server"] for each in found.gate.reasons} == {"ns2.corp.example"}
    assert {each.subject for each in found.gate.reasons} == {
        "mx1.corp.example",
        "corp.example",
        "mailwright._domainkey.corp.example",
    }


@pytest.mark.parametrize("how", [Status.TIMEOUT, Status.REFUSED, Status.UNREACHABLE])
def test_a_silent_server_is_named_and_is_no_no(how: Status) -> None:
    found = surveyed(Internet(EVERYTHING).but(NS2, how))
    assert found.gate.state is State.SILENT
    assert {each.args["server"] for each in found.gate.silent} == {"ns2.corp.example"}
    assert all(str(how) in str(each.args["cause"]) for each in found.gate.silent)


def test_silence_of_the_reverse_zone_is_no_yes() -> None:
    found = surveyed(Internet(EVERYTHING).but(PROVIDER, Status.TIMEOUT))
    assert found.gate.state is State.SILENT
    assert {each.args["server"] for each in found.gate.silent} == {"ns.isp.example"}


def test_an_address_that_cannot_be_reached_does_not_silence_its_server() -> None:
    both = merged(EVERYTHING, {"ns2.corp.example": {"AAAA": ["2001:db8::53"]}})
    assert surveyed(Internet(both)).gate.state is State.OPEN


def test_nobody_answering_is_not_known_and_asks_for_nothing() -> None:
    silent = Internet().but(NS1, Status.TIMEOUT).but(NS2, Status.TIMEOUT)
    found = surveyed(silent.but(PROVIDER, Status.TIMEOUT))
    assert found.publication.records == ()
    assert found.gate.state is State.CLOSED
    assert reading(found, Purpose.DKIM).lacking == ()
    about = {each.subject for each in found.publication.notes}
    assert {"corp.example", "mailwright._domainkey.corp.example"} <= about


def test_a_zone_that_cannot_be_found_is_not_known() -> None:
    failing = Internet(EVERYTHING, failures={("corp.example", "NS"): Status.SERVFAIL})
    found = surveyed(failing)
    assert found.gate.state is State.CLOSED
    assert "records.unknown" in ids(found.gate.reasons)


def test_a_reverse_name_of_the_provider_that_leads_back_is_taken_and_asked_about() -> None:
    pointing: Records = {
        "7.100.51.198.in-addr.arpa": {"PTR": ["host7.isp.example"]},
        "host7.isp.example": {"A": ["198.51.100.7"]},
    }
    found = surveyed(Internet(merged(EVERYTHING, pointing)))
    assert found.gate.state is State.OPEN
    assert [each.address for each in found.publication.requests] == ["198.51.100.7"]
    assert "records.reverse-other-name" in ids(found.findings)
    forged = merged(EVERYTHING, pointing, {"host7.isp.example": {"A": ["192.0.2.66"]}})
    assert "records.reverse-missing" in ids(surveyed(Internet(forged)).gate.reasons)


def test_a_reverse_name_like_that_of_a_line_is_for_a_person_to_decide() -> None:
    name, line, good = "7.100.51.198.in-addr.arpa", "static-7.isp.example", "zz.isp.example"
    pointing: Records = {name: {"PTR": [line]}, line: {"A": ["198.51.100.7"]}}
    found = surveyed(Internet(merged(EVERYTHING, pointing)))
    assert found.gate.state is State.CLOSED
    assert ids(found.gate.reasons) == {"records.reverse-generic"}
    assert [each.address for each in found.publication.requests] == ["198.51.100.7"]
    both: Records = {name: {"PTR": [line, good]}, good: {"A": ["198.51.100.7"]}}
    assert surveyed(Internet(merged(EVERYTHING, pointing, both))).gate.state is State.OPEN


@pytest.mark.parametrize("how", [Status.TIMEOUT, Status.SERVFAIL])
def test_a_reverse_zone_that_cannot_be_found_is_unknown_though_the_resolver_says_yes(
    how: Status,
) -> None:
    failing = Internet(EVERYTHING, failures={("100.51.198.in-addr.arpa", "NS"): how})
    found = surveyed(failing)
    assert found.gate.state is State.SILENT
    assert ids(found.gate.silent) == {"records.unknown"}
    assert all(str(how) in str(each.args["cause"]) for each in found.gate.silent)
    seen = [each for each in found.findings if each.args.get("address") == "198.51.100.7"]
    assert "records.visible" not in {each.kind.id for each in seen if each.args["type"] == "PTR"}


@pytest.mark.parametrize(
    "tags", ["h=rsa-sha256; ", "k=ed25519; ", "s=tlsrpt; "], ids=["hash", "type", "service"]
)
def test_a_key_that_no_verifier_can_use_closes_the_gate(tags: str) -> None:
    name = "mailwright._domainkey.corp.example"
    unfit = merged(EVERYTHING, {name: {"TXT": [f"v=DKIM1; {tags}p={PUBLIC_KEY}"]}})
    found = surveyed(Internet(unfit))
    assert ids(found.gate.reasons) == {"records.other"}
    assert [each.name for each in found.publication.records] == [name]


def test_names_that_cannot_be_asked_about_spoil_nothing_else() -> None:
    name = "mailwright._domainkey.corp.example"
    many = [f"n{number}.example" for number in range(99)]
    hostile: Records = {
        "7.100.51.198.in-addr.arpa": {"PTR": ["a..b", "x" * 64, *many]},
        name: {"TXT": [], "CNAME": ["key.bad.example"]},
        "key.bad.example": {"TXT": EVERYTHING[name]["TXT"]},
        "bad.example": {"NS": ["a..b"]},
    }
    found = surveyed(Internet(merged(EVERYTHING, hostile)))
    assert {each.kind.id for each in found.gate.reasons} == {
        "records.reverse-missing",
        "records.unknown",
    }


def test_another_key_under_the_selector_closes_the_gate() -> None:
    name = "mailwright._domainkey.corp.example"
    other = merged(EVERYTHING, {name: {"TXT": [f"v=DKIM1; p={PUBLIC_KEY[:-8]}AAAAAAAA"]}})
    found = surveyed(Internet(other))
    assert [each.name for each in found.publication.records] == [name]
    assert ids(found.gate.reasons) == {"records.other"}


def test_a_key_that_is_published_by_an_alias_is_followed() -> None:
    name = "mailwright._domainkey.corp.example"
    key = EVERYTHING[name]["TXT"]
    rest = {owner: types for owner, types in EVERYTHING.items() if owner != name}
    alias: Records = {name: {"CNAME": ["keys.isp.example"]}, "keys.isp.example": {"TXT": key}}
    zone: Records = {"isp.example": {"NS": ["ns.isp.example"]}}
    assert surveyed(Internet(merged(rest, alias, zone))).gate.state is State.OPEN


def test_without_a_key_the_gate_is_closed_and_the_key_is_told_about() -> None:
    found = surveyed(Internet(EVERYTHING), replace(SENDER, key=None))
    assert ids(found.gate.reasons) == {"records.no-key"}
    assert "_domainkey" not in repr(found.publication.records)


def test_without_an_address_nothing_is_made_up() -> None:
    found = surveyed(Internet(), replace(SENDER, addresses=()))
    assert "records.no-address" in ids(found.gate.reasons)
    assert "v=spf1" not in repr(found.publication.records)


def test_a_dmarc_policy_above_counts_for_the_domain() -> None:
    above = {"_dmarc.example": {"TXT": ["v=DMARC1; p=reject"]}}
    found = surveyed(Internet(above))  # type: ignore[arg-type] # literal types
    assert "_dmarc" not in repr(found.publication.records)


@pytest.mark.parametrize("allowed", [True, False])
def test_reports_go_elsewhere_only_where_they_are_taken(*, allowed: bool) -> None:
    sender = replace(SENDER, administrator="admin@mail.example")
    leave = {"corp.example._report._dmarc.mail.example": {"TXT": ["v=DMARC1"]}} if allowed else {}
    asked = surveyed(Internet(leave), sender).publication  # type: ignore[arg-type] # literal types
    (record,) = [each for each in asked.records if each.name.startswith("_dmarc")]
    place = "admin@mail.example" if allowed else "postmaster@corp.example"
    assert record.value == f"v=DMARC1; p=none; rua=mailto:{place}"
    assert ("records.reports-to-postmaster" in ids(asked.notes)) is not allowed
    deaf: Records = {"corp.example": {"MX": ["0 ."]}}
    silent = surveyed(Internet(merged(leave, deaf)), sender).publication  # type: ignore[arg-type] # literal types
    (record,) = [each for each in silent.records if each.name.startswith("_dmarc")]
    assert ("rua=" in record.value) is allowed
    assert ("records.no-reports" in ids(silent.notes)) is not allowed


@pytest.mark.parametrize(
    ("administrator", "place"),
    [
        ("a!b,c@corp.example", "a%21b%2Cc@corp.example"),
        ("a@Mail.Corp.Example", "a@Mail.Corp.Example"),
        ("a@notcorp.example", "postmaster@corp.example"),
        ("a@example", "postmaster@corp.example"),
        (f"a@{'x.' * 120}example", "postmaster@corp.example"),
    ],
)
def test_reports_to_the_domain_itself_need_nobodys_leave(administrator: str, place: str) -> None:
    asked = surveyed(Internet(), replace(SENDER, administrator=administrator)).publication
    (record,) = [each for each in asked.records if each.name.startswith("_dmarc")]
    assert record.value == f"v=DMARC1; p=none; rua=mailto:{place}"


@pytest.mark.parametrize("administrator", ["admin@corp.example", "admin@elsewhere.example"])
@pytest.mark.parametrize("before", [{}, {"mx1.corp.example": {"A": ["192.0.2.80"]}}])
def test_the_checks_offer_the_records_that_the_set_up_asks_for(
    administrator: str, before: Records
) -> None:
    sender = replace(SENDER, administrator=administrator)
    asked = {
        (each.name, each.value) for each in surveyed(Internet(before), sender).publication.records
    }
    context = Context(
        StaticResolver(merged(ZONES, before)),
        sender.domain,
        sender.hostname,
        sender.addresses,
        report_to=administrator,
    )
    found: list[Finding] = []
    run_checks(ALL, context, found.append)
    offered = {
        each.kind.id: (each.subject, each.args["record"])
        for each in found
        if each.kind.id in {"helo.spf-none", "dmarc.none", "spf.no-record"}
    }
    assert len(offered) == 3
    assert {*offered.values()} <= asked


def test_a_helo_name_that_leads_elsewhere_too_lists_who_sends() -> None:
    before: Records = {"mx1.corp.example": {"A": ["192.0.2.80"]}}
    asked = surveyed(Internet(before)).publication
    (text,) = [
        each.value
        for each in asked.records
        if each.name == "mx1.corp.example" and each.type == "TXT"
    ]
    assert text == "v=spf1 ip4:198.51.100.7 ip6:2001:db8:1::7 -all"


@pytest.mark.parametrize("envelope", ["news.corp.example", "mx1.corp.example"])
def test_mail_from_below_the_domain_has_an_spf_record_of_its_own(envelope: str) -> None:
    sender = replace(SENDER, envelope=envelope)
    found = surveyed(Internet(merged(EVERYTHING, {envelope: {"TXT": []}})), sender)
    assert found.gate.state is State.CLOSED
    (record,) = found.publication.records
    assert (record.name, record.value) == (
        envelope,
        "v=spf1 ip4:198.51.100.7 ip6:2001:db8:1::7 ~all",
    )
    done = as_published(found.publication, EVERYTHING)
    assert surveyed(Internet(done), sender).gate.state is State.OPEN


def test_a_domain_without_mx_is_told_and_silence_about_it_is_not() -> None:
    none = merged(EVERYTHING, {"corp.example": {"MX": []}})
    assert "records.no-mx" in ids(surveyed(Internet(none)).publication.notes)
    silent = Internet(EVERYTHING, failures={("corp.example", "MX"): Status.TIMEOUT})
    assert surveyed(silent).notes == ()


def test_one_name_for_server_and_domain_has_one_spf_record() -> None:
    asked = surveyed(Internet(), replace(SENDER, hostname="corp.example")).publication
    texts = [each.value for each in asked.records if each.name == "corp.example"]
    assert [text for text in texts if text.startswith("v=spf1")] == [
        "v=spf1 ip4:198.51.100.7 ip6:2001:db8:1::7 ~all"
    ]
