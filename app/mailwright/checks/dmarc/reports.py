"""Whether reports arrive where the record wants them (RFC 9990)."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from urllib.parse import quote

from mailwright.checks.base import UnknownFactError, each, known
from mailwright.checks.dmarc import findings
from mailwright.checks.dmarc.record import VERSION, Policy, is_record, report_address
from mailwright.checks.dmarc.walk import Walk, walk
from mailwright.net.resolver import is_name

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from mailwright.model.finding import Finding
    from mailwright.net.resolver import Answer, Resolver

PLACES = 10
"""How many places for reports are looked at."""


def judge_reports(
    resolver: Resolver, owner: str, policy: Policy, way: Walk
) -> AsyncIterator[Finding]:
    """Judge each place for aggregate reports that the record of `owner` names.

    `way` is the one on which the record was found.
    """
    addresses = [report_address(uri) for uri in policy.report_uris]
    usable = [address for address in dict.fromkeys(addresses) if address][:PLACES]
    parts = (_judged(resolver, owner, way, address) for address in usable)
    return each(findings.UNKNOWN, parts)


async def _judged(
    resolver: Resolver, owner: str, way: Walk, address: str
) -> AsyncIterator[Finding]:
    host = address.rpartition("@")[2].lower()
    if not is_name(host):
        yield findings.REPORT_HOST_GONE.found(
            address, address=address, host=host, status="no host name"
        )
        return
    missing, is_own = await asyncio.gather(
        missing_mail(resolver, host), _is_own(resolver, owner, way, host)
    )
    if missing:
        known(missing, address)
        status = "null MX" if missing.values else str(missing.status)
        yield findings.REPORT_HOST_GONE.found(
            address, missing.cause, address=address, host=host, status=status
        )
        return
    if not is_own:
        name = f"{owner}._report._dmarc.{host}"
        answer = known(await resolver.query(name, "TXT"), address)
        if not any(is_record(text) for text in answer.values):
            yield findings.NOT_ALLOWED.found(
                name, answer.cause, host=host, domain=owner, name=name, record=f"v={VERSION}"
            )
            return
    yield findings.REPORTS_ARRIVE.found(address, domain=owner, address=address)


async def missing_mail(resolver: Resolver, host: str) -> Answer | None:
    """Return None where a host takes mail; else the answer that says no, or that is missing.

    RFC 5321 section 5.1, and section 3 of RFC 7505 for the null MX.
    """
    exchanger = await resolver.query(host, "MX")
    if exchanger.values:
        is_null = all(value.partition(" ")[2] in {"", "."} for value in exchanger.values)
        return exchanger if is_null else None
    if not exchanger.is_known:
        return exchanger
    addresses = await asyncio.gather(resolver.query(host, "A"), resolver.query(host, "AAAA"))
    if any(answer.values for answer in addresses):
        return None
    return next((answer for answer in addresses if not answer.is_known), exchanger)


async def place_for_reports(resolver: Resolver, way: Walk, wanted: str = "") -> str:
    """Return a report URI that is sure to work, empty where none is known.

    `wanted` is the address that should get them; it is taken where nobody else has to agree, or
    where the other domain has agreed already (RFC 9990 section 4). Every domain that takes mail
    has a postmaster (RFC 5321 section 4.5.1).
    """
    if wanted and await _may_get(resolver, way, wanted):
        # A comma or an exclamation mark would end the address (RFC 9989 section 4.7).
        return f"mailto:{quote(wanted, safe='@+=._~-')}"
    names = dict.fromkeys(
        (way.stops[0].domain, *(stop.domain for stop in way.stops if stop.policy))
    )
    for name in names:
        if await missing_mail(resolver, name) is None:
            return f"mailto:postmaster@{name}"
    return ""


async def _may_get(resolver: Resolver, way: Walk, address: str) -> bool:
    """Tell whether reports are known to be allowed there; what is not known is not offered."""
    domain, host = way.stops[0].domain, address.rpartition("@")[2].lower()
    if host == domain or host.endswith(f".{domain}"):
        return True
    leave = f"{domain}._report._dmarc.{host}"
    if not is_name(leave):
        return False
    try:
        if await _is_own(resolver, domain, way, host):
            return True
        answer = known(await resolver.query(leave, "TXT"), address)
    except UnknownFactError:
        return False
    return any(is_record(text) for text in answer.values)


async def _is_own(resolver: Resolver, owner: str, way: Walk, host: str) -> bool:
    """Tell whether a place for reports belongs to who publishes the record (section 4)."""
    if host == owner:
        return True
    other = await walk(resolver, host)
    return other.organizational == way.organizational
