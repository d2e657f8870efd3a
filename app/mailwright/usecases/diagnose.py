"""Judge a domain from outside: DNS, and the greeting of its mail servers; needs no login."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, replace
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING

from mailwright.checks import ALL, Context, run_all
from mailwright.checks.base import UnknownFactError, addresses_of
from mailwright.errors import MailwrightError
from mailwright.i18n import N_
from mailwright.model.finding import Finding, FindingKind, Severity
from mailwright.net.certificate import authorities
from mailwright.net.resolver import Resolver
from mailwright.net.smtp import Dialogues

if TYPE_CHECKING:
    from collections.abc import Callable

    from mailwright.checks.base import Address

SECONDS = 20.0
"""How long a diagnosis may take, unless somebody says otherwise."""

NO_ADDRESS = FindingKind(
    "server.no-address",
    Severity.FAIL,
    N_("{server} has no address, so that nothing can be judged that hangs on the addresses."),
    N_("Compare the spelling, or name the addresses that send."),
    "RFC 5321 section 2.3.5",
)
UNKNOWN = FindingKind(
    "server.unknown",
    Severity.UNKNOWN,
    N_("The addresses of {server} could not be found out. DNS: {cause}"),
    N_("Check again, or name the addresses that send."),
    "RFC 5321 section 2.3.5",
)


@dataclass(frozen=True, slots=True)
class Outside:
    """Where the questions of one diagnosis go; both share its deadline."""

    resolver: Resolver
    smtp: Dialogues


@dataclass(frozen=True, slots=True)
class Subject:
    """What is diagnosed.

    `domain` is that of the sender addresses. `server` is the host that sends: its addresses count
    where `addresses` is empty, its name where `helo` is. `selectors` are those of DKIM.
    """

    domain: str
    server: str = ""
    addresses: tuple[str, ...] = ()
    helo: str = ""
    selectors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """All findings in the order in which they came, and what they cost.

    `queries` counts different DNS questions, `dialogues` SMTP connections.
    """

    findings: tuple[Finding, ...]
    queries: int
    dialogues: int
    seconds: float


def checked_ca_file(path: str | None) -> Path | None:
    """Return the path of a file of authorities; raises MailwrightError where it holds none."""
    if path is None:
        return None
    file = Path(path)
    try:
        authorities(file)
    except (OSError, ValueError) as error:
        raise MailwrightError(
            "tls.bad-ca-file",
            N_("{path} holds no certificates of authorities: {reason}"),
            remedy=N_("Name a file of certificates in PEM form."),
            args={"path": path, "reason": str(error)},
        ) from None
    return file


def diagnose(outside: Outside, subject: Subject, emit: Callable[[Finding], None]) -> Diagnosis:
    """Run every check; each finding is emitted as it comes, in the calling thread."""
    found: list[Finding] = []

    def tell(finding: Finding) -> None:
        found.append(finding)
        emit(finding)

    began = time.monotonic()
    asyncio.run(_run(outside, subject, tell))
    seconds = time.monotonic() - began
    return Diagnosis(tuple(found), outside.resolver.queries, outside.smtp.count, seconds)


async def _run(outside: Outside, subject: Subject, tell: Callable[[Finding], None]) -> None:
    context = Context(
        resolver=outside.resolver,
        domain=subject.domain,
        helo=subject.helo or ("" if _is_address(subject.server) else subject.server),
        addresses=tuple(dict.fromkeys(map(ip_address, subject.addresses))),
        selectors=subject.selectors,
        server=subject.server,
        smtp=outside.smtp,
    )
    if subject.server and not context.addresses:
        addresses = await _addresses(outside.resolver, subject.server, tell)
        context = replace(context, addresses=addresses)
    await run_all(ALL, context, tell)


async def _addresses(
    resolver: Resolver, server: str, tell: Callable[[Finding], None]
) -> tuple[Address, ...]:
    try:
        addresses = await addresses_of(resolver, server)
    except UnknownFactError as error:
        tell(UNKNOWN.found(server, server=server, cause=error.cause))
        return ()
    if not addresses:
        tell(NO_ADDRESS.found(server, server=server))
    return addresses


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
