"""Reverse DNS of the addresses from which the mail leaves."""

from __future__ import annotations

import asyncio
import re
from ipaddress import IPv4Address
from typing import TYPE_CHECKING

from mailwright.checks.base import Check, Context, UnknownFactError, each, known
from mailwright.checks.facts import (
    ADDRESSES,
    TYPES,
    is_full_name,
    outside,
    peers_of,
    type_of,
)
from mailwright.i18n import N_
from mailwright.model.finding import Finding, FindingKind, Severity
from mailwright.net.resolver import is_name

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from mailwright.checks.base import Address
    from mailwright.checks.facts import AddressType
    from mailwright.net.smtp import Dialogues, Peer

NAMES = 10
"""How many names of one address receivers look at (RFC 7208 section 4.6.4 has the same limit)."""
HOME_WORDS = re.compile(
    r"(?:^|[.-])(?:dyn|dynamic|dhcp|pool|pppoe?|dsl|adsl|vdsl|cable|cust|customer|dialup|static|"
    r"broadband)(?:[.-]|\d|$)"
)
"""Words by which receivers know the names that providers give to lines and rented machines."""

RELAY_CARRIES = FindingKind(
    "ptr.relay-carries",
    Severity.INFO,
    N_(
        "Reverse DNS is the relay's business: receivers look up the relay's addresses (PTR), "
        "because it is the relay that connects to them."
    ),
    source="RFC 8601 section 2.7.3",
)
CONFIRMED = FindingKind(
    "ptr.confirmed",
    Severity.PASS,
    N_("The reverse DNS of {address} is {ptr}, and that name leads back to the address."),
    source="RFC 8601 section 2.7.3",
)
NONE = FindingKind(
    "ptr.none",
    Severity.FAIL,
    N_("{address} has no reverse DNS (DNS: {status}): large receivers refuse its mail."),
    N_(
        "Ask the provider of the address to set its reverse DNS to the server's HELO name "
        "({helo}). It cannot be set in the DNS of your own domain."
    ),
    "https://support.google.com/a/answer/81126 (2025-11)",
)
NOT_CONFIRMED = FindingKind(
    "ptr.not-confirmed",
    Severity.FAIL,
    N_("The reverse DNS of {address} is {ptr}, but that name does not lead back to the address."),
    N_(
        "Ask the provider of the address for a name of yours, or, where the name is yours, add "
        "this record to the DNS: {name} {type} {record}"
    ),
    "RFC 8601 section 2.7.3",
)
UNUSABLE = FindingKind(
    "ptr.unusable",
    Severity.FAIL,
    N_("The reverse DNS of {address} is “{ptr}”, which is no host name."),
    N_("Ask the provider of the address to set its reverse DNS to the server's HELO name."),
    "RFC 1912 section 2.1",
)
SEVERAL = FindingKind(
    "ptr.several",
    Severity.WARN,
    N_("{address} has {count} reverse names: receivers look at any one of them."),
    N_("Ask the provider of the address to keep one, the server's HELO name."),
    "RFC 1912 section 2.1",
)
TOO_MANY = FindingKind(
    "ptr.too-many",
    Severity.FAIL,
    N_("{address} has {count} reverse names, of which receivers look at {limit} at most."),
    N_("Ask the provider of the address to keep one, the server's HELO name."),
    "RFC 7208 section 4.6.4",
)
GENERIC = FindingKind(
    "ptr.generic",
    Severity.WARN,
    N_("Receivers take {ptr} for the name of a line or a rented machine, not of a mail server."),
    N_("Ask the provider of {address} to set its reverse DNS to the server's HELO name."),
    "https://senders.yahooinc.com/best-practices/ (2024-02)",
)
NOT_HELO = FindingKind(
    "ptr.not-helo",
    Severity.WARN,
    N_("The reverse DNS of {address} is {ptr}, but the server says {helo} in HELO."),
    N_(
        "Make both names equal: have the provider set the reverse DNS to {helo}, or let the "
        "server say {ptr} (myhostname in Postfix)."
    ),
    "RFC 5321 section 4.1.4",
)
BANNER_IS_HELO = FindingKind(
    "ptr.banner-is-helo",
    Severity.PASS,
    N_("The server at {address} greets with its HELO name {helo}."),
    source="RFC 5321 section 4.2",
)
BANNER_NOT_HELO = FindingKind(
    "ptr.banner-not-helo",
    Severity.WARN,
    N_("The server at {address} greets with the name {name}, but says {helo} in HELO."),
    N_("Make both names equal (myhostname in Postfix, which both are taken from)."),
    "RFC 5321 section 4.2",
)
NO_BANNER = FindingKind(
    "ptr.no-banner",
    Severity.INFO,
    N_("The server at {address} takes no connections on port 25, so that there is no greeting."),
    source="RFC 5321 section 4.2",
)
UNKNOWN = FindingKind(
    "ptr.unknown",
    Severity.UNKNOWN,
    N_("The reverse DNS could not be judged, because an answer is missing: {cause}"),
    N_("Check again. If it stays like this, the server that gave no answer needs attention."),
    "RFC 8601 section 2.7.3",
)


