from __future__ import annotations

import asyncio

from mailwright.checks.spf.trial import WithRecord
from mailwright.net.resolver import StaticResolver, Status


def test_one_record_is_replaced_and_nothing_else() -> None:
    async def run() -> None:
        real = StaticResolver({"example.com": {"TXT": ["v=spf1 -all"], "A": ["192.0.2.1"]}})
        trial = WithRecord(real, "Example.com", "v=spf1 a -all")
        trial.prefetch("example.com.", "TXT")
        assert (await trial.query("EXAMPLE.com", "TXT")).values == ("v=spf1 a -all",)
        assert trial.queries == 0
        trial.prefetch("example.com", "A")
        assert (await trial.query("example.com", "A")).values == ("192.0.2.1",)
        assert (await trial.query("www.example.com", "TXT")).status is Status.NXDOMAIN
        assert trial.queries == real.queries == 2

    asyncio.run(run())
