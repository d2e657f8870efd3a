"""The addresses from which mail leaves: public, and the ones that the HELO name leads to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mailwright.checks.base import Check, Context, each, known
from mailwright.checks.facts import is_documentation, is_full_name, is_inside, type_of
from mailwright.i18n import N_
from mailwright.model.finding import Finding, FindingKind, Severity

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from mailwright.checks.base import Address

NOT_TOLD = FindingKind(
    "address.not-told",
    Severity.INFO,
    N_(
        "Not judged, because the addresses that send the mail of {domain} are not known here: "
        "their reverse DNS, whether the HELO name leads to them, and whether SPF lets them pass."
    ),
    source="RFC 5321 section 4.1.4",
)
PUBLIC = FindingKind(
    "address.public",
    Severity.PASS,
    N_("{address} is a public address."),
    source="RFC 6890 section 2.2",
)
INSIDE = FindingKind(
    "address.inside",
    Severity.FAIL,
    N_("{address} is an inside address, which no receiver of mail ever sees."),
    N_(
        "Find out from which address the mail leaves (of the router, where it translates "
        "addresses), and use that one for SPF and reverse DNS."
    ),
    "RFC 6890 section 2.2",
)
HELO_LEADS_HERE = FindingKind(
    "address.helo-leads-here",
    Severity.PASS,
    N_("The HELO name {helo} leads to {address}."),
    source="RFC 5321 section 4.1.4",
)
HELO_LEADS_ELSEWHERE = FindingKind(
    "address.helo-leads-elsewhere",
    Severity.WARN,
    N_("The HELO name {helo} leads to {found}, and not to {address}, from which mail leaves."),
    N_("Add this record to the DNS: {name} {type} {record}"),
    "RFC 5321 section 4.1.4",
)
HELO_LEADS_NOWHERE = FindingKind(
    "address.helo-leads-nowhere",
    Severity.FAIL,
    N_("The HELO name {helo} has no address of the kind of {address} (DNS: {status})."),
    N_("Add this record to the DNS: {name} {type} {record}"),
    "RFC 5321 section 2.3.5",
)
UNKNOWN = FindingKind(
    "address.unknown",
    Severity.UNKNOWN,
    N_("It could not be found out whether the HELO name leads to the address. DNS: {cause}"),
    N_("Check again. If it stays like this, the name servers of the HELO name need attention."),
    "RFC 5321 section 4.1.4",
)


async def run(context: Context) -> AsyncIterator[Finding]:
    """Judge each sending address. Those of a relay are the relay's business."""
    if context.relay:
        return
    if not context.addresses:
        yield NOT_TOLD.found(context.domain, domain=context.domain)
    parts = (_judged(context, address) for address in context.addresses)
    async for finding in each(UNKNOWN, parts):
        yield finding


async def _judged(context: Context, address: Address) -> AsyncIterator[Finding]:
    subject = str(address)
    if is_inside(address):
        yield INSIDE.found(subject, address=subject)
        return
    if not is_documentation(address):
        yield PUBLIC.found(subject, address=subject)
    helo = context.helo
    if not is_full_name(helo):
        return  # there is nothing to look up, as the check of HELO tells
    answer = known(await context.resolver.query(helo, type_of(address)), subject)
    if subject in answer.values:
        yield HELO_LEADS_HERE.found(subject, helo=helo, address=subject)
        return
    # An alias has no records of its own: the address belongs to where it leads.
    record: dict[str, str | int] = {
        "name": answer.canonical_name or helo,
        "type": type_of(address),
        "record": subject,
    }
    if answer.values:
        found = ", ".join(answer.values)
        yield HELO_LEADS_ELSEWHERE.found(
            subject, found, helo=helo, found=found, address=subject, **record
        )
    else:
        yield HELO_LEADS_NOWHERE.found(
            subject, answer.cause, helo=helo, status=str(answer.status), address=subject, **record
        )


CHECK = Check(
    "address",
    (
        NOT_TOLD,
        PUBLIC,
        INSIDE,
        HELO_LEADS_HERE,
        HELO_LEADS_ELSEWHERE,
        HELO_LEADS_NOWHERE,
        UNKNOWN,
    ),
    run,
)
