"""The engine of the checks: what a check is, and how all of them run at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, ip_address

from mailwright.model.finding import Finding, FindingKind, Severity
from mailwright.net.resolver import Answer, Resolver
from mailwright.net.smtp import Dialogues

Address = IPv4Address | IPv6Address


@dataclass(frozen=True, slots=True)
class Context:
    """What is checked, and where questions go.

    `domain` is the domain of MAIL FROM, `helo` the name given in HELO, empty where it is not
    known. `addresses` are those from which the mail reaches its receivers; `spf_include` is the
    domain whose SPF record lists them where a relay service names one. Without either,
    `relay_host` is looked up and its addresses are taken. `relay` says that a relay delivers the
    mail, so that the addresses and what belongs to them are the relay's.

    `from_domain` is the domain of the From header, `dkim_domain` that of signatures (d=), where
    they are not `domain`. `selectors` are those of signatures; `dkim_keys` maps those whose
    private key is known to the public one (p=, base64). `report_to` is where DMARC reports may
    go. `server` is the host that greets on port 25. Without `smtp` nobody is talked to.
    """

    resolver: Resolver
    domain: str
    helo: str
    addresses: tuple[Address, ...] = ()
    spf_include: str | None = None
    relay: bool = False
    relay_host: str = ""
    from_domain: str = ""
    dkim_domain: str = ""
    selectors: tuple[str, ...] = ()
    dkim_keys: Mapping[str, str] = field(default_factory=dict)
    report_to: str = ""
    server: str = ""
    smtp: Dialogues | None = None

    @property
    def author(self) -> str:
        """The domain of the From header, which readers see and DMARC is about."""
        return self.from_domain or self.domain

    @property
    def signer(self) -> str:
        """The domain of DKIM signatures."""
        return self.dkim_domain or self.author

    @property
    def all_selectors(self) -> tuple[str, ...]:
        """Every selector that is known, each once."""
        return tuple(dict.fromkeys([*self.selectors, *self.dkim_keys]))


class UnknownFactError(Exception):
    """A fact that a check needs could not be found out: its finding is unknown, with the cause.

    The `<check>.unknown` finding is made of it, and the check, or that part of it (see `each`),
    goes no further: nothing that hangs on the fact is judged.
    """

    def __init__(self, subject: str, cause: str) -> None:
        super().__init__(f"{subject}: {cause}")
        self.subject = subject
        self.cause = cause

    def finding(self, kind: FindingKind) -> Finding:
        """Return the finding of a kind with the field {cause}."""
        return kind.found(self.subject, cause=self.cause)


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
    """Run checks, all at once, and emit each finding when it is there, equal ones once.

    How long it may take is for the resolver and the dialogues to say: what their deadline leaves
    open becomes unknown. `emit` is called in the calling thread. Whatever a check raises but
    UnknownFactError is a bug and ends the run. Raises LookupError for a finding that its check
    has not declared.
    """
    asyncio.run(run_all(checks, context, emit))


async def run_all(
    checks: Sequence[Check], context: Context, emit: Callable[[Finding], None]
) -> None:
    """Do what `run_checks` does, in a loop that runs already."""
    await asyncio.gather(*(_run_one(check, context, emit) for check in checks))


async def _run_one(check: Check, context: Context, emit: Callable[[Finding], None]) -> None:
    made: list[Finding] = []
    try:
        async for finding in check.run(context):
            if finding.kind not in check.findings:
                raise LookupError(f"the check {check.id} has not declared {finding.kind.id}")
            if finding not in made:  # two parts may stumble over one fact
                made.append(finding)
                emit(finding)
    except UnknownFactError as unknown:
        finding = unknown.finding(check.unknown)
        if finding not in made:
            emit(finding)


async def each(
    unknown: FindingKind, parts: Iterable[AsyncIterator[Finding]]
) -> AsyncIterator[Finding]:
    """Run the parts of a check at once, one for each of its subjects; yield findings as they come.

    A part that meets an unknown fact ends in a finding of the kind `unknown`; the others go on.
    """
    queue: asyncio.Queue[Finding | asyncio.Task[None]] = asyncio.Queue()
    tasks = [asyncio.create_task(_run_part(unknown, part, queue)) for part in parts]
    for task in tasks:
        task.add_done_callback(queue.put_nowait)
    still_open = len(tasks)
    try:
        while still_open:
            item = await queue.get()
            if isinstance(item, Finding):
                yield item
            else:
                still_open -= 1
                item.result()
    finally:
        for task in tasks:
            task.cancel()


async def _run_part(
    unknown: FindingKind,
    part: AsyncIterator[Finding],
    queue: asyncio.Queue[Finding | asyncio.Task[None]],
) -> None:
    try:
        async for finding in part:
            queue.put_nowait(finding)
    except UnknownFactError as error:
        queue.put_nowait(error.finding(unknown))
