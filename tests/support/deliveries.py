"""Snapshots of servers, as literals: busy, in trouble, without any mail, silent."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from mailwright.model.figures import (
    AgeBand,
    Attempts,
    CauseCount,
    DomainCount,
    Figures,
    HourCount,
    Outcomes,
    QueueSnapshot,
    Snapshot,
)
from mailwright.usecases.watch import DISCONNECTED, NO_LOG

NOW = datetime(2026, 3, 4, 14, 3, 5, tzinfo=UTC).timestamp()
HOUR = 3600
START = NOW - NOW % HOUR - 23 * HOUR
SERVER = "mx1.example.jp"
HOSTILE = "550 5.1.1 <b>no</b> \x1b]0;owned\x07\u202euser"

_SENT = (0, 0, 1, 0, 0, 2, 9, 14, 41, 58, 63, 47, 22, 39, 61, 66, 52, 31, 18, 9, 4, 2, 38, 12)
_DEFERRED = (0, 0, 0, 0, 0, 0, 0, 2, 5, 4, 9, 3, 0, 2, 12, 4, 2, 1, 0, 0, 0, 0, 3, 1)
_BOUNCED = (0, 0, 0, 0, 0, 0, 0, 0, 2, 1, 2, 0, 0, 0, 3, 1, 1, 0, 0, 0, 0, 0, 1, 0)


def hours(sent: tuple[int, ...] = _SENT) -> tuple[HourCount, ...]:
    """The hours of a day, the last of them the one that is not over."""
    rows = zip(sent, _DEFERRED, _BOUNCED, strict=True)
    return tuple(
        HourCount(START + number * HOUR, Attempts(out, late, back), out, back)
        for number, (out, late, back) in enumerate(rows)
        if out or late or back
    )


CAUSES = (
    CauseCount(
        "user_unknown",
        7,
        0,
        "host mx.bigmail.example[198.51.100.25] said: 550 5.1.1 <nobody@bigmail.example>: "
        "Recipient address rejected: User unknown (in reply to RCPT TO command)",
        ("bigmail.example", "shop.example"),
    ),
    CauseCount("mailbox_full", 0, 3, "452 4.2.2 Mailbox full", ("bigmail.example",)),
    CauseCount("greylisted", 0, 2, "450 4.2.0 Greylisted, try again later", ("slow.example",)),
    CauseCount("too_large", 2, 0, "552 5.3.4 Message size exceeds limit", ("shop.example",)),
)
DOMAINS = (
    DomainCount("bigmail.example", 402, 7, 3, 31),
    DomainCount("shop.example", 131, 4, 0, 2),
    DomainCount("slow.example", 56, 0, 2, 15),
)
FIGURES = Figures(
    since=START,
    messages=598,
    attempts=Attempts(sum(_SENT), sum(_DEFERRED), sum(_BOUNCED)),
    outcomes=Outcomes(delivered=589, failed=11, pending=5),
    causes=CAUSES,
    domains=DOMAINS,
    hours=hours(),
    delay_median=0.4,
    delay_p95=8.2,
    lines=4821,
)
AGES = tuple(
    AgeBand(below, number)
    for below, number in zip(
        (300.0, 3600.0, 21_600.0, 86_400.0, 432_000.0, None), (1, 3, 1, 0, 0, 0), strict=True
    )
)
QUEUE = QueueSnapshot(
    NOW,
    {"maildrop": 0, "incoming": 0, "active": 1, "deferred": 4, "hold": 0},
    listed=5,
    listed_at=NOW,
    ages=AGES,
    oldest=2520.0,
    causes=(),
)
BUSY = Snapshot(SERVER, NOW, FIGURES, NOW, "journal", QUEUE)
"""A server in order: 589 of 600 recipients got their mail (1.8 % failed), five messages wait."""

_REFUSED = CauseCount(
    "blocklisted",
    31,
    4,
    "554 5.7.1 Service unavailable; Client host [198.51.100.7] blocked using zen.spamhaus.org; "
    "https://www.spamhaus.org/query/ip/198.51.100.7",
    ("bigmail.example", "shop.example", "slow.example"),
)
_NOTHING_SENT = (*_SENT[:-2], 0, 0)
TROUBLE = replace(
    BUSY,
    figures=replace(
        FIGURES,
        attempts=Attempts(sum(_NOTHING_SENT), sum(_DEFERRED), sum(_BOUNCED)),
        outcomes=Outcomes(delivered=540, failed=62, pending=44),
        causes=(_REFUSED, *CAUSES),
        hours=hours(_NOTHING_SENT),
        refused=2,
        unparsed=1,
    ),
    queue=replace(
        QUEUE,
        counts={"maildrop": 0, "incoming": 0, "active": 2, "deferred": 1312, "hold": 1},
        listed=1315,
        oldest=2 * 86_400.0,
        ages=tuple(
            replace(band, messages=number)
            for band, number in zip(AGES, (40, 210, 480, 411, 174, 0), strict=True)
        ),
    ),
)
"""The same server on a block list: nothing gets out any more."""

EMPTY = Snapshot(
    SERVER,
    NOW,
    Figures(since=START),
    NOW,
    "journal",
    QueueSnapshot(
        NOW, dict.fromkeys(QUEUE.counts, 0), 0, NOW, tuple(AgeBand(b.below, 0) for b in AGES)
    ),
)
UNREAD = Snapshot(
    SERVER, NOW, troubles=(NO_LOG.found(SERVER, server=SERVER, words="no-log"),), queue=QUEUE
)
LOST = replace(
    BUSY,
    taken_at=NOW + 360,
    troubles=(DISCONNECTED.found(SERVER, server=SERVER, reason="The connection broke."),),
)
"""Six minutes after the last reading."""
