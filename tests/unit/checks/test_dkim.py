from __future__ import annotations

from typing import TYPE_CHECKING

from mailwright.checks import Context, dkim, run_checks
from mailwright.net.resolver import StaticResolver

if TYPE_CHECKING:
    from mailwright.model.finding import Finding


def test_behind_a_relay_the_relay_signs_and_nothing_is_asked() -> None:
    found: list[Finding] = []
    resolver = StaticResolver({})
    context = Context(resolver, "example.com", "host.example.com", relay=True)
    run_checks([dkim.CHECK], context, found.append)
    assert [finding.kind for finding in found] == [dkim.RELAY_SIGNS]
    assert found[0].args == {"domain": "example.com"}
    assert resolver.queries == 0
