from __future__ import annotations

from dataclasses import replace

import pytest

from mailwright.model.server import Facts, Observation
from mailwright.mta.postfix.routing import cautions
from mailwright.mta.postfix.settings import MAIN_CF
from mailwright.platforms.releases import platforms

TRIED = next(each for each in platforms() if each.tried)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("transport_maps =\n", 0),
        ("transport_maps = hash:/x\nsmtp_fallback_relay = [b]\n", 1),
        ("content_filter = smtp:[127.0.0.1]:10024\ntransport_maps = hash:/x\n", 2),
    ],
)
def test_what_may_lead_past_the_relay_is_said(text: str, count: int) -> None:
    seen = Observation(Facts("debian", "12"), texts={MAIN_CF: text})
    assert len(cautions(seen, TRIED)) == count


def test_an_untried_release_is_said() -> None:
    seen = Observation(Facts("ubuntu", "24.04"))
    assert len(cautions(seen, replace(TRIED, tried=False))) == 1
