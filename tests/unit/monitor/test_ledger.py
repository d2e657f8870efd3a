from __future__ import annotations

import msgspec
import pytest

from mailwright.model.delivery import (
    DeliveryAttempt,
    DeliveryStatus,
    Ending,
    EnhancedStatusCode,
    LogGap,
    MailRefused,
    MessageEnded,
    MessageQueued,
    NoticeQueued,
    Reply,
)
from mailwright.model.figures import Attempts, Outcomes
from mailwright.monitor.ledger import HOUR, LOST_SECONDS, Ledger, Message
from mailwright.monitor.metrics import figures

ID = "A1B2C3"
AT = 1_795_500_000.0
UNKNOWN_USER = Reply("no such user", "550 5.1.1 no such user", by_peer=True, code="550")
FULL = Reply("over quota", "452 4.2.2 over quota", by_peer=True, code="452")


class Log:
    """Writes events into a ledger, a second apart."""

    def __init__(self) -> None:
        self.ledger = Ledger()
        self.time = AT

    def tick(self, seconds: float = 1) -> float:
        self.time += seconds
        return self.time

    def start(self, queue_id: str = ID, sender: str = "a@b.example", recipients: int = 1) -> None:
        self.ledger.take(MessageQueued(self.tick(), "mx1", queue_id, is_new=True))
        self.active(queue_id, sender, recipients)

    def active(self, queue_id: str = ID, sender: str = "a@b.example", recipients: int = 1) -> None:
        self.ledger.take(MessageQueued(self.tick(), "mx1", queue_id, sender, 100, recipients))

    def attempt(
        self,
        status: DeliveryStatus,
        recipient: str = "x@y.example",
        queue_id: str = ID,
        reply: Reply = FULL,
        next_queue_id: str = "",
    ) -> None:
        code = EnhancedStatusCode(5, 0, 0)
        self.ledger.take(
            DeliveryAttempt(
                self.tick(), "mx1", queue_id, recipient, status, reply, code, "relay", 2.0,
                next_queue_id=next_queue_id,
            )
        )  # fmt: skip

    def end(self, ending: Ending = Ending.REMOVED, queue_id: str = ID) -> None:
        self.ledger.take(MessageEnded(self.tick(), "mx1", queue_id, ending))

    @property
    def outcomes(self) -> Outcomes:
        return figures(self.ledger).outcomes

    @property
    def attempts(self) -> Attempts:
        return figures(self.ledger).attempts


@pytest.fixture
def log() -> Log:
    return Log()


def test_a_recipient_counts_once_however_many_attempts_it_took(log: Log) -> None:
    log.start()
    for _ in range(3):
        log.active()
        log.attempt(DeliveryStatus.DEFERRED)
    assert (log.outcomes, log.attempts) == (Outcomes(pending=1), Attempts(deferred=3))
    log.active()
    log.attempt(DeliveryStatus.SENT)
    log.end()
    assert (log.outcomes, log.attempts) == (Outcomes(delivered=1), Attempts(sent=1, deferred=3))
    assert figures(log.ledger).messages == 1


def test_each_recipient_has_its_own_outcome(log: Log) -> None:
    log.start(recipients=4)
    assert log.outcomes == Outcomes(pending=4)
    log.attempt(DeliveryStatus.SENT, "a@y.example")
    log.attempt(DeliveryStatus.BOUNCED, "b@y.example", reply=UNKNOWN_USER)
    log.attempt(DeliveryStatus.DEFERRED, "c@y.example")
    assert log.outcomes == Outcomes(delivered=1, failed=1, pending=2)
    log.active(recipients=4)
    log.attempt(DeliveryStatus.SENT, "c@y.example")
    assert log.outcomes == Outcomes(delivered=2, failed=1, pending=1)


def test_a_log_that_begins_in_the_middle_invents_no_recipients(log: Log) -> None:
    log.active(recipients=4)
    assert log.outcomes == Outcomes()
    log.attempt(DeliveryStatus.DEFERRED)
    assert log.outcomes == Outcomes(pending=1)


def test_soft_bounces_are_deferred_and_not_failed(log: Log) -> None:
    log.start()
    log.attempt(DeliveryStatus.SOFT_BOUNCED, reply=UNKNOWN_USER)
    assert (log.outcomes, log.attempts) == (Outcomes(pending=1), Attempts(deferred=1))
    assert figures(log.ledger).causes[0].id == "user_unknown"


