"""What the DNS says about a sender, and what a person should publish there."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from mailwright.catalog import SpfKind, relay_presets
from mailwright.checks import ALL, Context, run_checks, spf
from mailwright.errors import MailwrightError
from mailwright.i18n import N_
from mailwright.model.finding import FindingKind, Severity

if TYPE_CHECKING:
    from collections.abc import Callable

    from mailwright.model.dns_records import DnsRecord
    from mailwright.model.finding import Finding
    from mailwright.model.requirements import Relay, Requirements
    from mailwright.usecases.parts import Parts


NOT_ASKED = FindingKind(
    "dns.not-asked",
    Severity.UNKNOWN,
    N_("The DNS could not be asked: {reason}"),
    N_("Connect this computer to a network, or name a DNS server in the profile."),
)


def dns_findings(parts: Parts, requirements: Requirements, emit: Callable[[Finding], None]) -> None:
    """Run the checks that need no SSH; each finding is emitted as it comes."""
    try:
        run_checks(ALL, _context(parts, requirements), emit)
    except MailwrightError as error:
        emit(NOT_ASKED.found(requirements.identity.domain, reason=str(error)))


def records_to_publish(parts: Parts, requirements: Requirements) -> tuple[DnsRecord, ...]:
    """The records that are missing, as far as the DNS could be asked; the rest is for `verify`."""
    try:
        return asyncio.run(spf.records_to_publish(_context(parts, requirements)))
    except MailwrightError:
        return ()  # the proof tells why the DNS could not be asked


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
