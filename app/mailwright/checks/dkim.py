"""DKIM signatures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mailwright.checks.base import Check, Context
from mailwright.i18n import N_
from mailwright.model.finding import Finding, FindingKind, Severity

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

RELAY_SIGNS = FindingKind(
    "dkim.relay-signs",
    Severity.INFO,
    N_(
        "The relay signs the mail of {domain} with DKIM: the key and its DNS record are set up "
        "with the relay service, because it is the relay that holds the private key."
    ),
    source="RFC 6376 section 5.1",
)


async def run(context: Context) -> AsyncIterator[Finding]:
    """Say who signs; asks nothing."""
    if context.relay:
        yield RELAY_SIGNS.found(context.domain, domain=context.domain)


CHECK = Check("dkim", (RELAY_SIGNS,), run)
