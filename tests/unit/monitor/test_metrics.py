from __future__ import annotations

import pytest

from mailwright.model.delivery import DeliveryStatus
from mailwright.model.figures import Attempts, Outcomes
from mailwright.monitor.ledger import HOUR
from mailwright.monitor.metrics import domain_of, figures, percentile
from tests.unit.monitor.test_ledger import UNKNOWN_USER, Log


@pytest.fixture
def log() -> Log:
    """Three messages, an hour apart: delivered, deferred then failed, waiting."""
    log = Log()
    log.time = 1_795_500_000.0 // HOUR * HOUR
    log.start()
    log.attempt(DeliveryStatus.SENT, "a@one.example")
    log.end()
    log.start("B1B2C3")
    log.attempt(DeliveryStatus.DEFERRED, "b@ONE.example", "B1B2C3")
    log.tick(HOUR)
    log.attempt(DeliveryStatus.BOUNCED, "b@ONE.example", "B1B2C3", UNKNOWN_USER)
    log.end(queue_id="B1B2C3")
    log.tick(HOUR)
    log.start("C1B2C3")
    log.attempt(DeliveryStatus.DEFERRED, "c@two.example", "C1B2C3")
    return log


def test_attempts_and_outcomes_belong_to_their_hours(log: Log) -> None:
    hours = figures(log.ledger).hours
    assert [hour.attempts for hour in hours] == [
        Attempts(sent=1, deferred=1),
        Attempts(bounced=1),
        Attempts(deferred=1),
    ]
    assert [(hour.delivered, hour.failed) for hour in hours] == [(1, 0), (0, 1), (0, 0)]
    assert [hour.start % HOUR for hour in hours] == [0, 0, 0]


def test_a_window_leaves_out_what_came_before_but_not_what_still_waits(log: Log) -> None:
    counted = figures(log.ledger, log.time - HOUR - 10)
    assert counted.outcomes == Outcomes(failed=1, pending=1)
    assert counted.attempts == Attempts(deferred=1, bounced=1)
    assert counted.messages == 2
    assert figures(log.ledger, log.time + 5 * HOUR).outcomes == Outcomes(pending=1)


def test_domains_and_causes_have_their_counts(log: Log) -> None:
    counted = figures(log.ledger)
    one, two = counted.domains
    assert (one.domain, one.delivered, one.failed, one.pending) == ("one.example", 1, 1, 0)
    assert (two.domain, two.pending, two.deferred_attempts) == ("two.example", 1, 1)
    assert one.deferred_attempts == 1
    causes = {each.id: (each.failed, each.pending, each.domains) for each in counted.causes}
    assert causes == {
        "user_unknown": (1, 0, ("one.example",)),
        "mailbox_full": (0, 1, ("two.example",)),
    }


def test_delays_are_those_of_what_was_delivered(log: Log) -> None:
    counted = figures(log.ledger)
    assert (counted.delay_median, counted.delay_p95) == (2.0, 2.0)
    assert figures(Log().ledger).delay_median is None


@pytest.mark.parametrize(
    ("values", "rank", "expected"),
    [
        ([], 50, None),
        ([7.0], 95, 7.0),
        ([float(n) for n in range(1, 101)], 50, 50.0),
        ([float(n) for n in range(100, 0, -1)], 95, 95.0),
    ],
)
def test_a_percentile_is_by_nearest_rank(
    values: list[float], rank: int, expected: float | None
) -> None:
    assert percentile(values, rank) == expected


@pytest.mark.parametrize(
    ("address", "domain"),
    [("a@B.example", "b.example"), ('"a@x"@b.example', "b.example"), ("root", ""), ("", "")],
)
def test_the_domain_of_an_address(address: str, domain: str) -> None:
    assert domain_of(address) == domain