async def run(context: Context) -> AsyncIterator[Finding]:
    """Judge each sending address; behind a relay say whose business it is, asking nothing."""
    if context.relay:
        yield RELAY_CARRIES.found(context.helo)
        return
    parts = [_judged(context, address) for address in outside(context.addresses)]
    if context.server and context.smtp is not None and context.helo:
        parts += [_greetings(context, context.smtp, kind) for kind in TYPES]
    async for finding in each(UNKNOWN, parts):
        yield finding


async def _judged(context: Context, address: Address) -> AsyncIterator[Finding]:
    subject = str(address)
    answer = known(await context.resolver.query(address.reverse_pointer, "PTR"), subject)
    names = answer.values
    if not names:
        helo = context.helo if is_full_name(context.helo) else f"mail.{context.domain}"
        status = str(answer.status)
        yield NONE.found(subject, answer.cause, address=subject, status=status, helo=helo)
        return
    evidence = "\n".join(names)
    if len(names) > 1:
        kind = TOO_MANY if len(names) > NAMES else SEVERAL
        limit = {"limit": NAMES} if kind is TOO_MANY else {}
        yield kind.found(subject, evidence, address=subject, count=len(names), **limit)
    usable = [name for name in names[:NAMES] if is_name(name)]
    if not usable:
        yield UNUSABLE.found(subject, evidence, address=subject, ptr=names[0])
        return
    confirmed = await _confirmed(context, address, usable)
    if not confirmed:
        yield NOT_CONFIRMED.found(
            subject,
            evidence,
            address=subject,
            ptr=usable[0],
            name=usable[0],
            type=type_of(address),
            record=subject,
        )
        return
    for finding in _names_judged(context.helo, address, confirmed):
        yield finding


async def _confirmed(context: Context, address: Address, names: list[str]) -> list[str]:
    """Return the names that lead back; raises UnknownFactError where one might that is not seen."""
    answers = await asyncio.gather(
        *(context.resolver.query(name, type_of(address)) for name in names)
    )
    found = [
        name for name, answer in zip(names, answers, strict=True) if str(address) in answer.values
    ]
    if not found:
        for answer in answers:
            known(answer, str(address))
    return found


def _names_judged(helo: str, address: Address, names: list[str]) -> Iterator[Finding]:
    """Judge names that lead back; the HELO name comes first where it is one of them."""
    subject = str(address)
    wanted = helo.lower().removesuffix(".")
    ptr = wanted if wanted in names else names[0]
    evidence = f"{address.reverse_pointer} PTR {ptr}"
    yield CONFIRMED.found(subject, evidence, address=subject, ptr=ptr)
    if is_generic(ptr, address):
        yield GENERIC.found(subject, evidence, address=subject, ptr=ptr)
    if is_full_name(helo) and ptr != wanted:
        yield NOT_HELO.found(subject, evidence, address=subject, ptr=ptr, helo=helo)


def is_generic(name: str, address: Address) -> bool:
    """Tell whether a name looks like one of a whole range of addresses."""
    if HOME_WORDS.search(name):
        return True
    if isinstance(address, IPv4Address):
        a, b, c, d = address.packed
        # Two octets side by side say enough; one alone may number anything.
        pairs = ((a, b), (b, a), (c, d), (d, c))
        written = (f"{int(address):08x}", "".join(f"{octet:03}" for octet in address.packed))
        return any(_side_by_side(name, *pair) for pair in pairs) or any(w in name for w in written)
    digits = address.exploded.replace(":", "")
    plain = name.replace("-", "").replace(".", "")
    return digits[:16] in plain or digits[16:] in plain


def _side_by_side(name: str, one: int, other: int) -> bool:
    return re.search(rf"(?<!\d)0*{one}[.x_-]0*{other}(?!\d)", name) is not None


async def _greetings(
    context: Context, smtp: Dialogues, record_type: AddressType
) -> AsyncIterator[Finding]:
    """Compare the greeting of each address of the server with HELO."""
    peers = await peers_of(context, context.server, record_type)
    parts = (_greeted(smtp, peer, context.helo) for peer in peers[:ADDRESSES])
    async for finding in each(UNKNOWN, parts):
        yield finding


async def _greeted(smtp: Dialogues, peer: Peer, helo: str) -> AsyncIterator[Finding]:
    dialogue, address = await smtp.talk(peer), str(peer.address)
    if dialogue.is_closed:
        yield NO_BANNER.found(address, dialogue.cause, address=address)
    elif dialogue.greeting is None:
        raise UnknownFactError(address, dialogue.cause)
    elif dialogue.name == helo.lower().removesuffix("."):
        yield BANNER_IS_HELO.found(address, str(dialogue.greeting), address=address, helo=helo)
    else:
        yield BANNER_NOT_HELO.found(
            address, str(dialogue.greeting), address=address, name=dialogue.name, helo=helo
        )


CHECK = Check(
    "ptr",
    (
        RELAY_CARRIES,
        CONFIRMED,
        NONE,
        NOT_CONFIRMED,
        UNUSABLE,
        SEVERAL,
        TOO_MANY,
        GENERIC,
        NOT_HELO,
        BANNER_IS_HELO,
        BANNER_NOT_HELO,
        NO_BANNER,
        UNKNOWN,
    ),
    run,
)
