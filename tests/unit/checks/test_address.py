"""What the check does beside its findings, which are in tests/cases/checks/address."""

from __future__ import annotations

from ipaddress import ip_address

import pytest

from mailwright.checks import Context, address, run_checks
from mailwright.net.resolver import StaticResolver


@pytest.mark.parametrize(
    ("addresses", "helo", "queries"),
    [
        (("192.0.2.25", "192.0.2.26"), "mail.example.com", 1),
        (("192.0.2.25", "2001:db8::25"), "mail.example.com", 2),
        (("192.0.2.25",), "localhost", 0),
        (("192.0.2.25",), "", 0),
        (("10.0.0.1",), "mail.example.com", 0),
    ],
)
def test_only_what_matters_is_asked(addresses: tuple[str, ...], helo: str, queries: int) -> None:
    resolver = StaticResolver({"mail.example.com": {"A": ["192.0.2.25"]}})
    context = Context(resolver, "example.com", helo, tuple(map(ip_address, addresses)))
    run_checks([address.CHECK], context, lambda _finding: None)
    assert resolver.queries == queries
