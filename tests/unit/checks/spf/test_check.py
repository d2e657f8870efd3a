"""What the check does beside its findings, which are in tests/cases/checks/spf."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from mailwright.checks import Context, run_checks, spf
from mailwright.checks.spf import findings
from mailwright.net.resolver import RecordType, StaticResolver, Status

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mailwright.model.finding import Finding

    Failures = dict[tuple[str, RecordType], Status]
    Zones = dict[str, dict[RecordType, Sequence[str]]]


def test_nothing_is_asked_where_there_is_nothing_to_judge() -> None:
    resolver = StaticResolver({})
    found: list[Finding] = []
    context = Context(resolver, "example.com", "h.example.com", relay=True)
    run_checks([spf.CHECK], context, found.append)
    assert [finding.kind for finding in found] == [findings.SENDER_UNKNOWN]
    assert resolver.queries == 0


def test_a_covered_relay_costs_a_question_for_each_record() -> None:
    record = "v=spf1 include:relay.example include:b.example -all"
    zones = {"example.com": record, "relay.example": "v=spf1 -all", "b.example": "v=spf1 a -all"}
    resolver = StaticResolver({name: {"TXT": [text]} for name, text in zones.items()})
    context = Context(resolver, "example.com", "h.example.com", spf_include="relay.example")
    run_checks([spf.CHECK], context, lambda finding: None)
    assert resolver.queries == 3


def publish(record: str | None, failures: Failures | None = None) -> list[str]:
    zones: Zones = {"relay.example": {"A": ["192.0.2.25"], "AAAA": ["2001:db8::25"]}}
    if record is not None:
        zones["example.com"] = {"TXT": [record]}
    context = Context(
        StaticResolver(zones, failures), "example.com", "h.example.com", relay_host="relay.example"
    )
    return [found.value for found in asyncio.run(spf.records_to_publish(context))]


def test_the_record_to_publish_is_the_one_that_the_finding_offers() -> None:
    assert publish(None) == ["v=spf1 ip4:192.0.2.25 ip6:2001:db8::25 ~all"]
    assert publish("v=spf1 mx -all") == ["v=spf1 mx ip4:192.0.2.25 ip6:2001:db8::25 -all"]


def test_nothing_is_to_be_published_where_all_pass_or_nothing_can_be_offered() -> None:
    assert publish("v=spf1 a:relay.example -all") == []
    assert publish("v=spf1 moo -all") == []


def test_half_the_addresses_of_the_relay_are_not_all() -> None:
    failures: Failures = {("relay.example", "AAAA"): Status.TIMEOUT}
    assert publish("v=spf1 mx -all", failures) == []


def test_what_is_known_is_published_beside_what_is_not() -> None:
    failures: Failures = {("slow.example", "A"): Status.TIMEOUT}
    merged = "v=spf1 a:slow.example ip4:192.0.2.25 ip6:2001:db8::25 -all"
    assert publish("v=spf1 a:slow.example -all", failures) == [merged]
