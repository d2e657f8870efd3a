"""Ask every name server about the records of a direct route, and derive what is missing."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING, cast

from mailwright.checks import helo
from mailwright.checks.dmarc.reports import place_for_reports
from mailwright.checks.dmarc.walk import Stop, Walk
from mailwright.checks.ptr import is_generic
from mailwright.checks.spf import Outcome, Request, Result, check_host
from mailwright.checks.spf.merge import WHY, merge_records, merge_spf, terms_for
from mailwright.checks.spf.parser import SpfSyntaxError, spf_records
from mailwright.checks.spf.trial import WithRecord
from mailwright.engine import gate, record_findings, records
from mailwright.engine.records import RESOLVER, Purpose, Reading, Said, Sender
from mailwright.errors import MailwrightError
from mailwright.model.dns_records import DnsRecord
from mailwright.model.finding import Finding
from mailwright.net.authority import Authority, ServerAnswer, ZoneUnknownError
from mailwright.net.facts import Deadline
from mailwright.net.resolver import Resolver, Status, is_name

if TYPE_CHECKING:
    from ipaddress import IPv4Address, IPv6Address

    from mailwright.model.publication import Publication
    from mailwright.net.authority import Ask
    from mailwright.net.resolver import RecordType

SECONDS = 20.0
"""How long all questions to name servers may take together."""

ABOVE = 7
"""How many names above a domain may hold its DMARC policy (RFC 9989 section 4.10)."""
REVERSE_NAMES = 10
"""How many names of an address are looked at (RFC 7208 section 4.6.4 has the same limit)."""

Judge = Callable[[tuple[str, ...]], Awaitable[bool | None]]
"""Tells whether the records of one answer do what they are there for; None: not known."""


@dataclass(frozen=True, slots=True)
class Survey:
    """What the name servers say; `notes` are what there is to be known beside the records."""

    readings: tuple[Reading, ...] = ()
    notes: tuple[Finding, ...] = ()

    @property
    def publication(self) -> Publication:
        """What is to be published, with a note about each record of which that is not known."""
        notes = (*record_findings.unsettled(self.readings), *self.notes)
        return records.publication(self.readings, notes)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Everything that a person is told."""
        read = map(record_findings.findings, self.readings)
        return (*chain.from_iterable(read), *self.notes)

    @property
    def gate(self) -> gate.Gate:
        """Whether mail may leave directly."""
        return gate.decide(self.readings, self.notes)


async def survey(resolver: Resolver, sender: Sender, ask: Ask) -> Survey:
    """Read every record back and derive what is missing.

    `ask` puts a question to one server. Raises MailwrightError where a name cannot be asked about.
    """
    surveyor = _Surveyor(resolver, Authority(resolver, ask, Deadline(SECONDS)), sender)
    readings, has_mx = await asyncio.gather(surveyor.readings(), surveyor.has_mx())
    return Survey(tuple(readings), tuple(record_findings.notes(sender, readings, has_mx=has_mx)))


