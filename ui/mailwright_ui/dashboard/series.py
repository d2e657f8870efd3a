"""What the charts show, as numbers and words: the chart and its table say the same."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from mailwright.i18n import N_, _, visible
from mailwright_ui.dashboard import texts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mailwright.model.figures import AgeBand, Attempts, QueueSnapshot, Snapshot

HOURLY_UP_TO = 48
QUARTER_DAYS_UP_TO = 24 * 7
QUARTER = 6
"""Hours that are shown one by one, and those that are shown by quarters of a day."""

QUEUES = {
    "maildrop": N_("maildrop: handed in"),
    "incoming": N_("incoming: just taken"),
    "active": N_("active: on the way now"),
    "deferred": N_("deferred: waits for the next try"),
    "hold": N_("hold: kept back by hand"),
}
"""Postfix's queues, each with what it means (postfix.org, QSHAPE_README)."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its label on the axis, in the table, and its numbers; None: not read."""

    label: str
    spoken: str
    values: tuple[int, ...] | None

    @property
    def total(self) -> int:
        """The whole bar."""
        return sum(self.values or ())


@dataclass(frozen=True, slots=True)
class ChartData:
    """A chart: what its bars are made of, the bars, and what they come to in a sentence.

    `columns` are the heads of the table: the bars' own, then one for each part.
    """

    columns: tuple[str, ...]
    bars: tuple[Bar, ...] = ()
    summary: str = ""

    @property
    def parts(self) -> tuple[str, ...]:
        """What each bar is made of."""
        return self.columns[1:]

    @property
    def highest(self) -> int:
        """The number at the highest bar."""
        return max((bar.total for bar in self.bars), default=0)


def over_time(snapshot: Snapshot, hours: int) -> ChartData:
    """Attempts by how they ended; hours that nobody read are no zeros."""
    columns = (_("Time"), _("Sent"), _("Deferred"), _("Bounced or given up"))
    groups: dict[tuple[object, ...], list[tuple[float, tuple[int, ...] | None]]] = {}
    for start, values in _by_hour(snapshot, hours):
        groups.setdefault(_group(start, hours), []).append((start, values))
    bars = tuple(_bar(group, hours) for group in groups.values())
    return ChartData(columns, bars, _summary(snapshot, bars))


def _by_hour(snapshot: Snapshot, hours: int) -> Iterator[tuple[float, tuple[int, ...] | None]]:
    known = {int(hour.start): _numbers(hour.attempts) for hour in snapshot.figures.hours}
    last = int(snapshot.taken_at) // texts.HOUR * texts.HOUR
    first = last - (hours - 1) * texts.HOUR
    read_from = snapshot.figures.since or first
    read_to = snapshot.read_at or 0.0
    for start in range(first, last + 1, texts.HOUR):
        is_read = start + texts.HOUR > read_from and start <= read_to
        yield start, known.get(start, (0, 0, 0)) if is_read or start in known else None


def _numbers(attempts: Attempts) -> tuple[int, ...]:
    return attempts.sent, attempts.deferred, attempts.bounced + attempts.expired


def _group(start: float, hours: int) -> tuple[object, ...]:
    if hours <= HOURLY_UP_TO:
        return (start,)
    # Days are those of the person, whatever their length.
    local = datetime.fromtimestamp(start).astimezone()
    if hours <= QUARTER_DAYS_UP_TO:
        return local.date(), local.hour // QUARTER
    return (local.date(),)


def _bar(group: list[tuple[float, tuple[int, ...] | None]], hours: int) -> Bar:
    start = group[0][0]
    numbers = [values for _start, values in group if values is not None]
    total = tuple(map(sum, zip(*numbers, strict=True))) if numbers else None
    daily = hours > QUARTER_DAYS_UP_TO
    spoken = texts.date(start) if daily else texts.moment(start)
    return Bar(texts.clock(start) if hours <= HOURLY_UP_TO else texts.date(start), spoken, total)


def _summary(snapshot: Snapshot, bars: tuple[Bar, ...]) -> str:
    attempts = snapshot.figures.attempts
    if snapshot.read_at is None:
        return _("The log was not read yet.")
    sent, deferred, bounced = _numbers(attempts)
    text = _("{sent} sent, {deferred} deferred, {bounced} bounced or given up.")
    told = text.format(sent=sent, deferred=deferred, bounced=bounced)
    busiest = max(bars, key=lambda bar: bar.total, default=None)
    if busiest is not None and busiest.total:
        most = _("Most from {time}: {count}.").format(time=busiest.spoken, count=busiest.total)
        told = f"{told} {most}"
    return told


def queue_states(queue: QueueSnapshot | None) -> ChartData:
    """Messages by the queue in which they are."""
    columns = (_("Queue"), _("Messages"))
    if queue is None:
        return ChartData(columns, (), _("The queue was not read yet."))
    bars = tuple(
        Bar(name, name, (count,))
        for name, count in ((_state(key), number) for key, number in queue.counts.items())
    )
    summary = texts.messages(queue.total) if queue.total else _("The queue is empty")
    return ChartData(columns, bars, _("{summary}.").format(summary=summary))


def _state(name: str) -> str:
    return _(QUEUES[name]) if name in QUEUES else visible(name, 40)


def queue_ages(queue: QueueSnapshot | None) -> ChartData:
    """Messages by how long they have waited."""
    columns = (_("Age"), _("Messages"))
    if queue is None or queue.listed_at is None:
        return ChartData(columns, (), _("The queue was not listed yet."))
    lows = (0.0, *(band.below or 0.0 for band in queue.ages))
    bars = tuple(_age_bar(low, band) for low, band in zip(lows, queue.ages, strict=False))
    return ChartData(columns, bars, _ages_summary(queue))


def _age_bar(low: float, band: AgeBand) -> Bar:
    if band.below is None:
        name = _("over {span}").format(span=texts.span(low))
    elif not low:
        name = _("under {span}").format(span=texts.span(band.below))
    else:
        text = _("{low} to {high}")
        name = text.format(low=texts.span(low), high=texts.span(band.below))
    return Bar(name, name, (band.messages,))


def _ages_summary(queue: QueueSnapshot) -> str:
    when = texts.clock(queue.listed_at or 0.0, seconds=True)
    text = _("{listed} of {total} listed at {time}.")
    told = text.format(listed=queue.listed, total=queue.total, time=when)
    if queue.oldest is not None:
        oldest = _("The oldest has waited for {span}.")
        told = f"{told} {oldest.format(span=texts.span(queue.oldest))}"
    return told
