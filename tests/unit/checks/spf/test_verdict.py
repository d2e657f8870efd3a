from __future__ import annotations

import asyncio
from ipaddress import ip_address

from mailwright.checks.base import Context
from mailwright.checks.spf.outcome import Result
from mailwright.checks.spf.tree import read_tree
from mailwright.checks.spf.verdict import Verdict, verdicts
from mailwright.net.resolver import StaticResolver, Status

ADDRESSES = tuple(ip_address(f"192.0.2.{number}") for number in range(1, 5))


def judge(record: str, spf_include: str | None = None) -> tuple[Verdict, ...]:
    async def run() -> tuple[Verdict, ...]:
        resolver = StaticResolver(
            {"example.com": {"TXT": [record]}, "relay.example": {"TXT": ["v=spf1 -all"]}},
            {("slow.example", "A"): Status.TIMEOUT},
        )
        context = Context(resolver, "example.com", "h.example.com", ADDRESSES, spf_include)
        return await verdicts(context, await read_tree(resolver, "example.com"))

    return asyncio.run(run())


def test_senders_with_the_same_result_are_judged_together() -> None:
    found = judge("v=spf1 ip4:192.0.2.1 ip4:192.0.2.4 ~ip4:192.0.2.2 -all")
    assert [(verdict.result, verdict.sender) for verdict in found] == [
        (Result.PASS, "192.0.2.1, 192.0.2.4"),
        (Result.SOFTFAIL, "192.0.2.2"),
        (Result.FAIL, "192.0.2.3"),
    ]


def test_what_is_not_known_comes_last() -> None:
    found = judge("v=spf1 -ip4:192.0.2.4 a:slow.example -all")
    assert [verdict.result for verdict in found] == [Result.FAIL, Result.TEMPERROR]
    assert found[1].problem is not None


def test_an_include_stands_for_the_addresses() -> None:
    assert judge("v=spf1 include:relay.example -all", "relay.example") == (
        Verdict(("relay.example",), Result.PASS),
    )
    assert judge("v=spf1 include:xn--r8jz45g.example -all", "例え.example")[0].problem is not None
    assert judge("v=spf1 ?all", "relay.example")[0].result is Result.NEUTRAL
