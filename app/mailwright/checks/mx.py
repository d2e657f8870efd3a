"""Where replies and bounces to the domain go."""

from __future__ import annotations

import asyncio
from ipaddress import ip_address
from typing import TYPE_CHECKING

from mailwright.checks.base import Check, Context, each, known
from mailwright.checks.facts import HOSTS, exchangers_of, is_address, is_inside
from mailwright.i18n import N_
from mailwright.model.finding import Finding, FindingKind, Severity
from mailwright.net.resolver import Status, is_name

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from mailwright.checks.facts import Exchangers

HOST = FindingKind(
    "mx.host",
    Severity.PASS,
    N_("{host} takes the mail of {domain} ({addresses})."),
    source="RFC 5321 section 5.1",
)
IMPLICIT = FindingKind(
    "mx.implicit",
    Severity.INFO,
    N_("{domain} has no MX record, so that its mail goes to the address of the domain itself."),
    source="RFC 5321 section 5.1",
)
NULL = FindingKind(
    "mx.null",
    Severity.INFO,
    N_(
        "{domain} says that it takes no mail (null MX): replies and bounces are lost, and "
        "receivers may refuse a sender whom they cannot answer."
    ),
    source="RFC 7505 sections 3 and 4.3",
)
NULL_AND_OTHERS = FindingKind(
    "mx.null-and-others",
    Severity.FAIL,
    N_("{domain} says that it takes no mail (null MX), and names hosts that do so besides."),
    N_("Take out the record “MX 0 .”, or all the others."),
    "RFC 7505 section 3",
)
NONE = FindingKind(
    "mx.none",
    Severity.FAIL,
    N_(
        "{domain} has neither an MX record nor an address (DNS: {status}): replies and bounces "
        "have no destination, and receivers refuse a sender whom they cannot answer."
    ),
    N_("Publish an MX record that names the host which takes the mail of {domain}."),
    "RFC 5321 section 5.1",
)
NO_DOMAIN = FindingKind(
    "mx.no-domain",
    Severity.FAIL,
    N_("There is no domain {domain} (DNS: {status})."),
    N_("Compare the spelling, and see whether the domain is registered and delegated."),
    "RFC 8020 section 2",
)
ALIAS = FindingKind(
    "mx.alias",
    Severity.FAIL,
    N_("The MX record of {domain} names {host}, which is an alias (CNAME) of {target}."),
    N_("Let the MX record name {target} itself."),
    "RFC 2181 section 10.3",
)
ADDRESS = FindingKind(
    "mx.address",
    Severity.FAIL,
    N_("The MX record of {domain} names the address {host}; it has to name a host."),
    N_("Give the address a name (A or AAAA), and let the MX record name that."),
    "RFC 5321 section 5.1",
)
NO_ADDRESS = FindingKind(
    "mx.no-address",
    Severity.FAIL,
    N_("The MX record of {domain} names {host}, which has no address (DNS: {status})."),
    N_("Give {host} an A or AAAA record, or take it out of the MX records."),
    "RFC 5321 section 5.1",
)
INSIDE = FindingKind(
    "mx.inside",
    Severity.FAIL,
    N_("{host} takes the mail of {domain}, but {address} is an inside address."),
    N_("Give {host} the address at which it is reached from the Internet."),
    "RFC 6890 section 2.2",
)
TWICE = FindingKind(
    "mx.twice",
    Severity.WARN,
    N_("The MX records of {domain} name {host} more than once."),
    N_("Keep one of the records."),
    "RFC 5321 section 5.1",
)
MANY = FindingKind(
    "mx.many",
    Severity.INFO,
    N_("{domain} has {count} MX hosts; the first {limit} were looked at."),
    source="RFC 5321 section 5.1",
)
UNKNOWN = FindingKind(
    "mx.unknown",
    Severity.UNKNOWN,
    N_("It could not be found out where replies and bounces go. DNS: {cause}"),
    N_("Check again. If it stays like this, the name servers need attention."),
    "RFC 5321 section 5.1",
)


async def run(context: Context) -> AsyncIterator[Finding]:
    """Judge the MX records, each host by itself."""
    domain = context.domain
    found = await exchangers_of(context.resolver, domain)
    evidence = "\n".join(f"{domain} MX {value}" for value in found.answer.values)
    if found.is_null:
        kind = NULL_AND_OTHERS if found.hosts else NULL
        yield kind.found(domain, evidence, domain=domain)
    elif not found.hosts:
        yield await _without_mx(context, found)
    if len(found.hosts) > HOSTS:
        yield MANY.found(domain, domain=domain, count=len(found.hosts), limit=HOSTS)
    for host in _named_twice(found):
        yield TWICE.found(host, evidence, domain=domain, host=host)
    async for finding in each(UNKNOWN, (_judged(context, host) for host in found.hosts[:HOSTS])):
        yield finding


def _named_twice(found: Exchangers) -> list[str]:
    targets = [value.partition(" ")[2] for value in found.answer.values]
    return [host for host in found.hosts if targets.count(host) > 1]


async def _without_mx(context: Context, found: Exchangers) -> Finding:
    domain, status = context.domain, str(found.answer.status)
    if found.answer.status is Status.NXDOMAIN:
        return NO_DOMAIN.found(domain, found.answer.cause, domain=domain, status=status)
    answers = await asyncio.gather(
        context.resolver.query(domain, "A"), context.resolver.query(domain, "AAAA")
    )
    addresses = [value for answer in answers for value in answer.values]
    if addresses:
        return IMPLICIT.found(domain, ", ".join(addresses), domain=domain)
    for answer in answers:
        known(answer, domain)
    return NONE.found(domain, found.answer.cause, domain=domain, status=status)


async def _judged(context: Context, host: str) -> AsyncIterator[Finding]:
    domain = context.domain
    if is_address(host):
        yield ADDRESS.found(host, domain=domain, host=host)
        return
    if not is_name(host):
        yield NO_ADDRESS.found(host, domain=domain, host=host, status="no host name")
        return
    answers = await asyncio.gather(
        context.resolver.query(host, "A"), context.resolver.query(host, "AAAA")
    )
    target = next((answer.canonical_name for answer in answers if answer.canonical_name), host)
    if target != host:
        evidence = f"{host} CNAME {target}"
        yield ALIAS.found(host, evidence, domain=domain, host=host, target=target)
        return
    addresses = [value for answer in answers for value in answer.values]
    inside = [address for address in addresses if is_inside(ip_address(address))]
    for address in inside:
        yield INSIDE.found(host, f"{host} {address}", domain=domain, host=host, address=address)
    for answer in answers:
        known(answer, host)
    if not addresses:
        status = str(answers[0].status)
        yield NO_ADDRESS.found(host, answers[0].cause, domain=domain, host=host, status=status)
    elif not inside:
        yield HOST.found(host, domain=domain, host=host, addresses=", ".join(addresses))


CHECK = Check(
    "mx",
    (
        HOST,
        IMPLICIT,
        NULL,
        NULL_AND_OTHERS,
        NONE,
        NO_DOMAIN,
        ALIAS,
        ADDRESS,
        NO_ADDRESS,
        INSIDE,
        TWICE,
        MANY,
        UNKNOWN,
    ),
    run,
)
