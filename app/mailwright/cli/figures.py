"""Deliveries and the queue on the command line: as JSON, and as text for people."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from mailwright.catalog import bounce_classes
from mailwright.cli.shapes import of_finding
from mailwright.cli.texts import of_finding as finding_lines
from mailwright.i18n import N_, _, ngettext, render, visible
from mailwright.model.figures import ERROR_RATE_GOAL

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mailwright.cli.shapes import Shape
    from mailwright.model.figures import (
        CauseCount,
        Figures,
        HourCount,
        Outcomes,
        QueueSnapshot,
        Snapshot,
    )

SHOWN = 8
"""Causes and domains that text shows; `--json` has all that were counted."""

_DELIVERED = N_("{delivered} delivered, {failed} failed, {pending} waiting ({messages} messages)")
_RATE = N_("Error rate {rate:.1f} % (goal: below {goal:.0f} %)")
_ATTEMPTS = N_("Attempts: {sent} sent, {deferred} deferred, {bounced} bounced, {expired} expired")
_DELAY = N_("Delay: half within {median:.1f} s, 95 % within {p95:.1f} s")
_REFUSED = N_("Refused when handed in: {refused}")
_UNPARSED = N_("Lines that could not be read: {unparsed} of {lines}")
_CAUSE = N_("{title}: {failed} failed, {pending} waiting")
_QUEUE = N_("Queue: {total} ({counts})")
_AGE = N_("Read {age:.0f} s ago from {source}")


def shape_of_figures(figures: Figures) -> Shape:
    """The figures; every count is of recipients unless its name says otherwise."""
    outcomes = figures.outcomes
    return {
        "since": _moment(figures.since),
        "messages": figures.messages,
        "attempts": asdict(figures.attempts),
        "outcomes": asdict(outcomes),
        "error_rate": outcomes.error_rate,
        "meets_goal": figures.meets_goal,
        "notices": asdict(figures.notices),
        "rejected": figures.refused,
        "causes": [_shape_of_cause(each) for each in figures.causes],
        "domains": [asdict(each) for each in figures.domains],
        "hours": [_shape_of_hour(each) for each in figures.hours],
        "delay_median": figures.delay_median,
        "delay_p95": figures.delay_p95,
        "lines": figures.lines,
        "unparsed": figures.unparsed,
        "lost_lines": figures.lost_lines,
        "gaps": figures.gaps,
    }


def _shape_of_cause(cause: CauseCount) -> Shape:
    known = bounce_classes()[cause.id]
    return {
        "id": cause.id,
        "kind": known.kind.value,
        "title": str(known.title),
        "remedy": known.remedy,
        "advice": str(known.advice),
        "failed": cause.failed,
        "pending": cause.pending,
        "example": cause.example,
        "domains": list(cause.domains),
    }


def _shape_of_hour(hour: HourCount) -> Shape:
    return {
        "hour": _moment(hour.start),
        **asdict(hour.attempts),
        "delivered": hour.delivered,
        "failed": hour.failed,
    }


def shape_of_snapshot(snapshot: Snapshot) -> Shape:
    """A snapshot; `read_at` and `age` say how old the figures are."""
    return {
        "event": "snapshot",
        "server": snapshot.server,
        "taken_at": _moment(snapshot.taken_at),
        "read_at": _moment(snapshot.read_at),
        "age": snapshot.age,
        "complete": snapshot.is_complete,
        "source": snapshot.source,
        **shape_of_figures(snapshot.figures),
        "queue": None if snapshot.queue is None else _shape_of_queue(snapshot.queue),
        "troubles": [of_finding(each) for each in snapshot.troubles],
    }


def _shape_of_queue(queue: QueueSnapshot) -> Shape:
    return {
        "read_at": _moment(queue.read_at),
        "total": queue.total,
        "counts": dict(queue.counts),
        "listed": queue.listed,
        "listed_at": _moment(queue.listed_at),
        "ages": [asdict(each) for each in queue.ages],
        "oldest": queue.oldest,
        "causes": [_shape_of_cause(each) for each in queue.causes],
        "domains": [{"domain": each.domain, "pending": each.pending} for each in queue.domains],
    }


def _moment(seconds: float | None) -> str | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC).isoformat()


def lines_of_figures(figures: Figures) -> Iterator[str]:
    """The figures for people: what came of the mail, why, and for whom."""
    yield render(_DELIVERED, {**asdict(figures.outcomes), "messages": figures.messages})
    yield from _rate(figures.outcomes)
    yield render(_ATTEMPTS, asdict(figures.attempts))
    if figures.delay_median is not None:
        yield render(_DELAY, {"median": figures.delay_median, "p95": figures.delay_p95 or 0.0})
    if figures.refused:
        yield render(_REFUSED, {"refused": figures.refused})
    yield from _causes(figures.causes)
    if figures.domains:
        yield click.style(_("Domains (delivered, failed, waiting)"), bold=True)
    for domain in figures.domains[:SHOWN]:
        counts = f"{domain.delivered:>8}{domain.failed:>8}{domain.pending:>8}"
        yield f"  {counts}  {visible(domain.domain) or '-'}"
    if figures.unparsed:
        yield render(_UNPARSED, {"unparsed": figures.unparsed, "lines": figures.lines})


def _rate(outcomes: Outcomes) -> Iterator[str]:
    rate = outcomes.error_rate
    if rate is not None:
        yield render(_RATE, {"rate": rate * 100, "goal": ERROR_RATE_GOAL * 100})


def _causes(causes: tuple[CauseCount, ...]) -> Iterator[str]:
    if causes:
        yield click.style(_("Causes"), bold=True)
    for cause in causes[:SHOWN]:
        known = bounce_classes()[cause.id]
        counts = {"failed": cause.failed, "pending": cause.pending}
        yield f"  {render(_CAUSE, {'title': str(known.title), **counts})}"
        yield f"      {known.advice}"
        if cause.example:
            yield f"      | {visible(cause.example)}"


def lines_of_snapshot(snapshot: Snapshot) -> Iterator[str]:
    """A snapshot for people; what is not known is never shown as nothing."""
    yield click.style(visible(snapshot.server), bold=True)
    if snapshot.age is None:
        yield _("The log was not read yet.")
    else:
        yield render(_AGE, {"age": snapshot.age, "source": snapshot.source})
        yield from lines_of_figures(snapshot.figures)
    if snapshot.queue is None:
        yield _("Queue: not known.")
    else:
        yield from _queue(snapshot.queue)
    for trouble in snapshot.troubles:
        yield from finding_lines(trouble)


def _queue(queue: QueueSnapshot) -> Iterator[str]:
    counts = ", ".join(f"{visible(name)} {count}" for name, count in queue.counts.items() if count)
    yield render(_QUEUE, {"total": queue.total, "counts": counts or "-"})
    if queue.oldest is not None:
        minutes = int(queue.oldest) // 60
        text = ngettext(
            "The oldest message has waited for {minutes} minute.",
            "The oldest message has waited for {minutes} minutes.",
            minutes,
        )
        yield text.format(minutes=minutes)
