"""What the check does beside its findings, which are in tests/cases/checks/dmarc."""

from __future__ import annotations

from ipaddress import ip_address

from mailwright.checks import Context, dmarc, run_checks
from mailwright.net.resolver import RecordType, StaticResolver

ZONES: dict[str, dict[RecordType, list[str]]] = {
    "example.com": {"MX": ["10 mx.example.com"]},
    "_dmarc.example.com": {"TXT": ["v=DMARC1; p=reject; rua=mailto:d@example.com"]},
}


def queries(**fields: str) -> int:
    resolver = StaticResolver(ZONES)
    context = Context(resolver, "example.com", "", (ip_address("192.0.2.1"),), **fields)  # type: ignore[arg-type]  # names
    run_checks([dmarc.CHECK], context, lambda _finding: None)
    return resolver.queries


def test_one_domain_costs_one_walk_and_the_mx_of_its_reports() -> None:
    assert queries() == 2 + 1


def test_names_that_differ_cost_a_walk_each_that_share_their_parents() -> None:
    assert queries(from_domain="news.example.com", dkim_domain="example.net") > queries()
    assert queries(from_domain="news.example.com") == 3 + 1
