"""Figures out of the ledger: what is counted, and for which hours.

A recipient counts once, by its outcome; an outcome belongs to the hour in which it came, an
attempt to its own. The error rate is failed / (delivered + failed) recipients: deferred attempts
are no failures, and bounce notices are counted apart from the mail that they are about.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mailwright.model.figures import (
    Attempts,
    CauseCount,
    DomainCount,
    Figures,
    HourCount,
    Outcomes,
)
from mailwright.monitor.ledger import HOUR, Fate

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mailwright.monitor.ledger import Ledger, Message, Recipient

TOP = 20
DOMAINS_OF_A_CAUSE = 5
_MEDIAN, _P95 = 50, 95


@dataclass(slots=True)
class Reasons:
    """Recipients by cause, with an example and the domains of each."""

    failed: Counter[str] = field(default_factory=Counter)
    pending: Counter[str] = field(default_factory=Counter)
    examples: dict[str, str] = field(default_factory=dict)
    domains: dict[str, Counter[str]] = field(default_factory=dict)

    def add(self, cause: str, domain: str, example: str, *, failed: bool) -> None:
        """Count one recipient."""
        (self.failed if failed else self.pending)[cause] += 1
        self.examples.setdefault(cause, example)
        self.domains.setdefault(cause, Counter())[domain] += 1

    def counts(self) -> tuple[CauseCount, ...]:
        """The causes, those with the most recipients first."""
        order = (self.failed + self.pending).most_common()
        return tuple(
            CauseCount(
                cause,
                self.failed[cause],
                self.pending[cause],
                self.examples[cause],
                tuple(name for name, _ in self.domains[cause].most_common(DOMAINS_OF_A_CAUSE)),
            )
            for cause, _number in order
        )


@dataclass(slots=True)
class _Hour:
    sent: int = 0
    deferred: int = 0
    bounced: int = 0
    expired: int = 0
    delivered: int = 0
    failed: int = 0


@dataclass(slots=True)
class _Counts:
    """Everything that one pass over the messages collects."""

    first_hour: int
    since: float
    messages: int = 0
    outcomes: Counter[Fate] = field(default_factory=Counter)
    notices: Counter[Fate] = field(default_factory=Counter)
    hours: dict[int, _Hour] = field(default_factory=dict)
    domains: dict[str, Counter[Fate]] = field(default_factory=dict)
    deferrals: Counter[str] = field(default_factory=Counter)
    reasons: Reasons = field(default_factory=Reasons)
    delays: list[float] = field(default_factory=list)

    def message(self, message: Message) -> None:
        fates = self.notices if message.is_notice else self.outcomes
        fates[Fate.PENDING] += message.untried()
        if message.is_open or message.last >= self.since:
            self.messages += not message.is_notice
        for each in message.recipients.values():
            self._attempts(each)
            if each.fate is not Fate.PENDING and each.at < self.since:
                continue
            fates[each.fate] += 1
            if not message.is_notice:
                self._outcome(each)

    def _attempts(self, each: Recipient) -> None:
        domain = domain_of(each.address)
        for number, count in each.deferrals.items():
            if number >= self.first_hour:
                self._hour(number).deferred += count
                self.deferrals[domain] += count
        if each.at < self.since or each.fate in {Fate.PENDING, Fate.UNKNOWN}:
            return
        hour = self._hour(int(each.at) // HOUR)
        if each.fate is Fate.FAILED:
            hour.expired += each.expired
            hour.bounced += not each.expired
        elif each.sent:
            hour.sent += 1

    def _outcome(self, each: Recipient) -> None:
        domain = domain_of(each.address)
        self.domains.setdefault(domain, Counter())[each.fate] += 1
        if each.fate is Fate.DELIVERED:
            self._hour(int(each.at) // HOUR).delivered += 1
            self.delays.append(each.delay or 0.0)
        elif each.fate in {Fate.FAILED, Fate.PENDING}:
            failed = each.fate is Fate.FAILED
            if failed:
                self._hour(int(each.at) // HOUR).failed += 1
            self.reasons.add(each.cause, domain, each.example, failed=failed)

    def _hour(self, number: int) -> _Hour:
        return self.hours.setdefault(number, _Hour())


def figures(ledger: Ledger, since: float | None = None) -> Figures:
    """Count what happened since a moment; without one, everything the ledger holds.

    The window begins with the hour of that moment. Recipients that wait now are counted
    whenever they were last tried.
    """
    first = int(since or 0) // HOUR
    counts = _Counts(first, first * HOUR)
    for message in ledger.messages:
        counts.message(message)
    hours = dict(sorted(counts.hours.items()))
    tallies = [tally for hour, tally in ledger.tallies.items() if hour >= first]
    return Figures(
        since=None if since is None else float(first * HOUR),
        messages=counts.messages,
        attempts=Attempts(
            sum(hour.sent for hour in hours.values()),
            sum(hour.deferred for hour in hours.values()),
            sum(hour.bounced for hour in hours.values()),
            sum(hour.expired for hour in hours.values()),
        ),
        outcomes=_outcomes(counts.outcomes),
        notices=_outcomes(counts.notices),
        refused=sum(tally.refused for tally in tallies),
        causes=counts.reasons.counts(),
        domains=_domains(counts),
        hours=tuple(_hour(number, hour) for number, hour in hours.items()),
        delay_median=percentile(counts.delays, _MEDIAN),
        delay_p95=percentile(counts.delays, _P95),
        lines=sum(tally.lines for tally in tallies),
        unparsed=sum(tally.unparsed for tally in tallies),
        lost_lines=sum(tally.lost_lines for tally in tallies),
        gaps=sum(tally.gaps for tally in tallies),
    )


def _outcomes(fates: Counter[Fate]) -> Outcomes:
    return Outcomes(
        fates[Fate.DELIVERED],
        fates[Fate.FAILED],
        fates[Fate.PENDING],
        fates[Fate.WITHDRAWN],
        fates[Fate.UNKNOWN],
    )


def _domains(counts: _Counts) -> tuple[DomainCount, ...]:
    """The domains with the most recipients."""
    order = sorted(counts.domains.items(), key=lambda item: (-item[1].total(), item[0]))
    return tuple(
        DomainCount(
            name,
            fates[Fate.DELIVERED],
            fates[Fate.FAILED],
            fates[Fate.PENDING],
            counts.deferrals[name],
        )
        for name, fates in order[:TOP]
    )


def _hour(number: int, hour: _Hour) -> HourCount:
    attempts = Attempts(hour.sent, hour.deferred, hour.bounced, hour.expired)
    return HourCount(float(number * HOUR), attempts, hour.delivered, hour.failed)


def domain_of(address: str) -> str:
    """The domain of an address, in lower case; empty where it has none."""
    return address.rpartition("@")[2].lower() if "@" in address else ""


def percentile(values: Iterable[float], rank: int) -> float | None:
    """The value below which `rank` percent are, by nearest rank; None of nothing."""
    ordered = sorted(values)
    if not ordered:
        return None
    return ordered[max(0, -(-len(ordered) * rank // 100) - 1)]