def test_an_expired_recipient_failed_for_the_cause_of_the_last_deferral(log: Log) -> None:
    log.start(recipients=2)
    log.attempt(DeliveryStatus.DEFERRED, "a@y.example")
    log.end(Ending.EXPIRED)
    log.end()
    assert (log.outcomes, log.attempts) == (Outcomes(failed=2), Attempts(deferred=1, expired=2))
    causes = {cause.id: cause.failed for cause in figures(log.ledger).causes}
    assert causes == {"mailbox_full": 1, "expired": 1}


def test_an_outcome_is_final(log: Log) -> None:
    log.start()
    log.attempt(DeliveryStatus.SENT)
    log.attempt(DeliveryStatus.DEFERRED)
    assert log.outcomes == Outcomes(delivered=1)


def test_bounce_notices_are_counted_apart(log: Log) -> None:
    log.start()
    log.attempt(DeliveryStatus.BOUNCED, reply=UNKNOWN_USER)
    log.start("B1B2C3", sender="")
    log.ledger.take(NoticeQueued(log.tick(), "mx1", "B1B2C3", ID))
    log.attempt(DeliveryStatus.SENT, "a@b.example", "B1B2C3")
    log.end(queue_id="B1B2C3")
    log.end()
    counted = figures(log.ledger)
    assert (counted.messages, counted.outcomes) == (1, Outcomes(failed=1))
    assert counted.notices == Outcomes(delivered=1)
    assert counted.attempts == Attempts(sent=1, bounced=1)
    assert counted.outcomes.error_rate == 1.0


@pytest.mark.parametrize("named_first", [True, False])
def test_a_notice_with_a_sender_is_known_by_who_wrote_it(log: Log, named_first: bool) -> None:
    """Postfix names a notice before its own lines since 3.11, and after them before."""
    notice = NoticeQueued(log.tick(), "mx1", "B1B2C3", ID)
    if named_first:
        log.ledger.take(notice)
    log.start("B1B2C3", sender="postmaster@b.example")
    log.attempt(DeliveryStatus.SENT, "p@b.example", "B1B2C3")
    log.end(queue_id="B1B2C3")
    if not named_first:
        log.ledger.take(notice)
    assert (log.outcomes, figures(log.ledger).notices) == (Outcomes(), Outcomes(delivered=1))


def test_an_id_that_comes_back_is_another_message(log: Log) -> None:
    log.start()
    log.attempt(DeliveryStatus.SENT)
    log.end()
    log.start()
    log.attempt(DeliveryStatus.BOUNCED, reply=UNKNOWN_USER)
    log.end()
    assert log.outcomes == Outcomes(delivered=1, failed=1)
    assert figures(log.ledger).messages == 2


def test_an_id_that_comes_back_without_an_end_leaves_an_unknown_outcome(log: Log) -> None:
    log.start()
    log.attempt(DeliveryStatus.DEFERRED)
    log.start()
    log.attempt(DeliveryStatus.SENT)
    assert log.outcomes == Outcomes(delivered=1, unknown=1)


def test_a_removed_message_whose_last_lines_are_lost_is_unknown(log: Log) -> None:
    log.start()
    log.attempt(DeliveryStatus.DEFERRED)
    log.end()
    assert log.outcomes == Outcomes(unknown=1)


def test_the_same_id_on_another_host_is_another_message(log: Log) -> None:
    log.start()
    log.ledger.take(MessageEnded(log.tick(), "mx2", ID, Ending.REMOVED))
    log.attempt(DeliveryStatus.SENT)
    assert log.outcomes == Outcomes(delivered=1)


def test_an_administrators_acts_are_no_failures(log: Log) -> None:
    log.start()
    log.attempt(DeliveryStatus.DEFERRED)
    log.end(Ending.DELETED)
    log.start("B1B2C3")
    log.attempt(DeliveryStatus.DISCARDED, queue_id="B1B2C3")
    assert log.outcomes == Outcomes(withdrawn=2)
    assert log.attempts == Attempts(sent=1, deferred=1)


def test_a_requeued_message_goes_on_under_its_new_id(log: Log) -> None:
    log.start()
    log.attempt(DeliveryStatus.DEFERRED)
    log.end(Ending.REQUEUED)
    log.ledger.take(
        MessageQueued(log.tick(), "mx1", "B1B2C3", "a@b.example", is_new=True, follows=ID)
    )
    log.active("B1B2C3")
    log.attempt(DeliveryStatus.SENT, queue_id="B1B2C3")
    assert log.outcomes == Outcomes(delivered=1)


