from __future__ import annotations

from mailwright.model.delivery import QueuedMessage, QueuedRecipient, Reply
from mailwright.monitor.queue import BANDS, describe

NOW = 1_795_500_000.0
FULL = Reply("over quota", "452 4.2.2 over quota", by_peer=True, code="452")


def waiting(seconds: float, *recipients: QueuedRecipient) -> QueuedMessage:
    return QueuedMessage("deferred", "A1", NOW - seconds, 1, "a@b.example", recipients)


def test_ages_fall_into_bands() -> None:
    messages = [waiting(age) for age in (-5, 0, 299, 300, 3599, 86_400, 90 * 86_400)]
    seen = describe({"deferred": 7}, messages, read_at=1.0, now=NOW)
    assert [band.below for band in seen.ages] == list(BANDS)
    assert [band.messages for band in seen.ages] == [3, 2, 0, 0, 1, 1]
    assert (seen.oldest, seen.read_at, seen.listed) == (90 * 86_400, 1.0, 7)


def test_reasons_and_domains_are_of_recipients() -> None:
    tried = QueuedRecipient("x@ONE.example", FULL)
    untried = QueuedRecipient("y@two.example")
    seen = describe({"active": 1}, [waiting(1, tried, untried), waiting(2, tried)], 1.0, NOW)
    (cause,) = seen.causes
    assert (cause.id, cause.pending, cause.failed) == ("mailbox_full", 2, 0)
    assert [(each.domain, each.pending) for each in seen.domains] == [
        ("one.example", 2),
        ("two.example", 1),
    ]


def test_an_empty_queue_has_no_oldest_message() -> None:
    seen = describe({"active": 0}, [], 1.0, NOW)
    assert (seen.total, seen.oldest, seen.causes) == (0, None, ())
