"""What the DNS says about a sender, and what a person should publish there."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from mailwright.catalog import SpfKind, relay_presets
from mailwright.checks import ALL, Context, run_checks, spf

if TYPE_CHECKING:
    from collections.abc import Callable

    from mailwright.model.dns_records import DnsRecord
    from mailwright.model.finding import Finding
    from mailwright.model.requirements import Relay, Requirements
    from mailwright.usecases.parts import Parts


def dns_findings(parts: Parts, requirements: Requirements, emit: Callable[[Finding], None]) -> None:
    """Run the checks that need no SSH; each finding is emitted as it comes."""
    run_checks(ALL, _context(parts, requirements), emit)


def records_to_publish(parts: Parts, requirements: Requirements) -> tuple[DnsRecord, ...]:
    """The records that are missing, as far as the DNS could be asked; the rest is for `verify`."""
    return asyncio.run(spf.records_to_publish(_context(parts, requirements)))


def _context(parts: Parts, requirements: Requirements) -> Context:
    relay = requirements.relay
    return Context(
        resolver=parts.resolver_for(requirements.asking),
        domain=requirements.identity.domain,
        helo=requirements.identity.hostname,
        spf_include=relay.spf_include,
        relay=True,
        relay_host=relay.host if _sends_from_its_own_host(relay) else "",
    )


def _sends_from_its_own_host(relay: Relay) -> bool:
    """A relay that nobody knows is taken to; a known service sends from where it says."""
    preset = relay_presets().get(relay.preset or "")
    return relay.spf_include is None and (preset is None or preset.spf is SpfKind.INCLUDE)