@dataclass(frozen=True, slots=True)
class _Surveyor:
    resolver: Resolver
    authority: Authority
    sender: Sender

    async def readings(self) -> list[Reading]:
        sender = self.sender
        found = await asyncio.gather(
            *(self._address(address) for address in sender.addresses),
            *(self._reverse(address) for address in sender.addresses),
            *(self._spf(domain) for domain in sender.spf_domains),
            self._helo(),
            self._dkim(),
            self._dmarc(),
        )
        return [reading for reading in found if reading is not None]

    async def has_mx(self) -> bool | None:
        answer = await self.resolver.query(self.sender.domain, "MX")
        return bool(answer.values) if answer.is_known else None

    async def _address(self, address: IPv4Address | IPv6Address) -> Reading:
        record = records.address_record(self.sender, address)
        reading = await self._read(
            Purpose.ADDRESS, record, _is(lambda values: str(address) in values)
        )
        return replace(reading, address=str(address))

    async def _reverse(self, address: IPv4Address | IPv6Address) -> Reading:
        record = records.reverse_record(self.sender, address)
        reading = await self._read(
            Purpose.REVERSE, record, _is(lambda values: record.value in values), resolved=True
        )
        return replace(reading, address=str(address), other=await self._other(reading, address))

    async def _other(self, reading: Reading, address: IPv4Address | IPv6Address) -> str:
        """Return another reverse name that everybody who answered has, and that leads back.

        One that a receiver takes for that of a line comes last.
        """
        answers = [set(one.values) for one in reading.said if one.holds is not None]
        if not answers or reading.visible:
            return ""
        record_type = cast("RecordType", records.address_record(self.sender, address).type)
        found_by_all = (name for name in set.intersection(*answers) if is_name(name))
        names = sorted(found_by_all, key=lambda name: (is_generic(name, address), name))
        for name in names[:REVERSE_NAMES]:
            found = await self.resolver.query(name, record_type)
            if str(address) in found.values:
                return name
        return ""

    async def _spf(self, domain: str) -> Reading | None:
        if not self.sender.addresses:
            return None
        new = DnsRecord(domain, "TXT", merge_spf(None, self._terms), WHY)
        reading = await self._read(Purpose.SPF, new, self._lets_pass(domain), spf_records)
        return await self._merged(reading)

    async def _helo(self) -> Reading | None:
        sender = self.sender
        if not sender.addresses or sender.hostname in sender.spf_domains:
            return None  # one name has one SPF record
        value = await helo.new_record(self.resolver, sender.hostname, sender.addresses)
        record = records.helo_record(sender, value)
        passes = self._lets_pass(sender.hostname)

        async def judge(values: tuple[str, ...]) -> bool | None:
            # Whether `a` matches is told by the address records, which have readings of their own.
            return list(values) == [helo.OWN_ADDRESSES] or await passes(values)

        return await self._merged(await self._read(Purpose.HELO, record, judge, spf_records))

    @property
    def _terms(self) -> tuple[str, ...]:
        return terms_for(self.sender.addresses, None)

    async def _merged(self, reading: Reading) -> Reading:
        """Add the terms to an SPF record that is there, and try whether it passes then."""
        texts = reading.lacking[0].values if reading.is_missing else ()
        if not texts:
            return reading
        name, why = reading.record.name, reading.record.why
        try:
            value = merge_spf(merge_records(texts), self._terms)
        except SpfSyntaxError as error:
            return replace(reading, trouble=f"{error.token}: {error.rule}")
        outcomes = await self._outcomes(name, value)
        if all(each.result in {Result.PASS, Result.TEMPERROR} for each in outcomes):
            return replace(reading, record=DnsRecord(name, "TXT", value, why))
        problems = [each.problem for each in outcomes if each.problem]
        broken = [f"{each.term or value}: {each.cause}" for each in problems]
        return replace(reading, trouble=", ".join(dict.fromkeys(broken)) or value)

    async def _dkim(self) -> Reading | None:
        key = self.sender.key
        if key is None:
            return None
        return await self._read(Purpose.DKIM, key, _is(lambda values: records.has_key(values, key)))

    async def _dmarc(self) -> Reading | None:
        sender = self.sender
        labels = sender.domain.split(".")
        above = [".".join(labels[depth:]) for depth in range(1, len(labels))][-ABOVE:]
        answers = await asyncio.gather(
            *(self.resolver.query(f"_dmarc.{name}", "TXT") for name in above)
        )
        if any(records.is_dmarc(value) for answer in answers for value in answer.values):
            return None  # RFC 9989 section 4.10: a policy above counts for the domain
        way = Walk((Stop(sender.domain, (), None),))
        place = await place_for_reports(self.resolver, way, sender.administrator)
        record = records.dmarc_record(sender, place)
        return await self._read(Purpose.DMARC, record, _is(lambda values: len(values) == 1), _dmarc)

    def _lets_pass(self, domain: str) -> Judge:
        """Judge SPF records as they would be if a name server's answer were everybody's."""

        async def judge(values: tuple[str, ...]) -> bool | None:
            if len(values) != 1:
                return False
            outcomes = await self._outcomes(domain, values[0])
            results = {outcome.result for outcome in outcomes}
            if results == {Result.PASS}:
                return True
            return None if Result.TEMPERROR in results else False

        return judge

    async def _outcomes(self, domain: str, record: str) -> list[Outcome]:
        """Evaluate an SPF record of the domain for every address."""
        sender, resolver = self.sender, WithRecord(self.resolver, domain, record)
        requests = [
            Request(address, f"postmaster@{domain}", sender.hostname)
            for address in sender.addresses
        ]
        return await asyncio.gather(*(check_host(resolver, each) for each in requests))

    async def _read(
        self,
        purpose: Purpose,
        record: DnsRecord,
        judge: Judge,
        relevant: Callable[[Iterable[str]], Iterable[str]] = tuple,
        *,
        resolved: bool = False,
    ) -> Reading:
        """Ask every server of the record's zone, and with `resolved` the resolver besides."""
        answers, cause = await self._answers(record, resolved=resolved)
        said = [await _said(one, judge, relevant) for one in _by_server(answers)]
        # The addresses of one server mostly say the same.
        return Reading(purpose, record, tuple(dict.fromkeys(said)), cause)

    async def _answers(
        self, record: DnsRecord, *, resolved: bool
    ) -> tuple[tuple[ServerAnswer, ...], str]:
        """Return what each server says, or why nobody could be asked."""
        record_type = cast("RecordType", record.type)
        seen = await self.resolver.query(record.name, record_type)
        answers: tuple[ServerAnswer, ...] = ()
        cause = ""
        try:
            name = seen.canonical_name or record.name  # a key may be published by an alias
            answers = await self.authority.on_every_server(name, record_type)
        except ZoneUnknownError as unknown:
            cause = unknown.cause
        except MailwrightError as error:  # an alias or a server has a name that cannot be one
            cause = str(error)
        except TimeoutError:
            cause = f"{record_type} {record.name}: {Status.TIMEOUT}"
        if resolved and seen.is_known:
            answers = (*answers, ServerAnswer(RESOLVER, RESOLVER, seen))
        return answers, cause


async def _said(
    one: ServerAnswer, judge: Judge, relevant: Callable[[Iterable[str]], Iterable[str]]
) -> Said:
    answer = one.answer
    if not one.is_known:
        return Said(one.server, None, cause=answer.cause)
    values = tuple(relevant(answer.values))
    holds = await judge(values)
    cause = f"{answer.record_type} {answer.name}: SPF temperror" if holds is None else ""
    return Said(one.server, holds, values, answer.ttl, cause)


def _by_server(answers: Iterable[ServerAnswer]) -> list[ServerAnswer]:
    """Leave out addresses without an answer where the server answers at another one.

    Whoever has no IPv6 would else never hear a server that has it.
    """
    found = list(answers)
    heard = {one.server for one in found if one.is_known}
    silent = {one.server: one for one in reversed(found) if one.server not in heard}
    return [*(one for one in found if one.is_known), *silent.values()]


def _dmarc(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(text for text in texts if records.is_dmarc(text))


def _is(test: Callable[[tuple[str, ...]], bool]) -> Judge:
    async def judge(values: tuple[str, ...]) -> bool | None:
        return test(values)

    return judge