def test_a_content_filter_does_not_double_a_delivery(log: Log) -> None:
    log.start()
    log.ledger.take(MessageQueued(log.tick(), "mx1", "B1B2C3", is_new=True))
    log.attempt(DeliveryStatus.SENT, next_queue_id="B1B2C3")
    log.active("B1B2C3")
    log.attempt(DeliveryStatus.BOUNCED, queue_id="B1B2C3", reply=UNKNOWN_USER)
    assert log.outcomes == Outcomes(failed=1)
    assert log.attempts == Attempts(sent=1, bounced=1)


def test_an_id_of_long_ago_is_not_the_next_one(log: Log) -> None:
    log.start("B1B2C3")
    log.attempt(DeliveryStatus.SENT, queue_id="B1B2C3")
    log.end(queue_id="B1B2C3")
    log.tick(1_000)
    log.start()
    log.attempt(DeliveryStatus.SENT, next_queue_id="B1B2C3")
    assert log.outcomes == Outcomes(delivered=2)


def test_an_id_that_nobody_queued_here_is_a_delivery(log: Log) -> None:
    log.start()
    log.attempt(DeliveryStatus.SENT, next_queue_id="B1B2C3")
    assert log.outcomes == Outcomes(delivered=1)


def test_what_was_refused_or_lost_is_counted_by_the_hour(log: Log) -> None:
    log.ledger.take(MailRefused(log.tick(), "mx1", "x[192.0.2.1]", UNKNOWN_USER))
    log.ledger.take(MessageQueued(log.tick(), "mx1", ID, is_new=True))
    log.end(Ending.REFUSED)
    log.ledger.take(LogGap(log.tick(), "mx1", 5))
    log.ledger.take(LogGap(log.tick(), "mx1"))
    log.ledger.count(log.time, lines=10, unparsed=1)
    counted = figures(log.ledger)
    assert (counted.refused, counted.messages) == (2, 0)
    assert (counted.gaps, counted.lost_lines) == (2, 5)
    assert (counted.lines, counted.unparsed) == (10, 1)


def test_a_message_goes_on_after_it_was_stored(log: Log) -> None:
    log.start(recipients=2)
    log.attempt(DeliveryStatus.DEFERRED)
    (stored,) = log.ledger.changed.values()
    body = msgspec.json.encode(stored)
    later = Log()
    later.time = log.time
    later.ledger.restore(msgspec.json.decode(body, type=Message))
    later.attempt(DeliveryStatus.SENT)
    later.attempt(DeliveryStatus.SENT, "b@y.example")
    assert (later.outcomes, later.attempts) == (Outcomes(delivered=2), Attempts(2, 1))


def test_only_what_changed_waits_to_be_stored(log: Log) -> None:
    log.start()
    log.start("B1B2C3")
    log.ledger.stored()
    log.attempt(DeliveryStatus.SENT)
    assert [message.queue_id for message in log.ledger.changed.values()] == [ID]
    log.ledger.count(log.time, lines=1)
    assert log.ledger.changed_hours == {int(log.time) // HOUR}


def test_old_messages_are_forgotten_and_those_in_the_queue_are_not(log: Log) -> None:
    log.start()
    log.attempt(DeliveryStatus.SENT)
    log.end()
    log.start("B1B2C3")
    log.attempt(DeliveryStatus.DEFERRED, queue_id="B1B2C3")
    log.ledger.forget(log.time + 1)
    assert log.outcomes == Outcomes(pending=1)
    log.attempt(DeliveryStatus.SENT, queue_id="B1B2C3")
    assert log.outcomes == Outcomes(delivered=1)
    log.start()
    log.attempt(DeliveryStatus.DEFERRED)
    log.ledger.forget(log.time + LOST_SECONDS + 1)
    assert log.outcomes == Outcomes()


def test_ids_that_never_became_messages_fill_no_memory(
    log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mailwright.monitor.ledger.RECIPIENTS_LIMIT", 10)
    for number in range(100):
        log.tick(1_000)
        log.ledger.take(MessageQueued(log.time, "mx1", f"A{number:06X}", is_new=True))
    assert len(log.ledger._hints) <= 11
