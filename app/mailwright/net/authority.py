"""What each server of a zone says by itself, before any cache sees it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mailwright.net.facts import Deadline, Facts
from mailwright.net.resolver import Answer, RecordType, Resolver, Server, Status, normal_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Ask = Callable[[str, RecordType, Server], Awaitable[Answer]]
"""Asks one server about a normal name without recursion."""

SERVERS = 16
"""How many server names of a zone are asked, and how many addresses of each."""
TIMEOUT = 2.0
"""Seconds that one server has for an answer; it is asked twice."""


class ZoneUnknownError(Exception):
    """Which zone a name belongs to, or who serves it, could not be found out: `cause` says why."""

    def __init__(self, cause: str) -> None:
        super().__init__(cause)
        self.cause = cause


@dataclass(frozen=True, slots=True)
class Zone:
    """A zone, and the names of its servers in alphabetical order."""

    name: str
    servers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ServerAnswer:
    """What one address of one server of the zone said.

    `address` is empty where the server has none, or where it could not be found out: `answer` is
    then the one to the question for its address.
    """

    server: str
    address: str
    answer: Answer

    @property
    def is_known(self) -> bool:
        """Whether the server settled the question."""
        return bool(self.address) and self.answer.is_known

    @property
    def values(self) -> frozenset[str]:
        """The records, in any order."""
        return frozenset(self.answer.values) if self.is_known else frozenset()


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a record can be seen: the servers that have it, lack it, and gave no answer."""

    visible: tuple[ServerAnswer, ...]
    lacking: tuple[ServerAnswer, ...]
    silent: tuple[ServerAnswer, ...]

    @property
    def is_everywhere(self) -> bool:
        """Whether every server has it."""
        return bool(self.visible) and not self.lacking and not self.silent


def standing(answers: Iterable[ServerAnswer], value: str) -> Standing:
    """Sort the servers by whether they have a record with this value (as in `Answer`)."""
    found = tuple(answers)
    return Standing(
        tuple(one for one in found if one.is_known and value in one.values),
        tuple(one for one in found if one.is_known and value not in one.values),
        tuple(one for one in found if not one.is_known),
    )


class Authority:
    """Asks the servers of zones directly, each question once."""

    def __init__(
        self, resolver: Resolver, ask: Ask | None = None, deadline: Deadline | None = None
    ) -> None:
        """Find zones and servers by `resolver`; `ask` is real unless a test brings another."""
        self._resolver = resolver
        self._ask = ask or ask_directly
        self._answers: Facts[tuple[str, RecordType], tuple[ServerAnswer, ...]] = Facts(
            lambda question: self._on_every_server(*question), deadline or Deadline()
        )

    async def zone(self, name: str) -> Zone:
        """Return the zone that a name belongs to: the nearest above it with NS records.

        Raises ZoneUnknownError, MailwrightError for a bad name.
        """
        labels = normal_name(name).split(".")
        names = [".".join(labels[depth:]) for depth in range(len(labels))]
        answers = await asyncio.gather(*(self._resolver.query(each, "NS") for each in names))
        for owner, answer in zip(names, answers, strict=True):
            if not answer.is_known:
                raise ZoneUnknownError(answer.cause)
            if answer.values and answer.canonical_name == owner:  # not those of an alias's target
                return Zone(owner, tuple(sorted(answer.values)[:SERVERS]))
        raise ZoneUnknownError(answers[-1].cause)

    async def on_every_server(self, name: str, record_type: RecordType) -> tuple[ServerAnswer, ...]:
        """Return what every address of every server of the name's zone says, all asked at once.

        Raises ZoneUnknownError, TimeoutError after the deadline.
        """
        return await self._answers.get((normal_name(name), record_type))

    async def _on_every_server(
        self, name: str, record_type: RecordType
    ) -> tuple[ServerAnswer, ...]:
        zone = await self.zone(name)
        found = await asyncio.gather(
            *(self._on_server(server, name, record_type) for server in zone.servers)
        )
        return tuple(answer for answers in found for answer in answers)

    async def _on_server(
        self, server: str, name: str, record_type: RecordType
    ) -> list[ServerAnswer]:
        lists = await asyncio.gather(
            self._resolver.query(server, "A"), self._resolver.query(server, "AAAA")
        )
        addresses = [address for answer in lists for address in answer.values][:SERVERS]
        if not addresses:
            still_open = [answer for answer in lists if not answer.is_known]
            return [ServerAnswer(server, "", (still_open or lists)[0])]
        asked = (self._ask(name, record_type, Server(address)) for address in addresses)
        answers = await asyncio.gather(*asked)
        return [ServerAnswer(server, *pair) for pair in zip(addresses, answers, strict=True)]


async def ask_directly(name: str, record_type: RecordType, server: Server) -> Answer:
    """Ask a server about its own zones; one that stays silent is asked twice."""
    from mailwright.net import dns_wire

    answer = await dns_wire.ask(name, record_type, server, TIMEOUT, recursion=False)
    if answer.status is Status.TIMEOUT:
        answer = await dns_wire.ask(name, record_type, server, TIMEOUT, recursion=False)
    return answer


class StaticServers:
    """Answers of single servers from literals: an address maps to its resolver, or its failure."""

    def __init__(self, servers: Mapping[str, Resolver | Status]) -> None:
        self._servers = servers

    async def __call__(self, name: str, record_type: RecordType, server: Server) -> Answer:
        """Return the server's answer; a server that is not there is unreachable."""
        served = self._servers.get(server.address, Status.UNREACHABLE)
        if isinstance(served, Status):
            return Answer(name, record_type, served, problem=f"{server}: static")
        return await served.query(name, record_type)
