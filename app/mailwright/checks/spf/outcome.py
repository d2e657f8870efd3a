"""What check_host found out, and the way there: who includes whom, at what cost."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

LOOKUPS = 10
"""Terms that ask the DNS, at most, in one evaluation (RFC 7208 section 4.6.4)."""
VOID_LOOKUPS = 2
"""Terms that may find nothing in the DNS."""
NAMES = 10
"""MX hosts of one `mx` term, and names of one address for `ptr` and `%{p}`."""


class Result(StrEnum):
    """The results of check_host (RFC 7208 section 2.6)."""

    NONE = "none"
    NEUTRAL = "neutral"
    PASS = "pass"  # noqa: S105 - a result of check_host
    FAIL = "fail"
    SOFTFAIL = "softfail"
    TEMPERROR = "temperror"
    PERMERROR = "permerror"


class Cause(StrEnum):
    """Why there is no result but an error: what may pass by itself, then what is permanent.

    `depends-on-sender` never ends an evaluation: it is a term that only one can follow.
    """

    UNANSWERED = "unanswered"
    TOO_SLOW = "too-slow"
    DEPENDS_ON_SENDER = "depends-on-sender"
    SYNTAX = "syntax"
    SEVERAL_RECORDS = "several-records"
    NO_RECORD = "no-record"
    LOOKUPS = "lookups"
    VOID_LOOKUPS = "void-lookups"
    MX_NAMES = "mx-names"

    @property
    def result(self) -> Result:
        """The result of an evaluation that ends for this cause."""
        temporary = {Cause.UNANSWERED, Cause.TOO_SLOW, Cause.DEPENDS_ON_SENDER}
        return Result.TEMPERROR if self in temporary else Result.PERMERROR


@dataclass(frozen=True, slots=True)
class Problem:
    """An error in the record of `domain`, or on the way to it.

    `term` is the one that caused it; for syntax `column` (from 1) is its place and `rule` the
    grammar that it breaks. `records` are those that are of no use; `detail` says which question
    stayed open.
    """

    cause: Cause
    domain: str
    term: str = ""
    records: tuple[str, ...] = ()
    column: int = 0
    rule: str = ""
    detail: str = ""

    @property
    def evidence(self) -> str:
        """The records in one text, a line for each."""
        return "\n".join(self.records)


@dataclass(frozen=True, slots=True)
class Step:
    """One term that was evaluated.

    `target` is the name that it asked about, macros replaced. `lookups` counts the term and all
    that it led to, as does `void_lookups`. `branch` is the record that an include or redirect
    led to.
    """

    term: str
    target: str = ""
    matched: bool = False
    lookups: int = 0
    void_lookups: int = 0
    branch: Branch | None = None
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Branch:
    """One record that was evaluated: the root, or what an include or redirect led to."""

    domain: str
    result: Result
    record: str = ""
    steps: tuple[Step, ...] = ()
    problem: Problem | None = None

    @property
    def lookups(self) -> int:
        """Terms that asked the DNS, here and below."""
        return sum(step.lookups for step in self.steps)

    @property
    def void_lookups(self) -> int:
        """Terms that found nothing in the DNS, here and below."""
        return sum(step.void_lookups for step in self.steps)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of check_host; `explanation` is the domain's own text for a `fail`, else empty."""

    result: Result
    trace: Branch
    explanation: str = ""

    @property
    def problem(self) -> Problem | None:
        """What ended the evaluation early."""
        return self.trace.problem

    @property
    def lookups(self) -> int:
        """Terms that asked the DNS, of at most LOOKUPS."""
        return self.trace.lookups

    @property
    def void_lookups(self) -> int:
        """Terms that found nothing in the DNS, of at most VOID_LOOKUPS."""
        return self.trace.void_lookups
