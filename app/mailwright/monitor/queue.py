"""The queue as the dashboard shows it: how many, how old, why, and for whom."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from mailwright.model.figures import AgeBand, DomainCount, QueueSnapshot
from mailwright.monitor.causes import judge
from mailwright.monitor.ledger import EXAMPLE_LIMIT
from mailwright.monitor.metrics import TOP, Reasons, domain_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mailwright.model.delivery import QueuedMessage

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400
BANDS: tuple[float | None, ...] = (5 * _MINUTE, _HOUR, 6 * _HOUR, _DAY, 5 * _DAY, None)


def describe(
    counts: Mapping[str, int], messages: Sequence[QueuedMessage], read_at: float, now: float
) -> QueueSnapshot:
    """Describe the queue from its sizes and its listing, taken at the same moment.

    `read_at` is that moment on this computer's clock, `now` on the server's.
    """
    reasons = Reasons()
    domains: Counter[str] = Counter()
    for message in messages:
        for recipient in message.recipients:
            domain = domain_of(recipient.address)
            domains[domain] += 1
            if recipient.reason is not None:
                cause = judge().classify(recipient.reason, None)
                example = recipient.reason.text[:EXAMPLE_LIMIT]
                reasons.add(cause, domain, example, failed=False)
    ages = [max(0.0, now - message.arrived) for message in messages]
    return QueueSnapshot(
        read_at,
        dict(counts),
        listed=len(messages),
        listed_at=read_at,
        ages=_bands(ages),
        oldest=max(ages, default=None),
        causes=reasons.counts(),
        domains=tuple(
            DomainCount(name, 0, 0, number, 0) for name, number in domains.most_common(TOP)
        ),
    )


def _bands(ages: Sequence[float]) -> tuple[AgeBand, ...]:
    bands = []
    low = 0.0
    for high in BANDS:
        top = float("inf") if high is None else high
        bands.append(AgeBand(high, sum(low <= age < top for age in ages)))
        low = top
    return tuple(bands)
