"""What the dashboard shows: counts of deliveries, and the queue. All of it can be computed anew.

Times are seconds since the epoch, UTC; delays are seconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mailwright.model.finding import Finding

ERROR_RATE_GOAL = 0.03
"""Failed recipients among the finished ones that a healthy sender stays below."""


@dataclass(frozen=True, slots=True)
class Attempts:
    """Attempts by how they ended, notices included; `expired` are recipients given up."""

    sent: int = 0
    deferred: int = 0
    bounced: int = 0
    expired: int = 0


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Recipients by what became of them; a recipient counts once, however many attempts it took.

    `failed` bounced or expired. `pending` is still tried, or was not tried yet. `withdrawn` was
    deleted or discarded by an administrator. `unknown` left the queue without a word in the
    log that was read.
    """

    delivered: int = 0
    failed: int = 0
    pending: int = 0
    withdrawn: int = 0
    unknown: int = 0

    @property
    def error_rate(self) -> float | None:
        """Failed among finished (delivered or failed) recipients; None while none is finished."""
        finished = self.delivered + self.failed
        return self.failed / finished if finished else None


@dataclass(frozen=True, slots=True)
class CauseCount:
    """Recipients that failed or wait for one cause; `example` is a reply of its kind.

    `id` names a class of `catalog.bounce_classes()`, which has its title and what to do.
    """

    id: str
    failed: int
    pending: int
    example: str
    domains: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DomainCount:
    """What became of the recipients at one domain, and how many attempts were deferred."""

    domain: str
    delivered: int
    failed: int
    pending: int
    deferred_attempts: int


@dataclass(frozen=True, slots=True)
class HourCount:
    """One hour that began at `start`."""

    start: float
    attempts: Attempts
    delivered: int
    failed: int


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything counted since a moment; bounce and delay notices are kept apart in `notices`.

    `lines` of log were read, `unparsed` of them looked like the mail server's and could not be
    read. `lost_lines` are those that the server says it dropped, `gaps` the times when lines
    went missing, counted or not. `delay_median` and `delay_p95` are over delivered recipients.
    """

    since: float | None = None
    messages: int = 0
    attempts: Attempts = Attempts()
    outcomes: Outcomes = Outcomes()
    notices: Outcomes = Outcomes()
    refused: int = 0
    causes: tuple[CauseCount, ...] = ()
    domains: tuple[DomainCount, ...] = ()
    hours: tuple[HourCount, ...] = ()
    delay_median: float | None = None
    delay_p95: float | None = None
    lines: int = 0
    unparsed: int = 0
    lost_lines: int = 0
    gaps: int = 0

    @property
    def meets_goal(self) -> bool | None:
        """Tell whether the error rate is below the goal; None while there is no rate."""
        rate = self.outcomes.error_rate
        return None if rate is None else rate < ERROR_RATE_GOAL


@dataclass(frozen=True, slots=True)
class AgeBand:
    """Messages younger than `below` seconds and not in an earlier band; None: all older ones."""

    below: float | None
    messages: int


@dataclass(frozen=True, slots=True)
class QueueSnapshot:
    """The queue at one moment.

    `counts` holds the messages of each queue by its own name. Ages, causes and domains come from
    the listing, which was `listed` messages long; it is taken less often where the queue is long.
    """

    read_at: float
    counts: Mapping[str, int]
    listed: int = 0
    listed_at: float | None = None
    ages: tuple[AgeBand, ...] = ()
    oldest: float | None = None
    causes: tuple[CauseCount, ...] = ()
    domains: tuple[DomainCount, ...] = ()

    @property
    def total(self) -> int:
        """Messages in all queues."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A server's deliveries as they are known at `taken_at`.

    `read_at` and `queue.read_at` are when the log and the queue were last read, None for never:
    figures from before are shown with their age, and never as zero. `source` is where the log is
    read (`journal`, or a file's path; empty while not known). `troubles` say what could not be
    read, and why. `is_complete` is False while older lines are still being read.
    """

    server: str
    taken_at: float
    figures: Figures = field(default_factory=Figures)
    read_at: float | None = None
    source: str = ""
    queue: QueueSnapshot | None = None
    troubles: tuple[Finding, ...] = ()
    is_complete: bool = True

    @property
    def age(self) -> float | None:
        """Seconds since the log was read; None where it never was."""
        return None if self.read_at is None else max(0.0, self.taken_at - self.read_at)
