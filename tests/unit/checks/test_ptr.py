from __future__ import annotations

from typing import TYPE_CHECKING

from mailwright.checks import Context, ptr, run_checks
from mailwright.net.resolver import StaticResolver

if TYPE_CHECKING:
    from mailwright.model.finding import Finding


def test_behind_a_relay_reverse_dns_is_the_relays_and_nothing_is_asked() -> None:
    found: list[Finding] = []
    resolver = StaticResolver({})
    context = Context(resolver, "example.com", "host.example.com", relay=True)
    run_checks([ptr.CHECK], context, found.append)
    assert [finding.kind for finding in found] == [ptr.RELAY_CARRIES]
    assert resolver.queries == 0
