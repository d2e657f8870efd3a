from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_address
from typing import TYPE_CHECKING

import pytest

from mailwright.engine import gate, records
from mailwright.engine import record_findings as about
from mailwright.engine.gate import State
from mailwright.engine.records import Purpose, Reading, Said
from mailwright.model.dns_records import DnsRecord
from mailwright.model.finding import FindingKind, Severity
from tests.unit.engine.test_records import HAS, KEY, LACKS, SENDER, SILENT

if TYPE_CHECKING:
    from collections.abc import Iterable

ADDRESS = SENDER.addresses[0]
SPF = DnsRecord("corp.example", "TXT", "v=spf1 ip4:192.0.2.7 ~all", "w")
RECORDS = {
    Purpose.ADDRESS: records.address_record(SENDER, ADDRESS),
    Purpose.REVERSE: records.reverse_record(SENDER, ADDRESS),
    Purpose.SPF: SPF,
    Purpose.HELO: records.helo_record(SENDER, "v=spf1 a -all"),
    Purpose.DKIM: KEY,
    Purpose.DMARC: records.dmarc_record(SENDER, "mailto:admin@corp.example"),
}


def readings(**said: tuple[Said, ...]) -> list[Reading]:
    """Every record as every server has it, but for those that are named."""
    return [
        Reading(purpose, record, said.get(purpose, (HAS, HAS)), address=str(ADDRESS))
        for purpose, record in RECORDS.items()
    ]


def ids(found: Iterable[object]) -> list[str]:
    return [each.kind.id for each in found]  # type: ignore[attr-defined] # findings


def test_the_gate_opens_where_every_server_has_every_record() -> None:
    decided = gate.decide(readings())
    assert (decided.state, decided.all_reasons) == (State.OPEN, ())


@pytest.mark.parametrize("purpose", sorted(gate.NEEDED))
@pytest.mark.parametrize(
    ("said", "state", "kinds"),
    [
        ((LACKS, LACKS), State.CLOSED, ["records.missing"]),
        ((HAS, LACKS), State.CLOSED, ["records.lags"]),
        ((HAS, SILENT), State.SILENT, ["records.server-silent"]),
        ((HAS, LACKS, SILENT), State.CLOSED, ["records.lags", "records.server-silent"]),
        ((SILENT, SILENT), State.CLOSED, ["records.server-silent", "records.server-silent"]),
        ((), State.CLOSED, ["records.unknown"]),
    ],
)
def test_anything_less_keeps_it_closed_and_says_why(
    purpose: str, said: tuple[Said, ...], state: State, kinds: list[str]
) -> None:
    decided = gate.decide(readings(**{purpose: said}))
    assert decided.state is state
    wanted = [
        "records.reverse-missing" if (purpose, kind) == ("reverse", "records.missing") else kind
        for kind in kinds
    ]
    assert ids(decided.all_reasons) == wanted


@pytest.mark.parametrize("purpose", ["helo", "dmarc"])
def test_what_receivers_only_like_to_see_does_not_close_the_gate(purpose: str) -> None:
    assert gate.decide(readings(**{purpose: (LACKS,)})).state is State.OPEN


def reverse(**fields: object) -> list[Reading]:
    """Every record as every server has it, but for reverse DNS."""
    return [
        replace(each, **fields) if each.purpose is Purpose.REVERSE else each  # type: ignore[arg-type] # fields of Reading
        for each in readings()
    ]


def test_another_reverse_name_that_leads_back_is_enough() -> None:
    other = reverse(said=(LACKS, LACKS), other="host7.isp.example")
    assert gate.decide(other).state is State.OPEN
    assert ids(about.findings(other[1])) == ["records.reverse-other-name"]
    silent = [
        replace(each, said=(LACKS, SILENT)) if each.purpose is Purpose.REVERSE else each
        for each in other
    ]
    assert gate.decide(silent).state is State.SILENT


