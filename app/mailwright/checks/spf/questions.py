"""The questions that an evaluation asks (RFC 7208 sections 4.4, 4.5 and 5.3 to 5.7)."""

from __future__ import annotations

import asyncio
import ipaddress
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from typing import TYPE_CHECKING

from mailwright.checks.spf.outcome import NAMES, Cause, Problem
from mailwright.checks.spf.parser import PREFIXES, Record, SpfSyntaxError, parse_record, spf_records
from mailwright.net.resolver import Answer, RecordType, Resolver, Status, is_name

if TYPE_CHECKING:
    from collections.abc import Sequence


class UnansweredError(Exception):
    """A question that decides the result stayed open; `answer` says how."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.cause)
        self.answer = answer


class TooManyNamesError(Exception):
    """A domain has more MX hosts than may be looked up."""


async def find_record(resolver: Resolver, domain: str) -> Record | Problem | None:
    """Return a domain's parsed record, None where it has none, or why it is of no use."""
    if not is_name(domain) or "." not in domain:
        return None
    answer = await resolver.query(domain, "TXT")
    if not answer.is_known:
        return Problem(Cause.UNANSWERED, domain, detail=answer.cause)
    texts = spf_records(answer.values)
    if len(texts) > 1:
        return Problem(Cause.SEVERAL_RECORDS, domain, records=texts)
    try:
        return parse_record(texts[0]) if texts else None
    except SpfSyntaxError as e:
        return Problem(Cause.SYNTAX, domain, e.token, texts, e.column, e.rule)


@dataclass(slots=True)
class Questions:
    """What one term asks about one address. `is_void` is set once an answer holds no record."""

    resolver: Resolver
    address: IPv4Address | IPv6Address
    is_void: bool = False

    @property
    def address_type(self) -> RecordType:
        """The type of the records that can hold the address."""
        return "A" if isinstance(self.address, IPv4Address) else "AAAA"

    async def ask(self, name: str, record_type: RecordType) -> tuple[str, ...]:
        """Return the records; none for what cannot be a name (RFC 7208 section 4.8).

        Raises UnansweredError.
        """
        if not is_name(name):
            return ()
        answer = await self.resolver.query(name, record_type)
        if not answer.is_known:
            raise UnansweredError(answer)
        self.is_void = self.is_void or answer.status is not Status.ANSWER
        return answer.values

    async def has_address(self, name: str, prefixes: tuple[int, int]) -> bool:
        """Tell whether one of the name's addresses has the network of the address."""
        values = await self.ask(name, self.address_type)
        return any(self._is_near(value, prefixes) for value in values)

    async def has_mail_exchanger(self, name: str, prefixes: tuple[int, int]) -> bool:
        """Tell whether an MX host of the name has the network of the address.

        Raises TooManyNamesError beyond ten hosts, UnansweredError.
        """
        records = await self.ask(name, "MX")
        if len(records) > NAMES:
            raise TooManyNamesError
        hosts = [record.partition(" ")[2] for record in records]
        for host in hosts:
            prefetch(self.resolver, host, self.address_type)
        # The order of MX records means nothing, so a match goes before an open question.
        found, still_open = False, None
        for host in hosts:
            try:
                found |= await self.has_address(host, prefixes)
            except UnansweredError as error:
                still_open = error
        if still_open and not found:
            raise still_open
        return found

    async def exists(self, name: str) -> bool:
        """Tell whether the name has an A record, whatever the family of the address."""
        return bool(await self.ask(name, "A"))

    async def validated_names(self) -> tuple[str, ...]:
        """Return the names of the address that lead back to it (RFC 7208 section 5.5).

        At most ten names are looked at. What stays open counts as not leading back: those who
        publish the record have no hand in it.
        """
        answer = await self.resolver.query(self.address.reverse_pointer, "PTR")
        self.is_void = self.is_void or answer.status in {Status.NXDOMAIN, Status.NO_DATA}
        names = [name for name in answer.values[:NAMES] if is_name(name)]
        answers = await asyncio.gather(
            *(self.resolver.query(name, self.address_type) for name in names)
        )
        return tuple(
            name.removesuffix(".")
            for name, forward in zip(names, answers, strict=True)
            if any(self._is_near(value, PREFIXES) for value in forward.values)
        )

    def _is_near(self, value: str, prefixes: tuple[int, int]) -> bool:
        length = prefixes[0] if isinstance(self.address, IPv4Address) else prefixes[1]
        return self.address in ipaddress.ip_network(f"{value}/{length}", strict=False)


def prefetch(resolver: Resolver, name: str, record_type: RecordType) -> None:
    """Begin to ask what is likely to be wanted, if a question can be asked about the name."""
    if is_name(name):
        resolver.prefetch(name, record_type)


def is_within(name: str, domain: str) -> bool:
    """Tell whether a name is the domain or below it."""
    name, domain = name.lower(), domain.lower().removesuffix(".")
    return name == domain or name.endswith(f".{domain}")


def preferred_name(names: Sequence[str], domain: str) -> str:
    """Return the validated name for `%{p}`: the domain, or one below it, or any (section 7.3)."""

    def rank(name: str) -> tuple[bool, bool]:
        return name.lower() != domain.lower(), not is_within(name, domain)

    return min(names, key=rank, default="unknown")
