from __future__ import annotations

from dataclasses import replace

from mailwright.engine import record_findings as about
from mailwright.engine import records
from mailwright.engine.records import Purpose, Reading, Said
from mailwright.model.finding import Severity
from tests.unit.engine.test_gate import RECORDS, SPF, ids, readings, reverse
from tests.unit.engine.test_records import HAS, LACKS, SENDER


def test_the_resolver_is_not_counted_among_the_servers_of_a_zone() -> None:
    resolver = replace(HAS, server=records.RESOLVER)
    (finding,) = about.findings(reverse(said=(HAS, resolver))[1])
    assert (finding.kind, finding.args["count"]) == (about.VISIBLE, 1)


def test_a_server_that_lags_is_named_with_what_it_serves_and_for_how_long() -> None:
    old = Said("ns2.example", False, ("v=spf1 -all",), ttl=300)
    (finding,) = about.findings(Reading(Purpose.SPF, SPF, (HAS, old)))
    assert finding.kind is about.DIFFERS
    assert finding.severity is Severity.WARN
    assert finding.args["server"] == "ns2.example"
    assert (finding.args["old"], finding.args["ttl"]) == ("v=spf1 -all", 300)
    assert "ns2.example: v=spf1 -all" in finding.evidence


def test_without_reverse_dns_for_ipv6_mail_may_leave_by_ipv4_alone() -> None:
    six = SENDER.addresses[1]
    reading = Reading(
        Purpose.REVERSE, records.reverse_record(SENDER, six), (LACKS,), address=str(six)
    )
    (finding,) = about.findings(reading)
    assert finding.kind is about.REVERSE_MISSING_6
    assert "identity.addresses" in finding.kind.remedy


def test_a_record_that_is_there_is_replaced_and_an_address_is_added() -> None:
    other = Said("ns1.example", False, ("something else",))
    (finding,) = about.findings(Reading(Purpose.SPF, SPF, (other,)))
    assert finding.kind is about.OTHER
    (finding,) = about.findings(Reading(Purpose.ADDRESS, RECORDS[Purpose.ADDRESS], (other,)))
    assert finding.kind is about.MISSING
    (finding,) = about.findings(Reading(Purpose.SPF, SPF, (other,), trouble="ip4: ip4-network"))
    assert (finding.kind, finding.args["trouble"]) == (about.TROUBLE, "ip4: ip4-network")


def test_notes_say_what_no_record_says() -> None:
    none = replace(SENDER, addresses=(), key=None, administrator="a@elsewhere.example")
    dmarc = Reading(Purpose.DMARC, records.dmarc_record(none, ""), (LACKS,))
    assert ids(about.notes(none, [dmarc], has_mx=False)) == [
        "records.no-address",
        "records.no-key",
        "records.no-mx",
        "records.no-reports",
    ]
    assert ids(about.notes(SENDER, readings(), has_mx=None)) == []


def test_reports_that_go_to_the_postmaster_instead_are_told_of() -> None:
    sender = replace(SENDER, administrator="a@elsewhere.example")
    for place, wanted in (
        ("mailto:postmaster@corp.example", ["records.reports-to-postmaster"]),
        ("mailto:a@elsewhere.example", []),
        ("", ["records.no-reports"]),
    ):
        dmarc = Reading(Purpose.DMARC, records.dmarc_record(sender, place), (LACKS,))
        assert ids(about.notes(sender, [dmarc], has_mx=True)) == wanted
    own = replace(SENDER, administrator="postmaster@corp.example")
    dmarc = Reading(
        Purpose.DMARC, records.dmarc_record(own, "mailto:postmaster@corp.example"), (LACKS,)
    )
    assert ids(about.notes(own, [dmarc], has_mx=True)) == []
