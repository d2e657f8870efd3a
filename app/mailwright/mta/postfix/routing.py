"""What else in an existing configuration decides where mail goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mailwright.i18n import N_
from mailwright.mta.postfix.settings import MAIN_CF
from mailwright.mta.postfix.syntax import parameters

if TYPE_CHECKING:
    from mailwright.model.server import Observation
    from mailwright.platforms.releases import Platform

_PAST_THE_RELAY = (
    "transport_maps",
    "sender_dependent_relayhost_maps",
    "sender_dependent_default_transport_maps",
    "smtp_fallback_relay",
)


def cautions(seen: Observation, platform: Platform) -> tuple[str, ...]:
    """Sentences (message ids) that a person should read before agreeing to a plan."""
    now = parameters(seen.texts.get(MAIN_CF) or "")
    found = []
    if any(now.get(name) for name in _PAST_THE_RELAY):
        found.append(
            N_(
                "This Postfix has rules of its own about where mail goes (transport_maps and the "
                "like). They stay, and may send mail past the relay."
            )
        )
    if now.get("content_filter"):
        found.append(
            N_(
                "A content filter is set. It stays, and must be reachable over verified TLS or "
                "have a transport of its own."
            )
        )
    if not platform.tried:
        found.append(N_("This release of the system was not tried by the makers of Mailwright."))
    return tuple(found)
