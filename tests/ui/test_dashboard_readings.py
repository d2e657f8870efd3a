"""The answers of the first line, from literal snapshots."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from mailwright.catalog import bounce_classes
from mailwright.model.figures import (
    Attempts,
    CauseCount,
    Figures,
    HourCount,
    Outcomes,
    QueueSnapshot,
    Snapshot,
)
from mailwright.model.finding import Severity
from mailwright.usecases import watch
from mailwright_ui.dashboard.readings import (
    BLOCKS,
    LOST,
    NOT_RUNNING,
    QUESTIONS,
    SLOWS,
    STALE_SECONDS,
    Memory,
    Reading,
    readings,
)
from tests.support.clocks import in_utc
from tests.support.deliveries import BUSY, EMPTY, NOW, QUEUE, START, TROUBLE, UNREAD

if TYPE_CHECKING:
    from collections.abc import Iterator

PASS, WARN, FAIL, UNKNOWN = Severity.PASS, Severity.WARN, Severity.FAIL, Severity.UNKNOWN


@pytest.fixture(autouse=True)
def utc() -> Iterator[None]:
    with in_utc():
        yield


def read(snapshot: Snapshot, name: str, *, later: float = 0.0) -> Reading:
    return readings(snapshot, Memory(), NOW + later)[name]


def with_figures(**changes: object) -> Snapshot:
    return replace(BUSY, figures=replace(BUSY.figures, **changes))  # type: ignore[arg-type] # any


def an_hour(start: float, *, sent: int, deferred: int = 0, bounced: int = 0) -> HourCount:
    return HourCount(start, Attempts(sent, deferred, bounced), sent, bounced)


def test_a_server_in_order_is_told_so() -> None:
    found = readings(BUSY, Memory(), NOW)
    assert list(found) == list(QUESTIONS)
    assert [each.severity for each in found.values()] == [PASS, PASS, PASS, PASS, UNKNOWN]
    assert found["sending"].detail == "50 of 55 attempts succeeded since 1:00\u202fPM"
    assert found["queue"].value == "5 messages"
    assert found["queue"].detail == "The oldest has waited for 42 min"
    assert found["errors"].value == "1.8 %"
    assert found["errors"].detail == "11 of 600 recipients failed"
    assert found["errors"].threshold == "Goal: below 3 %"
    assert found["blocked"].value == "No"


def test_a_server_in_trouble_is_told_so() -> None:
    found = readings(TROUBLE, Memory(), NOW)
    assert [each.severity for each in found.values()] == [FAIL, FAIL, FAIL, FAIL, UNKNOWN]
    assert found["sending"].value == "No"
    assert found["errors"].value == "10.3 %"
    assert found["blocked"].detail == "35 recipients, at bigmail.example, shop.example, …"


def test_block_lists_are_not_claimed_to_be_clean() -> None:
    lists = read(BUSY, "lists")
    assert (lists.severity, lists.value, lists.read_at) == (UNKNOWN, "Not checked yet", None)


@pytest.mark.parametrize(
    ("sent", "deferred", "severity", "value"),
    [
        (5, 0, PASS, "Yes"),
        (5, 5, PASS, "Yes"),
        (4, 5, WARN, "Only in part"),
        (0, 5, FAIL, "No"),
    ],
)
def test_mail_gets_out_where_most_attempts_succeed(
    sent: int, deferred: int, severity: Severity, value: str
) -> None:
    hour = an_hour(START, sent=sent, deferred=deferred)
    found = read(with_figures(hours=(hour,)), "sending")
    assert (found.severity, found.value) == (severity, value)


def test_only_the_last_busy_hour_and_the_one_before_it_count() -> None:
    hours = (
        an_hour(START, sent=100),
        an_hour(START + 7200, sent=0, deferred=3),
        an_hour(START + 10_800, sent=0, bounced=2),
    )
    found = read(with_figures(hours=hours), "sending")
    assert found.detail.startswith("0 of 5 attempts")
    assert found.severity is FAIL


@pytest.mark.parametrize(
    ("oldest", "severity"),
    [(0.0, PASS), (3599.0, PASS), (3600.0, WARN), (86_399.0, WARN), (86_400.0, FAIL)],
)
def test_an_old_queue_is_worse_than_a_long_one(oldest: float, severity: Severity) -> None:
    queue = replace(QUEUE, counts={"deferred": 9000}, oldest=oldest)
    assert read(replace(BUSY, queue=queue), "queue").severity is severity


def test_a_queue_that_was_only_counted_has_no_age() -> None:
    found = read(replace(BUSY, queue=QueueSnapshot(NOW, {"deferred": 7})), "queue")
    assert (found.severity, found.value) == (UNKNOWN, "7 messages")


@pytest.mark.parametrize(
    ("delivered", "failed", "severity", "value"),
    [
        (97, 3, FAIL, "3.0 %"),
        (971, 29, PASS, "2.9 %"),
        (1, 0, PASS, "0.0 %"),
        (0, 0, UNKNOWN, "Not known"),
    ],
)
def test_the_error_rate_is_held_against_its_goal(
    delivered: int, failed: int, severity: Severity, value: str
) -> None:
    found = read(with_figures(outcomes=Outcomes(delivered, failed)), "errors")
    assert (found.severity, found.value) == (severity, value)


@pytest.mark.parametrize(
    ("cause", "severity", "value"),
    [
        ("blocklisted", FAIL, "Yes"),
        ("ip_reputation", FAIL, "Yes"),
        ("rate_limited", WARN, "Slowed down"),
        ("user_unknown", PASS, "No"),
    ],
)
def test_blocked_is_what_receivers_say_of_this_server(
    cause: str, severity: Severity, value: str
) -> None:
    count = CauseCount(cause, 1, 1, "", ("a.example",))
    found = read(with_figures(causes=(count,)), "blocked")
    assert (found.severity, found.value) == (severity, value)


def test_the_causes_that_block_are_known_ones() -> None:
    assert bounce_classes().keys() >= BLOCKS | SLOWS


def test_a_domain_from_outside_cannot_turn_the_text() -> None:
    count = CauseCount("blocklisted", 1, 0, "", ("a\u202eb.example",))
    assert r"a\u202eb.example" in read(with_figures(causes=(count,)), "blocked").detail


def test_what_was_never_read_is_not_known() -> None:
    found = readings(UNREAD, Memory(), NOW)
    unread = [found[name] for name in ("sending", "errors", "blocked")]
    assert {each.severity for each in unread} == {UNKNOWN}
    assert {each.value for each in unread} == {"Not known"}
    assert found["queue"].severity is PASS


def test_without_mail_nothing_but_the_queue_is_judged() -> None:
    found = readings(EMPTY, Memory(), NOW)
    assert {name for name, each in found.items() if each.severity is not UNKNOWN} == {"queue"}
    assert found["queue"].value == "Empty"


def test_an_old_reading_is_said_to_be_one_and_is_never_zero() -> None:
    fresh = read(BUSY, "queue", later=STALE_SECONDS)
    assert (fresh.severity, fresh.doubt) == (PASS, "")
    old = read(BUSY, "queue", later=360.0)
    assert (old.severity, old.value) == (UNKNOWN, "Was: 5 messages")
    assert old.state == "No reading for 6 min"
    assert old.read_at == NOW


def test_the_queue_grows_old_alone() -> None:
    later = replace(BUSY, read_at=NOW + 360)
    found = readings(later, Memory(), NOW + 360)
    assert found["errors"].severity is PASS
    assert found["queue"].doubt == "No reading for 6 min"


def test_a_mail_server_that_does_not_run_sends_nothing() -> None:
    trouble = watch.NOT_RUNNING.found("mx1", server="mx1")
    found = read(replace(BUSY, troubles=(trouble,)), "sending")
    assert (found.severity, found.value) == (FAIL, "No")
    assert found.detail == "The mail server program is not running"
    assert (watch.NOT_RUNNING.id, watch.DISCONNECTED.id) == (NOT_RUNNING, LOST)


def test_half_a_log_is_no_answer() -> None:
    found = read(replace(BUSY, is_complete=False), "errors")
    assert (found.severity, found.state) == (UNKNOWN, "Older lines are still being read")


def test_trends_compare_with_some_minutes_ago() -> None:
    memory = Memory()
    seen = [at_minute(n, total) for n, total in enumerate((9, 8, 5, 5, 5, 5, 5, 2))]
    for snapshot in seen:
        memory.add(snapshot)
    found = readings(seen[-1], memory, seen[-1].taken_at)
    assert found["queue"].trend == "▼ 3 fewer than 5 min ago"
    assert found["blocked"].trend == "▬ The same as 5 min ago"


def at_minute(minute: int, total: int) -> Snapshot:
    at = NOW + 60 * minute
    queue = replace(QUEUE, read_at=at, counts={"deferred": total})
    return replace(BUSY, taken_at=at, read_at=at, queue=queue)


def test_a_first_reading_has_no_trend() -> None:
    memory = Memory()
    memory.add(BUSY)
    assert readings(BUSY, memory, NOW)["queue"].trend == "No earlier reading yet"


def test_every_severity_has_its_word() -> None:
    assert read(BUSY, "errors").state == "in order"
    assert read(TROUBLE, "errors").state == "in trouble"
    assert read(EMPTY, "errors").state == ""


def test_figures_without_hours_are_read_too() -> None:
    snapshot = replace(BUSY, figures=Figures(outcomes=Outcomes(delivered=3)))
    assert read(snapshot, "errors").trend == "Nothing ended lately"
