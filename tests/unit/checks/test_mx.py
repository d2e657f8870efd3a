"""What the check does beside its findings, which are in tests/cases/checks/mx."""

from __future__ import annotations

from mailwright.checks import Context, mx, run_checks
from mailwright.checks.facts import HOSTS
from mailwright.net.resolver import StaticResolver


def test_a_domain_with_a_thousand_hosts_is_not_followed_to_the_end() -> None:
    records = [f"10 h{number:04}.example.net" for number in range(1000)]
    resolver = StaticResolver({"example.com": {"MX": records}})
    run_checks([mx.CHECK], Context(resolver, "example.com", ""), lambda _finding: None)
    assert resolver.queries == 1 + 2 * HOSTS


def test_a_domain_that_does_not_exist_costs_one_question() -> None:
    resolver = StaticResolver({})
    run_checks([mx.CHECK], Context(resolver, "example.com", ""), lambda _finding: None)
    assert resolver.queries == 1
