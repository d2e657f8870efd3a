from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from mailwright.mta.postfix.log_times import Stamps

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC).timestamp()


def at(*parts: int) -> float:
    return datetime(*parts, tzinfo=UTC).timestamp()  # type: ignore[arg-type, misc] # year to second


@pytest.mark.parametrize(
    ("stamp", "expected"),
    [
        ("Nov 24 05:06:02", at(2026, 11, 24, 5, 6, 2)),
        ("Nov  4 05:06:02", at(2026, 11, 4, 5, 6, 2)),
        ("Dec 31 23:59:59", at(2025, 12, 31, 23, 59, 59)),
        ("Feb 29 00:00:00", at(2024, 2, 29)),
        ("2026-11-24T05:06:02.250000+00:00", at(2026, 11, 24, 5, 6, 2) + 0.25),
        ("2026-11-24T05:06:02.250000+0000", at(2026, 11, 24, 5, 6, 2) + 0.25),
        ("2026-11-24T05:06:02Z", at(2026, 11, 24, 5, 6, 2)),
        ("2026-11-24T05:06:02,5+09:00", at(2026, 11, 23, 20, 6, 2) + 0.5),
        ("2026-11-24T05:06:02+0530", at(2026, 11, 23, 23, 36, 2)),
        ("Feb 30 00:00:00", None),
        ("Xyz 24 05:06:02", None),
        ("Nov 24 25:06:02", None),
        ("Nov 24 05:0x:02", None),
        ("2026-13-24T05:06:02Z", None),
        ("2026-11-24T05:06:02+99:99", None),
    ],
)
def test_a_stamp_is_a_moment(stamp: str, expected: float | None) -> None:
    assert Stamps(NOW, UTC).seconds(stamp) == expected


def test_a_stamp_without_a_zone_is_in_the_servers() -> None:
    tokyo = Stamps(NOW, timezone(timedelta(hours=9)))
    assert tokyo.seconds("Nov 24 05:06:02") == at(2026, 11, 23, 20, 6, 2)
    berlin = Stamps(NOW, ZoneInfo("Europe/Berlin"))
    assert berlin.seconds("Jul  1 12:00:00") == at(2026, 7, 1, 10)
    assert berlin.seconds("Jan  1 12:00:00") == at(2026, 1, 1, 11)


def test_without_the_servers_zone_it_is_this_computers() -> None:
    here = datetime(2026, 11, 24, 5, 6, 2).astimezone().timestamp()
    assert Stamps(NOW).seconds("Nov 24 05:06:02") == here


def test_a_log_of_december_that_is_read_in_january_is_last_years() -> None:
    stamps = Stamps(datetime(2027, 1, 2, tzinfo=UTC).timestamp(), UTC)
    assert stamps.seconds("Dec 31 23:00:00") == at(2026, 12, 31, 23)
    assert stamps.seconds("Jan  1 01:00:00") == at(2027, 1, 1, 1)


def test_many_zones_do_not_fill_the_memory() -> None:
    stamps = Stamps(NOW, UTC)
    for number in range(45_000):
        stamps.seconds(f"2026-11-24T05:06:02.1+{number:05}")
    assert len(stamps._hours) <= 20_001
