"""Whether the hosts that take the domain's mail can be reached, and take it encrypted."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from mailwright.checks.base import Check, Context, UnknownFactError, each
from mailwright.checks.facts import ADDRESSES, TYPES, peers_of, receiving_hosts
from mailwright.i18n import N_
from mailwright.model.finding import Finding, FindingKind, Severity
from mailwright.net.smtp import Stage, Trouble

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from mailwright.checks.facts import AddressType
    from mailwright.net.smtp import Dialogue, Dialogues, Peer

SLOW_SECONDS = 5.0
"""A greeting that takes longer was held back (RFC 5321 section 4.5.3.2.1 lets a client wait)."""

WORKS = FindingKind(
    "starttls.works",
    Severity.PASS,
    N_("{host} ({address}) takes mail encrypted ({version})."),
    source="RFC 3207 section 4",
)
NOT_OFFERED = FindingKind(
    "starttls.not-offered",
    Severity.WARN,
    N_("{host} ({address}) does not offer STARTTLS: mail to it is sent in clear."),
    N_("Switch TLS on (smtpd_tls_security_level = may in Postfix)."),
    "RFC 3207 section 4",
)
FAILS = FindingKind(
    "starttls.fails",
    Severity.FAIL,
    N_("{host} ({address}) offers STARTTLS, but TLS does not begin: {cause}"),
    N_(
        "Look into the server's log. A usual cause: key and certificate do not belong together, "
        "or the key file cannot be read."
    ),
    "RFC 3207 section 4.1",
)
CLOSED = FindingKind(
    "starttls.closed",
    Severity.FAIL,
    N_("No host that takes the mail of {domain} answers on port 25; {host} ({address}) refuses."),
    N_("Start the mail server, open port 25 in its firewall, or correct the MX record."),
    "RFC 5321 section 5.1",
)
ONE_CLOSED = FindingKind(
    "starttls.one-closed",
    Severity.WARN,
    N_("{host} refuses connections on port 25 at {address}."),
    N_("Start the mail server there, or take the address or the MX record out of the DNS."),
    "RFC 5321 section 5.1",
)
SLOW = FindingKind(
    "starttls.slow",
    Severity.WARN,
    N_("{host} ({address}) greets after {seconds} s: some senders do not wait so long."),
    N_("If the greeting is not held back on purpose, see how long the server's DNS takes."),
    "RFC 5321 section 4.5.3.2.1",
)
TRUSTED = FindingKind(
    "starttls.trusted",
    Severity.INFO,
    N_("The certificate of {host} ({address}) is valid until {until}, and has the right name."),
    source="RFC 8461 section 4.2",
)
EXPIRED = FindingKind(
    "starttls.expired",
    Severity.WARN,
    N_("The certificate of {host} ({address}) is valid from {since} to {until} only."),
    N_("Renew it, and see why that did not happen by itself."),
    "RFC 5280 section 4.1.2.5",
)
WRONG_NAME = FindingKind(
    "starttls.wrong-name",
    Severity.WARN,
    N_("The certificate of {host} ({address}) is for other names: {names}"),
    N_("Get a certificate for {host}. Senders that demand a valid one (MTA-STS) stay away."),
    "RFC 8461 section 4.2",
)
UNTRUSTED = FindingKind(
    "starttls.untrusted",
    Severity.INFO,
    N_(
        "The certificate of {host} ({address}) comes from nobody whom this computer trusts "
        "({why}). Mail is sent to it all the same, unless MTA-STS demands a valid one."
    ),
    source="RFC 7435 section 3",
)
UNREADABLE = FindingKind(
    "starttls.unreadable",
    Severity.WARN,
    N_("The certificate of {host} ({address}) cannot be read."),
    N_("Get a new certificate for {host}."),
    "RFC 5280 section 4.1",
)
SOME = FindingKind(
    "starttls.some",
    Severity.INFO,
    N_("{host} has {count} addresses of one kind; the first {limit} were talked to."),
    source="RFC 5321 section 5.1",
)
UNKNOWN = FindingKind(
    "starttls.unknown",
    Severity.UNKNOWN,
    N_("It could not be found out whether mail is taken encrypted. {cause}"),
    N_(
        "Check again later. Where all servers are silent, the network of this computer may not "
        "let out connections to port 25."
    ),
    "RFC 3207 section 4",
)


async def run(context: Context) -> AsyncIterator[Finding]:
    """Talk to every address of every host that takes the domain's mail, all at once."""
    if context.smtp is None:
        return
    hosts = await receiving_hosts(context)
    seen = _Seen(context, context.smtp, hosts)
    parts = (seen.judged(host, kind) for host in hosts for kind in TYPES)
    async for finding in each(UNKNOWN, parts):
        yield finding


