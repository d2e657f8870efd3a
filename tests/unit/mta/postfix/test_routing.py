from __future__ import annotations

from dataclasses import replace

import pytest

from mailwright.model.requirements import Route
from mailwright.model.server import Facts, Observation
from mailwright.mta.postfix.routing import cautions, past_the_default
from mailwright.mta.postfix.settings import MAIN_CF
from mailwright.platforms.releases import platforms

TRIED = next(each for each in platforms() if each.tried)


@pytest.mark.parametrize(
    ("text", "relayed", "direct"),
    [
        ("", 0, 0),
        ("transport_maps =\n", 0, 0),
        ("transport_maps = hash:/x\nsmtp_fallback_relay = [b]\n", 1, 2),
        ("content_filter = smtp:[127.0.0.1]:10024\ntransport_maps = hash:/x\n", 2, 2),
        ("sender_dependent_relayhost_maps = hash:/x\n", 1, 1),
    ],
)
def test_what_may_lead_past_the_route_is_said(text: str, relayed: int, direct: int) -> None:
    seen = Observation(Facts("debian", "12"), texts={MAIN_CF: text})
    assert len(cautions(seen, TRIED, Route.RELAY)) == relayed
    assert len(cautions(seen, TRIED, Route.DIRECT)) == direct


def test_direct_mail_is_not_said_to_pass_a_relay() -> None:
    text = "content_filter = x:\ntransport_maps = hash:/x\nsmtp_fallback_relay = [b]\n"
    seen = Observation(Facts("debian", "12"), texts={MAIN_CF: text})
    relayed, direct = (set(cautions(seen, TRIED, route)) for route in (Route.RELAY, Route.DIRECT))
    assert not relayed & direct
    assert any("leaves at once" in each for each in direct)


@pytest.mark.parametrize(
    ("text", "past"),
    [
        ("", ()),
        ("transport_maps =\n", ()),
        ("transport_maps = hash:/x\n", ("transport_maps",)),
        (
            "sender_dependent_default_transport_maps = hash:/x\ntransport_maps = hash:/x\n",
            ("transport_maps", "sender_dependent_default_transport_maps"),
        ),
        # The next hop of default_transport goes before a relay host, as on a real Postfix 3.10.
        ("sender_dependent_relayhost_maps = hash:/x\nsmtp_fallback_relay = [b]\n", ()),
    ],
)
def test_what_mail_leaves_by_although_it_is_kept_back(text: str, past: tuple[str, ...]) -> None:
    assert past_the_default(Observation(Facts("debian", "12"), texts={MAIN_CF: text})) == past


def test_an_untried_release_is_said() -> None:
    seen = Observation(Facts("ubuntu", "24.04"))
    assert len(cautions(seen, replace(TRIED, tried=False), Route.RELAY)) == 1
