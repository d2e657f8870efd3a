"""The name that the server gives in HELO."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from mailwright.checks.base import Check, Context, UnknownFactError, each, known
from mailwright.checks.facts import TYPES, is_full_name, outside, type_of
from mailwright.checks.spf.evaluator import check_host
from mailwright.checks.spf.merge import merge_spf, terms_for
from mailwright.checks.spf.outcome import Result
from mailwright.checks.spf.request import Request
from mailwright.i18n import N_
from mailwright.model.finding import Finding, FindingKind, Severity

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from mailwright.checks.base import Address
    from mailwright.checks.spf.outcome import Outcome
    from mailwright.net.resolver import Resolver

OWN_ADDRESSES = "v=spf1 a -all"
"""The record of a name that leads to those who send under it, and to nobody else."""
EMPTY = "v=spf1 -all"
"""The beginning of a record for a name that sends nothing else."""

NOT_TOLD = FindingKind(
    "helo.not-told",
    Severity.INFO,
    N_("Not judged, because it is not known here: the name that the server gives in HELO."),
    source="RFC 5321 section 4.1.1.1",
)
QUALIFIED = FindingKind(
    "helo.qualified",
    Severity.PASS,
    N_("The HELO name {helo} is a whole host name, and no alias."),
    source="RFC 5321 section 2.3.5",
)
NOT_QUALIFIED = FindingKind(
    "helo.not-qualified",
    Severity.FAIL,
    N_("The HELO name “{helo}” is no whole host name of the DNS: many receivers refuse it."),
    N_("Let the server give a name such as mail.{domain} (myhostname in Postfix)."),
    "RFC 5321 section 2.3.5",
)
ALIAS = FindingKind(
    "helo.alias",
    Severity.WARN,
    N_("The HELO name {helo} is an alias (CNAME) of {target}."),
    N_("Give the name an A and AAAA record of its own, or let the server say {target}."),
    "RFC 5321 section 2.3.5",
)
SPF_PASSES = FindingKind(
    "helo.spf-passes",
    Severity.PASS,
    N_("The SPF record of the HELO name {helo} allows mail from {address}."),
    source="RFC 7208 section 2.3",
)
SPF_NONE = FindingKind(
    "helo.spf-none",
    Severity.WARN,
    N_(
        "The HELO name {helo} has no SPF record. Bounces have no sender, so that receivers check "
        "this name instead."
    ),
    N_("Publish this TXT record for {helo}: {record}"),
    "RFC 7208 sections 2.3 and 2.4",
)
SPF_NOT_PASSING = FindingKind(
    "helo.spf-not-passing",
    Severity.FAIL,
    N_("The SPF record of the HELO name {helo} does not allow mail from {address} ({result})."),
    N_("Replace the SPF record of {helo} by this one: {record}"),
    "RFC 7208 section 2.3",
)
SPF_UNUSABLE = FindingKind(
    "helo.spf-unusable",
    Severity.FAIL,
    N_("The SPF record of the HELO name {helo} cannot be used ({problem})."),
    N_("Correct the record, so that it allows the addresses from which the server sends."),
    "RFC 7208 section 2.3",
)
UNKNOWN = FindingKind(
    "helo.unknown",
    Severity.UNKNOWN,
    N_("The HELO name could not be judged, because an answer is missing: {cause}"),
    N_("Check again. If it stays like this, the name servers of the HELO name need attention."),
    "RFC 7208 section 2.6.6",
)


async def run(context: Context) -> AsyncIterator[Finding]:
    """Judge the name. To a relay any name will do: its login says who connects."""
    helo = context.helo
    if context.relay:
        return
    if not helo:
        yield NOT_TOLD.found(context.domain)
        return
    if not is_full_name(helo):
        yield NOT_QUALIFIED.found(helo, helo=helo, domain=context.domain)
        return
    addresses = outside(context.addresses)
    parts = [_is_alias(context), *(_allowed(context, one, addresses) for one in addresses)]
    async for finding in each(UNKNOWN, parts):
        yield finding


async def new_record(resolver: Resolver, helo: str, addresses: tuple[Address, ...]) -> str:
    """Return the SPF record to publish for a HELO name that has none.

    It speaks of the name's own addresses. Only where the name leads elsewhere too, or where that
    is not known, it lists those that send. An address that the name lacks is to be published
    besides, as its own finding says.
    """
    answers = await asyncio.gather(*(resolver.query(helo, each) for each in TYPES))
    senders = {str(address) for address in addresses}
    if all(answer.is_known and senders.issuperset(answer.values) for answer in answers):
        return OWN_ADDRESSES
    return merge_spf(EMPTY, terms_for(addresses, None))


async def _is_alias(context: Context) -> AsyncIterator[Finding]:
    helo = context.helo
    record_type = type_of(context.addresses[0]) if context.addresses else "A"
    answer = known(await context.resolver.query(helo, record_type), helo)
    target = answer.canonical_name
    if target and target != helo.lower().removesuffix("."):
        yield ALIAS.found(helo, f"{helo} CNAME {target}", helo=helo, target=target)
    else:
        yield QUALIFIED.found(helo, helo=helo)


async def _allowed(
    context: Context, address: Address, addresses: tuple[Address, ...]
) -> AsyncIterator[Finding]:
    """Ask what a receiver of a bounce asks: whether this address may say this name."""
    helo, sender = context.helo, str(address)
    outcome = await check_host(context.resolver, Request(address, "", helo))
    record = outcome.trace.record
    if outcome.result is Result.TEMPERROR:
        raise UnknownFactError(sender, outcome.problem.detail if outcome.problem else "")
    if outcome.result is Result.PASS:
        yield SPF_PASSES.found(helo, record, helo=helo, address=sender)
    elif outcome.result is Result.PERMERROR:
        yield SPF_UNUSABLE.found(helo, record, helo=helo, problem=_words(outcome))
    elif outcome.result is Result.NONE:
        new = await new_record(context.resolver, helo, addresses)
        yield SPF_NONE.found(helo, helo=helo, record=new)
    else:
        merged = merge_spf(record or EMPTY, terms_for(addresses, None))
        yield SPF_NOT_PASSING.found(
            helo,
            record,
            helo=helo,
            address=sender,
            result=str(outcome.result),
            record=merged,
        )


def _words(outcome: Outcome) -> str:
    problem = outcome.problem
    if problem is None:
        return str(outcome.result)
    return f"{problem.cause}: {problem.term}" if problem.term else str(problem.cause)


CHECK = Check(
    "helo",
    (
        NOT_TOLD,
        QUALIFIED,
        NOT_QUALIFIED,
        ALIAS,
        SPF_PASSES,
        SPF_NONE,
        SPF_NOT_PASSING,
        SPF_UNUSABLE,
        UNKNOWN,
    ),
    run,
)
