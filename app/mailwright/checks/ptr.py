"""Reverse DNS of the addresses from which the mail leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mailwright.checks.base import Check, Context
from mailwright.i18n import N_
from mailwright.model.finding import Finding, FindingKind, Severity

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

RELAY_CARRIES = FindingKind(
    "ptr.relay-carries",
    Severity.INFO,
    N_(
        "Reverse DNS is the relay's business: receivers look up the relay's addresses (PTR), "
        "because it is the relay that connects to them."
    ),
    source="RFC 8601 section 2.7.3",
)


async def run(context: Context) -> AsyncIterator[Finding]:
    """Say whose business reverse DNS is; asks nothing."""
    if context.relay:
        yield RELAY_CARRIES.found(context.helo)


CHECK = Check("ptr", (RELAY_CARRIES,), run)
