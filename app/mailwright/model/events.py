"""What a long job tells while it runs. Every event is frozen and safe to show."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from mailwright.model.finding import Finding
from mailwright.model.publication import Publication


class Outcome(StrEnum):
    """How a job ended."""

    DONE = "done"
    NOTHING_TO_DO = "nothing-to-do"
    FAILED = "failed"
    ROLLED_BACK = "rolled-back"
    STOPPED = "stopped"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True)
class StepStarted:
    """A step begins; `index` counts from 1 to `total`."""

    step: str
    title: str
    index: int
    total: int


@dataclass(frozen=True, slots=True)
class StepDone:
    """A step is finished and recorded."""

    step: str


@dataclass(frozen=True, slots=True)
class StepFailed:
    """A step failed; `output` is the server's own words, bounded."""

    step: str
    reason: str
    output: str


@dataclass(frozen=True, slots=True)
class RolledBack:
    """A step was taken back; `left` says what could not be, and why (empty: all of it)."""

    step: str
    left: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ConnectionLost:
    """The connection broke; the server goes on by itself and undoes unless confirmed.

    `undo_after` is the number of seconds without a desktop after which it does so.
    """

    reason: str
    undo_after: int


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence about what goes on now."""

    text: str


@dataclass(frozen=True, slots=True)
class FindingMade:
    """A check has its answer."""

    finding: Finding


@dataclass(frozen=True, slots=True)
class RecordsToPublish:
    """What is missing in the DNS now; it may be nothing."""

    publication: Publication


@dataclass(frozen=True, slots=True)
class Done:
    """The last event of every job: how it ended, what was undone, what is left."""

    outcome: Outcome
    entry: str | None = None
    undone: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    what_next: str = ""


Event = (
    StepStarted
    | StepDone
    | StepFailed
    | RolledBack
    | ConnectionLost
    | Note
    | FindingMade
    | RecordsToPublish
    | Done
)
