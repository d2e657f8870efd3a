from __future__ import annotations

from dataclasses import replace

import pytest

from mailwright.mta.postfix import common
from tests.support.examples import REQUIREMENTS


@pytest.mark.parametrize(
    ("give_up_after", "waiting", "expected"),
    [
        (3_600, None, ("3600s", "3600s", "0h")),
        (43_200, None, ("43200s", "43200s", "0h")),
        (432_000, None, ("432000s", "172800s", "4h")),
        # What waits for the DNS is neither given up nor complained about.
        (3_600, 2_592_000, ("2592000s", "2592000s", "0h")),
        (432_000, 2_592_000, ("2592000s", "2592000s", "0h")),
    ],
)
def test_senders_are_warned_before_a_message_is_given_up(
    give_up_after: int, waiting: int | None, expected: tuple[str, str, str]
) -> None:
    volume = replace(REQUIREMENTS.volume, give_up_after=give_up_after)
    found = {each.name: each.value for each in common.queue(volume, waiting)}
    names = ("maximal_queue_lifetime", "bounce_queue_lifetime", "delay_warning_time")
    assert tuple(found[name] for name in names) == expected
