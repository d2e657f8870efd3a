from __future__ import annotations

import pytest

from mailwright.model.figures import Figures, Outcomes, QueueSnapshot, Snapshot


@pytest.mark.parametrize(
    ("outcomes", "rate", "good"),
    [
        (Outcomes(), None, None),
        (Outcomes(pending=9, withdrawn=1, unknown=1), None, None),
        (Outcomes(delivered=98, failed=2, pending=50), 0.02, True),
        (Outcomes(delivered=97, failed=3), 0.03, False),
        (Outcomes(failed=1), 1.0, False),
    ],
)
def test_the_error_rate_is_failed_among_finished(
    outcomes: Outcomes, rate: float | None, good: bool | None
) -> None:
    assert outcomes.error_rate == rate
    assert Figures(outcomes=outcomes).meets_goal is good


def test_figures_that_were_never_read_have_no_age() -> None:
    assert Snapshot("mx1", 100.0).age is None
    assert Snapshot("mx1", 100.0, read_at=40.0).age == 60
    assert Snapshot("mx1", 100.0, read_at=101.0).age == 0


def test_the_queue_is_all_its_queues() -> None:
    assert QueueSnapshot(0.0, {"active": 2, "deferred": 3}).total == 5
