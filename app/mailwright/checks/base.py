"""The engine of the checks: what a check is, and how all of them run at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address

from mailwright.model.finding import Finding, FindingKind, Severity
from mailwright.net.resolver import Answer, Resolver

Address = IPv4Address | IPv6Address


@dataclass(frozen=True, slots=True)
class Context:
    """What is checked, and where questions go.

    `domain` is the domain of MAIL FROM, `helo` the name given in HELO. `addresses` are those from
    which the mail reaches its receivers; `spf_include` is the domain whose SPF record lists them
    where a relay service names one. Without either, `relay_host` is looked up and its addresses
    are taken. `relay` says that a relay delivers the mail, so that the addresses and what belongs
    to them are the relay's.
    """

    resolver: Resolver
    domain: str
    helo: str
    addresses: tuple[Address, ...] = ()
    spf_include: str | None = None
    relay: bool = False
    relay_host: str = ""


class UnknownFactError(Exception):
    """A fact that a check needs could not be found out: its finding is unknown, with the cause.

    The engine makes the check's own `<check>.unknown` finding of it, and the check goes no
    further: nothing that hangs on the fact is judged.
    """

    def __init__(self, subject: str, cause: str) -> None:
        super().__init__(f"{subject}: {cause}")
        self.subject = subject
        self.cause = cause


def known(answer: Answer, subject: str) -> Answer:
    """Return an answer that settles its question; raises UnknownFactError for any other."""
    if not answer.is_known:
        raise UnknownFactError(subject, answer.cause)
    return answer


async def addresses_of(resolver: Resolver, host: str) -> tuple[Address, ...]:
    """Return a host's addresses of both families, none where it has none; an address is its own.

    Raises UnknownFactError where either question stays open: half the addresses are not all.
    """
    try:
        return (ip_address(host),)
    except ValueError:
        answers = await asyncio.gather(resolver.query(host, "A"), resolver.query(host, "AAAA"))
    values = [value for answer in answers for value in known(answer, host).values]
    return tuple(ip_address(value) for value in values)


@dataclass(frozen=True, slots=True)
class Check:
    """One check: its id, every kind of finding it can make, and how it makes them.

    A check that asks anything declares the kind `<id>.unknown` with the field {cause}.
    """

    id: str
    findings: tuple[FindingKind, ...]
    run: Callable[[Context], AsyncIterator[Finding]]

    @property
    def unknown(self) -> FindingKind:
        """The kind for a fact that could not be found out; raises LookupError where it lacks."""
        for kind in self.findings:
            if kind.id == f"{self.id}.unknown" and kind.severity is Severity.UNKNOWN:
                return kind
        raise LookupError(f"the check {self.id} declares no finding for an unknown fact")


def run_checks(checks: Sequence[Check], context: Context, emit: Callable[[Finding], None]) -> None:
    """Run checks, all at once, and emit each finding when it is there.

    `emit` is called in the calling thread. Whatever a check raises but UnknownFactError is a bug
    and ends the run. Raises LookupError for a finding that its check has not declared.
    """
    asyncio.run(_run_all(checks, context, emit))


async def _run_all(
    checks: Sequence[Check], context: Context, emit: Callable[[Finding], None]
) -> None:
    await asyncio.gather(*(_run_one(check, context, emit) for check in checks))


async def _run_one(check: Check, context: Context, emit: Callable[[Finding], None]) -> None:
    try:
        async for finding in check.run(context):
            if finding.kind not in check.findings:
                raise LookupError(f"the check {check.id} has not declared {finding.kind.id}")
            emit(finding)
    except UnknownFactError as unknown:
        emit(check.unknown.found(unknown.subject, cause=unknown.cause))
