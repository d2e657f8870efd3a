"""Log in to a server and say what is there, before anything is planned. Nothing is written."""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mailwright.engine.planner import refuse
from mailwright.errors import MailwrightError
from mailwright.model.requirements import Asking
from mailwright.model.server import Facts
from mailwright.platforms.reading import observe
from mailwright.platforms.releases import platform_of
from mailwright.resource.base import Wants
from mailwright.usecases.connection import open_session

if TYPE_CHECKING:
    from mailwright.model.server import Observation, Server
    from mailwright.net.resolver import Resolver
    from mailwright.usecases.parts import AskHostKey, Parts

_POSTFIX = "postfix"
_MOST_ADDRESSES = 4
_DNS_SECONDS = 5.0
"""How long the names of the addresses are waited for; a person waits for what was found."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a server is.

    `postfix` is the installed version, None where it is not installed. `names` holds for each
    global address the names of its reverse DNS, and None where that could not be found out.
    `obstacle` is why this server cannot be set up; None where nothing stands in the way.
    """

    facts: Facts
    postfix: str | None
    names: Mapping[str, tuple[str, ...] | None]
    obstacle: MailwrightError | None


def look(parts: Parts, server: Server, ask: AskHostKey) -> Found:
    """Connect, read, ask the DNS for the names of the addresses, and hang up.

    Raises MailwrightError as `open_session` does, and `platform.unreadable`.
    """
    session = open_session(parts, server, ask)
    try:
        seen = observe(session.transport, (Wants(packages=frozenset({_POSTFIX})),))
    finally:
        session.transport.close()
    parts.journal.meet(server)
    return Found(
        seen.facts,
        seen.packages[_POSTFIX],
        _names(parts, seen.facts.addresses[:_MOST_ADDRESSES]),
        _obstacle(seen),
    )


def _obstacle(seen: Observation) -> MailwrightError | None:
    try:
        platform_of(seen.facts)
        refuse(seen)
    except MailwrightError as error:
        return error
    return None


def _names(parts: Parts, addresses: tuple[str, ...]) -> dict[str, tuple[str, ...] | None]:
    try:
        return asyncio.run(_reverse(parts.resolver_for(Asking()), addresses))
    except (MailwrightError, TimeoutError):  # that is not the same as no name
        return dict.fromkeys(addresses)


async def _reverse(
    resolver: Resolver, addresses: tuple[str, ...]
) -> dict[str, tuple[str, ...] | None]:
    names = {each: ipaddress.ip_address(each).reverse_pointer for each in addresses}
    questions = (resolver.query(name, "PTR") for name in names.values())
    answers = await asyncio.wait_for(asyncio.gather(*questions), _DNS_SECONDS)
    return {
        address: answer.values if answer.is_known else None
        for address, answer in zip(names, answers, strict=True)
    }
