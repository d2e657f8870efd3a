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


def test_each_selector_costs_a_question_and_the_wildcard_one() -> None:
    resolver = StaticResolver({"example.com": {"TXT": ["x"]}})
    context = Context(resolver, "example.com", "", selectors=("a", "b"), dkim_keys={"b": "AAAA"})
    found: list[Finding] = []
    run_checks([dkim.CHECK], context, found.append)
    assert [finding.kind.id for finding in found] == ["dkim.no-record", "dkim.not-published"]
    # Each missing record was looked for under the doubled name besides.
    assert resolver.queries == 2 * 2 + 1