def test_the_name_of_a_line_is_for_a_person_to_decide_and_the_provider_to_change() -> None:
    generic = reverse(said=(LACKS, LACKS), other="ip-192-0-2-7.isp.example")
    decided = gate.decide(generic)
    assert decided.state is State.CLOSED
    assert ids(decided.reasons) == ["records.reverse-generic"]
    assert "line" in decided.reasons[0].kind.message
    (asked,) = records.publication(generic, ()).requests
    assert (asked.address, asked.hostname) == (str(ADDRESS), "mx1.corp.example")


def test_what_the_resolver_says_is_no_word_of_the_servers() -> None:
    resolver = replace(HAS, server=records.RESOLVER)
    found = reverse(said=(resolver,), cause="NS 2.0.192.in-addr.arpa: time-out")
    decided = gate.decide(found)
    assert (decided.state, ids(decided.silent)) == (State.SILENT, ["records.unknown"])
    assert decided.silent[0].severity is Severity.UNKNOWN
    assert "time-out" in str(decided.silent[0].args["cause"])
    told = gate.waiting(decided, "mx1", 30)
    assert told.args["servers"] == found[1].record.name
    lacks = reverse(said=(replace(LACKS, server=records.RESOLVER),), cause="time-out")
    assert ids(gate.decide(lacks).reasons) == ["records.reverse-missing", "records.unknown"]


@pytest.mark.parametrize(
    "note",
    [
        about.NO_KEY.found("x"),
        about.NO_ADDRESS.found("x", hostname="x"),
        FindingKind("dns.not-asked", Severity.UNKNOWN, "No network").found("x"),
    ],
)
def test_what_could_not_be_read_closes_the_gate(note: object) -> None:
    assert gate.decide((), (note,)).reasons == (note,)  # type: ignore[arg-type] # a finding
    assert gate.decide(readings(), (about.NO_MX.found("x", domain="x"),)).state is State.OPEN


def test_a_family_of_which_receivers_see_something_unknown_closes_the_gate() -> None:
    sender = replace(SENDER, hidden=(ip_address("10.0.0.7"), ip_address("10.0.1.7")))
    (note,) = about.notes(sender, readings(), has_mx=True)
    assert (note.kind, note.severity) == (about.HIDDEN, Severity.UNKNOWN)
    assert (note.args["family"], note.args["addresses"]) == ("IPv4", "10.0.0.7, 10.0.1.7")
    assert "identity.addresses" in note.kind.remedy
    decided = gate.decide(readings(), (note,))
    assert (decided.state, decided.reasons) == (State.CLOSED, (note,))
    nothing = replace(sender, addresses=())
    assert ids(about.notes(nothing, (), has_mx=True)) == ["records.no-address"]


def test_nothing_read_is_never_an_open_gate() -> None:
    with pytest.raises(AssertionError):
        gate.decide(())
    with pytest.raises(AssertionError):
        gate.decide(each for each in readings() if each.purpose is not Purpose.DKIM)


def test_a_person_is_told_what_waits_for_how_long_and_how_to_go_on() -> None:
    assert "only test messages" not in gate.CLOSED.message + gate.SILENT.message
    closed = gate.waiting(gate.decide(readings(dkim=(LACKS,))), "mx1", 30)
    assert (closed.kind, closed.severity, closed.args["days"]) == (gate.CLOSED, Severity.INFO, 30)
    silent = gate.waiting(gate.decide(readings(dkim=(HAS, SILENT), spf=(HAS, SILENT))), "mx1", 30)
    assert (silent.kind, silent.severity) == (gate.SILENT, Severity.INFO)
    assert silent.args["servers"] == "ns3.example"
    for finding in (closed, silent):
        assert "mailwright verify PROFILE" in finding.kind.remedy
        assert "--let-out" in finding.kind.remedy
        assert "closed" in finding.kind.remedy


def test_reasons_in_one_line_name_each_record_once() -> None:
    decided = gate.decide(readings(dkim=(HAS, LACKS, LACKS), spf=(HAS, SILENT), reverse=(LACKS,)))
    assert gate.named(decided) == f"PTR {ADDRESS}, TXT {KEY.name}, TXT {SPF.name}"
    assert (
        gate.named(gate.decide((), [about.NO_KEY.found("mx1.corp.example")])) == "mx1.corp.example"
    )
