"""What a check found out, in words that a person can act on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Severity(StrEnum):
    """The five states; `unknown` is never folded into any other."""

    PASS = "pass"  # noqa: S105 - a severity
    INFO = "info"
    WARN = "warn"
    FAIL = "fail"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class FindingKind:
    """A finding before it is made: stable id, severity, texts with named fields.

    `message` and `remedy` are message ids of the catalogue; they are looked up when the
    finding is shown, in the language of that moment. `source` names the RFC section or
    the provider's page with its date.
    """

    id: str
    severity: Severity
    message: str
    remedy: str = ""
    source: str = ""

    def found(self, subject: str, evidence: str = "", **args: str | int) -> Finding:
        """A finding of this kind about `subject`; `evidence` is the very record or reply."""
        return Finding(self, subject, evidence, dict(args))


@dataclass(frozen=True, slots=True)
class Finding:
    """One answer of one check."""

    kind: FindingKind
    subject: str
    evidence: str = ""
    args: Mapping[str, str | int] = field(default_factory=dict)

    @property
    def severity(self) -> Severity:
        """The kind's severity."""
        return self.kind.severity
