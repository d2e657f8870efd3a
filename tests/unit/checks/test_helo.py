"""What the check does beside its findings, which are in tests/cases/checks/helo."""

from __future__ import annotations

from ipaddress import ip_address
from typing import TYPE_CHECKING

import pytest

from mailwright.checks import Context, helo, run_checks
from mailwright.net.resolver import RecordType, StaticResolver

if TYPE_CHECKING:
    from mailwright.model.finding import Finding


@pytest.mark.parametrize("name", ["", "localhost", "mail", "[192.0.2.1]"])
def test_a_name_that_is_none_is_not_looked_up(name: str) -> None:
    resolver = StaticResolver({})
    context = Context(resolver, "example.com", name, (ip_address("192.0.2.1"),))
    run_checks([helo.CHECK], context, lambda _finding: None)
    assert resolver.queries == 0


def test_a_limit_that_the_record_breaks_is_named_with_its_term() -> None:
    record = "v=spf1 " + " ".join(f"a:h{number}.example.com" for number in range(11)) + " -all"
    zones: dict[str, dict[RecordType, list[str]]] = {
        f"h{number}.example.com": {"A": ["192.0.2.99"]} for number in range(11)
    }
    zones["mail.example.com"] = {"A": ["192.0.2.1"], "TXT": [record]}
    resolver = StaticResolver(zones)
    found: list[Finding] = []
    context = Context(resolver, "example.com", "mail.example.com", (ip_address("192.0.2.1"),))
    run_checks([helo.CHECK], context, found.append)
    (unusable,) = [one for one in found if one.kind is helo.SPF_UNUSABLE]
    assert unusable.args["problem"] == "lookups: a:h10.example.com"
