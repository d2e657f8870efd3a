"""What else in an existing configuration decides where mail goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mailwright.i18n import N_
from mailwright.model.requirements import Route
from mailwright.mta.postfix.settings import MAIN_CF
from mailwright.mta.postfix.syntax import parameters

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mailwright.model.server import Observation
    from mailwright.platforms.releases import Platform

_TRANSPORTS = ("transport_maps", "sender_dependent_default_transport_maps")
"""Tables that choose another transport than default_transport (postconf(5))."""
_RELAYS = ("sender_dependent_relayhost_maps", "smtp_fallback_relay")
"""What chooses another next hop. Mail that waits stays where it is all the same: the next hop
that default_transport names goes before a relay host."""
_FILTERS = ("content_filter",)


def past_the_default(seen: Observation) -> tuple[str, ...]:
    """The parameters by which mail leaves although default_transport keeps it back."""
    return _those_set(seen, _TRANSPORTS)


def cautions(seen: Observation, platform: Platform, route: Route) -> tuple[str, ...]:
    """Sentences (message ids) that a person should read before agreeing to a plan."""
    found = [*(_about_direct_mail(seen) if route is Route.DIRECT else _about_relayed_mail(seen))]
    if not platform.tried:
        found.append(N_("This release of the system was not tried by the makers of Mailwright."))
    return tuple(found)


def _about_direct_mail(seen: Observation) -> Iterator[str]:
    if past_the_default(seen):
        yield N_(
            "This Postfix has rules of its own about where mail goes (transport_maps or "
            "sender_dependent_default_transport_maps). They stay: mail that they match leaves at "
            "once, even while other mail waits for the DNS records."
        )
    if _those_set(seen, _RELAYS):
        yield N_(
            "This Postfix has relays of its own (sender_dependent_relayhost_maps or "
            "smtp_fallback_relay). They stay, and may take mail that would else go straight to "
            "its receivers."
        )
    if _those_set(seen, _FILTERS):
        yield N_(
            "A content filter is set. It stays, and gets mail at once: mail waits for the DNS "
            "records when the filter gives it back to this server."
        )


def _about_relayed_mail(seen: Observation) -> Iterator[str]:
    if _those_set(seen, (*_TRANSPORTS, *_RELAYS)):
        yield N_(
            "This Postfix has rules of its own about where mail goes (transport_maps and the "
            "like). They stay, and may send mail past the relay."
        )
    if _those_set(seen, _FILTERS):
        yield N_(
            "A content filter is set. It stays, and must be reachable over verified TLS or have a "
            "transport of its own."
        )


def _those_set(seen: Observation, names: Iterable[str]) -> tuple[str, ...]:
    now = parameters(seen.texts.get(MAIN_CF) or "")
    return tuple(name for name in names if now.get(name))
