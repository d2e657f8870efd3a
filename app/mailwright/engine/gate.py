"""Whether mail may leave directly: only when reverse DNS, SPF and DKIM are visible. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from mailwright.engine.record_findings import NO_KEY, findings, has_name_of_a_line, silence
from mailwright.engine.records import Purpose, Reading
from mailwright.i18n import N_
from mailwright.model.finding import Finding, FindingKind, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable

NEEDED = frozenset({Purpose.ADDRESS, Purpose.REVERSE, Purpose.SPF, Purpose.DKIM})
"""What receivers insist on: without one of these, mail of a new server is refused.

The address of the HELO name is half of reverse DNS, which has to lead back (RFC 8601).
"""

CLOSED = FindingKind(
    "gate.closed",
    Severity.INFO,
    N_(
        "Mail waits in the queue of the server until reverse DNS, SPF and DKIM are seen on every "
        "name server; test messages leave. It waits for up to {days} days, and nothing is lost "
        "meanwhile."
    ),
    N_(
        "Publish what is missing, then run: mailwright verify PROFILE. While Mailwright is closed "
        "nobody looks, and the mail goes on waiting. To let it out as things are: mailwright "
        "verify PROFILE --let-out"
    ),
)
SILENT = FindingKind(
    "gate.silent",
    Severity.INFO,
    N_(
        "Every name server that answered has reverse DNS, SPF and DKIM, but these gave no answer: "
        "{servers}. Mail waits in the queue of the server for up to {days} days; test messages "
        "leave, and nothing is lost meanwhile."
    ),
    N_(
        "Run again in a few minutes: mailwright verify PROFILE. While Mailwright is closed nobody "
        "looks, and the mail goes on waiting. To let it out without these answers: mailwright "
        "verify PROFILE --let-out"
    ),
)
PAST_THE_WAIT = FindingKind(
    "gate.past-the-wait",
    Severity.WARN,
    N_(
        "Not all mail waits: what the tables of {parameters} match leaves at once, as they say, "
        "whether the DNS records are seen or not."
    ),
    N_(
        "Take these parameters out of /etc/postfix/main.cf, or out of their tables what leads to "
        "receivers outside; then run on the server: systemctl reload postfix"
    ),
    "postconf(5), default_transport",
)
OPENED = FindingKind(
    "gate.opened",
    Severity.PASS,
    N_("Reverse DNS, SPF and DKIM are seen on every name server: all mail leaves directly now."),
)
OVERRULED = FindingKind(
    "gate.overruled",
    Severity.INFO,
    N_("All mail leaves directly now, because a person decided so in spite of: {reasons}"),
)
LIVE = FindingKind("gate.live", Severity.PASS, N_("All mail leaves directly."))
LIVE_WITHOUT = FindingKind(
    "gate.live-without",
    Severity.WARN,
    N_("All mail leaves directly, although not every record is seen: {reasons}"),
    N_("Put the records right: without them receivers refuse the mail or take it for spam."),
)
NOT_AS_PLANNED = FindingKind(
    "gate.not-as-planned",
    Severity.WARN,
    N_("Nothing was let out: the server is not as planned, and that comes first."),
    N_("Run: mailwright apply PROFILE"),
)
NOT_OPENED = FindingKind(
    "gate.not-opened",
    Severity.FAIL,
    N_("Mail could not be let out; it goes on waiting, and nothing is lost: {reason}"),
    N_("Run again: mailwright verify PROFILE"),
)
NOT_FLUSHED = FindingKind(
    "gate.not-flushed",
    Severity.WARN,
    N_(
        "The queue could not be told to send the waiting mail at once. It leaves by itself within "
        "the hour."
    ),
    N_("To send it now, run on the server: postqueue -f"),
)


class State(StrEnum):
    """Whether mail may leave; `silent` means that only answers are missing."""

    OPEN = "open"
    SILENT = "silent"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Gate:
    """The decision: `reasons` close the gate, `silent` names the servers that did not answer."""

    reasons: tuple[Finding, ...] = ()
    silent: tuple[Finding, ...] = ()

    @property
    def state(self) -> State:
        """Open, or what keeps it from being so."""
        if self.reasons:
            return State.CLOSED
        return State.SILENT if self.silent else State.OPEN

    @property
    def all_reasons(self) -> tuple[Finding, ...]:
        """Everything that a person must read before overruling."""
        return (*self.reasons, *self.silent)


def decide(readings: Iterable[Reading], said: Iterable[Finding] = ()) -> Gate:
    """Open where every needed record is seen on every name server of its zone.

    `said` are the notes beside the readings: no key closes the gate, and so does what is not
    known. A reverse name that is not the server's own but leads back is one that receivers take,
    unless it looks like that of a line.
    """
    found = tuple(readings)
    reasons = [each for each in said if each.kind is NO_KEY or each.severity is Severity.UNKNOWN]
    silent: list[Finding] = []
    for reading in found:
        if reading.purpose not in NEEDED or reading.is_everywhere:
            continue
        if reading.other and not has_name_of_a_line(reading):
            silent += silence(reading)
        elif reading.visible and not reading.lacking:
            silent += findings(reading)
        else:
            reasons += findings(reading)
    if not reasons and not {reading.purpose for reading in found} >= NEEDED:
        raise AssertionError("a needed record was not read, and nobody said why")
    return Gate(tuple(reasons), tuple(silent))


def waiting(gate: Gate, subject: str, days: int) -> Finding:
    """What a person is told while mail waits for up to so many days."""
    if gate.state is State.SILENT:
        # A zone whose servers are not known stands for them.
        servers = dict.fromkeys(
            str(finding.args.get("server", finding.subject)) for finding in gate.silent
        )
        return SILENT.found(subject, servers=", ".join(servers), days=days)
    return CLOSED.found(subject, days=days)


def named(gate: Gate) -> str:
    """The reasons in one line: the records that they are about, each once."""
    return ", ".join(dict.fromkeys(map(_named, gate.all_reasons)))


def _named(finding: Finding) -> str:
    if "type" not in finding.args:
        return finding.subject
    # People know the address, not its name in the DNS.
    is_reverse = finding.args["type"] == "PTR"
    return f"{finding.args['type']} {finding.args['address'] if is_reverse else finding.subject}"