class _Seen:
    """The dialogues of one run; whether a closed port matters depends on all of them."""

    def __init__(self, context: Context, smtp: Dialogues, hosts: tuple[str, ...]) -> None:
        self._context = context
        self._smtp = smtp
        self._hosts = hosts

    async def judged(self, host: str, record_type: AddressType) -> AsyncIterator[Finding]:
        """Judge the addresses of one family."""
        peers = await peers_of(self._context, host, record_type)
        if len(peers) > ADDRESSES:
            yield SOME.found(host, host=host, count=len(peers), limit=ADDRESSES)
        async for finding in each(UNKNOWN, map(self._talked, peers[:ADDRESSES])):
            yield finding

    async def _talked(self, peer: Peer) -> AsyncIterator[Finding]:
        dialogue = await self._smtp.talk(peer)
        host, address = peer.host, str(peer.address)
        if dialogue.is_closed:
            yield await self._closed(dialogue)
            return
        if dialogue.greeting_seconds > SLOW_SECONDS:
            seconds = round(dialogue.greeting_seconds)
            yield SLOW.found(address, host=host, address=address, seconds=seconds)
        for finding in judge(dialogue):
            yield finding

    async def _closed(self, dialogue: Dialogue) -> Finding:
        peer = dialogue.peer
        values: dict[str, str | int] = {"host": peer.host, "address": str(peer.address)}
        is_worst = await self._is_all_closed()
        if is_worst:
            values["domain"] = self._context.domain
        kind = CLOSED if is_worst else ONE_CLOSED
        return kind.found(str(peer.address), dialogue.cause, **values)

    async def _is_all_closed(self) -> bool:
        try:
            lists = await asyncio.gather(
                *(peers_of(self._context, host, kind) for host in self._hosts for kind in TYPES)
            )
        except UnknownFactError:
            return False  # there may be another address
        peers = [peer for found in lists for peer in found[:ADDRESSES]]
        dialogues = await asyncio.gather(*(self._smtp.talk(peer) for peer in peers))
        return all(dialogue.is_closed for dialogue in dialogues)


def judge(dialogue: Dialogue) -> Iterator[Finding]:
    """Judge a dialogue with an open port. Raises UnknownFactError for one that broke off early.

    Who is told to come later, or is refused, has not learned whether TLS works.
    """
    host, address = dialogue.peer.host, str(dialogue.peer.address)
    if dialogue.stage is Stage.EHLO and dialogue.trouble is None:
        evidence = str(dialogue.ehlo)
        yield NOT_OFFERED.found(address, evidence, host=host, address=address)
    elif dialogue.trouble is None:
        version = dialogue.tls_version
        yield WORKS.found(address, host=host, address=address, version=version)
        yield from _certificate(dialogue)
    elif _is_broken(dialogue):
        cause = dialogue.detail or str(dialogue.trouble)
        yield FAILS.found(address, dialogue.cause, host=host, address=address, cause=cause)
    else:
        raise UnknownFactError(address, dialogue.cause)


def _is_broken(dialogue: Dialogue) -> bool:
    """Tell whether STARTTLS was offered and did not work, for good and by the server's doing."""
    if dialogue.stage is Stage.HANDSHAKE:
        return dialogue.trouble in {Trouble.TLS, Trouble.CLOSED}
    reply = dialogue.starttls
    return dialogue.trouble is Trouble.REPLY and reply is not None and not reply.is_temporary


def _certificate(dialogue: Dialogue) -> Iterator[Finding]:
    host, address = dialogue.peer.host, str(dialogue.peer.address)
    values: dict[str, str | int] = {"host": host, "address": address}
    found = dialogue.certificate
    if found is None:
        yield UNREADABLE.found(address, "", **values)
        return
    since, until = (f"{moment:%Y-%m-%d}" for moment in (found.not_before, found.not_after))
    is_current = found.is_current(datetime.now(UTC))
    if not is_current:
        yield EXPIRED.found(address, found.issuer, since=since, until=until, **values)
    if not found.fits:
        names = ", ".join(found.names)
        yield WRONG_NAME.found(address, found.issuer, names=names, **values)
    if found.distrust and is_current:
        yield UNTRUSTED.found(address, found.issuer, why=found.distrust, **values)
    elif is_current and found.fits and found.distrust is not None:
        yield TRUSTED.found(address, found.issuer, until=until, **values)


CHECK = Check(
    "starttls",
    (
        WORKS,
        NOT_OFFERED,
        FAILS,
        CLOSED,
        ONE_CLOSED,
        SLOW,
        TRUSTED,
        EXPIRED,
        WRONG_NAME,
        UNTRUSTED,
        UNREADABLE,
        SOME,
        UNKNOWN,
    ),
    run,
)
