"""Real exchanges with a DNS server on the loopback address, a misbehaving one too."""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import dns.flags
import dns.message
import dns.rcode
import dns.resolver
import dns.rrset
import pytest

from mailwright.net import dns_wire
from mailwright.net.resolver import (
    ANSWER_LENGTH,
    Answer,
    DnsResolver,
    RecordType,
    Status,
    parse_server,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

pytestmark = pytest.mark.net

TIMEOUT = 0.4
RECORDS: dict[tuple[str, str], list[str]] = {
    ("a.example.", "A"): ["192.0.2.1", "192.0.2.2"],
    ("a.example.", "AAAA"): ["2001:DB8::1"],
    ("text.example.", "TXT"): ['"v=spf1 ip4:192.0.2.1" "/24 -all"', r'"\000\233\010end"'],
    ("mx.example.", "MX"): ["10 MX1.Example.", "0 ."],
    ("1.2.0.192.in-addr.arpa.", "PTR"): ["Mail.Example.", r"evil\.example.com."],
    ("tls.example.", "TLSA"): ["3 1 1 " + "ab" * 32],
    ("alias.example.", "A"): ["192.0.2.9"],
    ("big.example.", "TXT"): [f'"{number:03}{"x" * 250}"' for number in range(20)],
    ("xn--r8jz45g.example.", "A"): ["192.0.2.3"],
    ("many.example.", "A"): [f"10.0.{n // 256}.{n % 256}" for n in range(ANSWER_LENGTH + 1)],
}
OWN = {"a.example.", "nodata.example.", "nxdomain.example."}
"""Names of the server's own zones."""
CODES = {
    "nxdomain.example.": dns.rcode.NXDOMAIN,
    "servfail.example.": dns.rcode.SERVFAIL,
    "refused.example.": dns.rcode.REFUSED,
    "notimp.example.": dns.rcode.NOTIMP,
}


def respond(query: dns.message.Message, *, by_tcp: bool) -> bytes | None:
    """Return the answer on the wire; None for a server that stays silent."""
    question = query.question[0]
    name = question.name.to_text()
    if name == "silent.example." or (name == "deaf-tcp.example." and by_tcp):
        return None
    if name == "garbage.example.":
        return b"\xff" * 40 if not by_tcp else None
    response = dns.message.make_response(query, recursion_available=True)
    if name in OWN:
        response.flags |= dns.flags.AA
    response.set_rcode(CODES.get(name, dns.rcode.NOERROR))
    if query.flags & dns.flags.AD and name == "signed.example.":
        response.flags |= dns.flags.AD
    if name == "lies.example.":
        response.set_rcode(dns.rcode.NXDOMAIN)
    response.answer = answers(name, question.rdtype.name)
    wire = response.to_wire(max_size=65535)
    is_too_long = len(wire) > query.payload or name == "deaf-tcp.example."
    if is_too_long and not by_tcp:
        response.answer = []
        response.flags |= dns.flags.TC
        wire = response.to_wire()
    return wire


def answers(name: str, kind: str) -> list[dns.rrset.RRset]:
    if name in {"signed.example.", "lies.example."}:
        return [dns.rrset.from_text(name, 60, "IN", "A", "192.0.2.7")]
    if name.startswith("chain"):
        number = int(name.removeprefix("chain").partition(".")[0])
        links = range(number, number + 30)
        return [
            dns.rrset.from_text(f"chain{n}.example.", 60, "IN", "CNAME", f"chain{n + 1}.example.")
            for n in links
        ]
    if name == "www.example.":
        alias = dns.rrset.from_text(name, 300, "IN", "CNAME", "Alias.Example.")
        return [alias, *answers("alias.example.", kind)]
    texts = RECORDS.get((name, kind))
    return [dns.rrset.from_text(name, 60, "IN", kind, *texts)] if texts else []


class Udp(asyncio.DatagramProtocol):
    """The UDP side of the server; `asked` has every question that came in."""

    def __init__(self, asked: list[str]) -> None:
        self._asked = asked
        self._transport: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        query = dns.message.from_wire(data)
        self._asked.append(f"udp {query.question[0].to_text()}")
        wire = respond(query, by_tcp=False)
        if wire is not None:
            self._transport.sendto(wire, addr)


@asynccontextmanager
async def server() -> AsyncIterator[tuple[str, list[str]]]:
    """Serve on one loopback port by UDP and TCP; yield its address and what it was asked."""
    asked: list[str] = []

    async def over_tcp(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        length = int.from_bytes(await reader.readexactly(2))
        query = dns.message.from_wire(await reader.readexactly(length))
        asked.append(f"tcp {query.question[0].to_text()}")
        wire = respond(query, by_tcp=True)
        if wire is None:
            await reader.read()
        else:
            writer.write(len(wire).to_bytes(2) + wire)
            await writer.drain()
        writer.close()
        await writer.wait_closed()

    tcp = await asyncio.start_server(over_tcp, "127.0.0.1", 0)
    port = tcp.sockets[0].getsockname()[1]
    udp, _protocol = await asyncio.get_running_loop().create_datagram_endpoint(
        lambda: Udp(asked), local_addr=("127.0.0.1", port)
    )
    async with tcp:
        yield f"127.0.0.1:{port}", asked
        udp.close()


def ask(name: str, record_type: RecordType = "A") -> tuple[Answer, list[str]]:
    async def run() -> tuple[Answer, list[str]]:
        async with server() as (address, asked):
            answer = await DnsResolver([address], TIMEOUT).query(name, record_type)
            return answer, asked

    return asyncio.run(run())


@pytest.mark.parametrize(
    ("name", "record_type", "values"),
    [
        ("A.Example", "A", ("192.0.2.1", "192.0.2.2")),
        ("a.example", "AAAA", ("2001:db8::1",)),
        ("text.example", "TXT", ("v=spf1 ip4:192.0.2.1/24 -all", "\x00\xe9\nend")),
        ("mx.example", "MX", ("10 mx1.example", "0 .")),
        ("1.2.0.192.in-addr.arpa", "PTR", ("mail.example", r"evil\.example.com")),
        ("tls.example", "TLSA", ("3 1 1 " + "ab" * 32,)),
        ("例え.example", "A", ("192.0.2.3",)),
    ],
)
def test_records_come_in_presentation_form(
    name: str, record_type: RecordType, values: tuple[str, ...]
) -> None:
    answer, _asked = ask(name, record_type)
    assert answer.status is Status.ANSWER
    assert sorted(answer.values) == sorted(values)
    assert (answer.ttl, answer.authenticated, answer.problem) == (60, False, "")


@pytest.mark.parametrize(
    ("name", "status", "problem"),
    [
        ("nxdomain.example", Status.NXDOMAIN, ""),
        ("nodata.example", Status.NO_DATA, ""),
        ("servfail.example", Status.SERVFAIL, "SERVFAIL"),
        ("notimp.example", Status.SERVFAIL, "NOTIMP"),
        ("refused.example", Status.REFUSED, "REFUSED"),
        ("silent.example", Status.TIMEOUT, "no answer in"),
        ("garbage.example", Status.TIMEOUT, "no answer in"),
        ("deaf-tcp.example", Status.TIMEOUT, "no answer in"),
        ("lies.example", Status.SERVFAIL, "AnswerForNXDOMAIN"),
        ("chain0.example", Status.SERVFAIL, "ChainTooLong"),
    ],
)
def test_every_way_of_not_answering_is_told_apart(name: str, status: Status, problem: str) -> None:
    answer, _asked = ask(name)
    assert (answer.status, answer.values) == (status, ())
    assert problem in answer.problem
    assert bool(answer.problem) is not status.is_known


def test_an_alias_is_followed_and_named() -> None:
    answer, asked = ask("www.example")
    assert answer.values == ("192.0.2.9",)
    assert answer.canonical_name == "alias.example"
    assert len(asked) == 1


def test_what_does_not_fit_is_fetched_by_tcp() -> None:
    answer, asked = ask("big.example", "TXT")
    assert len(answer.values) == 20
    assert [question.partition(" ")[0] for question in asked] == ["udp", "tcp"]


def test_an_answer_beyond_measure_is_unusable() -> None:
    answer, _asked = ask("many.example")
    assert (answer.status, answer.values) == (Status.SERVFAIL, ())


def test_the_ad_flag_is_asked_for_and_carried() -> None:
    answer, _asked = ask("signed.example")
    assert answer.authenticated


def test_silence_ends_in_time_and_is_asked_again() -> None:
    started = time.monotonic()
    answer, asked = ask("silent.example")
    assert TIMEOUT * 0.9 < time.monotonic() - started < TIMEOUT * 3
    assert len(asked) == 2
    assert answer.cause.startswith("A silent.example: time-out (127.0.0.1:")


def test_many_questions_go_out_at_once_each_of_them_once() -> None:
    async def run() -> tuple[list[Answer], list[str], float]:
        async with server() as (address, asked):
            resolver = DnsResolver([address], TIMEOUT)
            names = ["silent.example", "a.example", "mx.example", "a.example", "silent.example"]
            started = time.monotonic()
            found = await asyncio.gather(*(resolver.query(name, "A") for name in names))
            assert resolver.queries == 3
            return found, asked, time.monotonic() - started

    found, asked, seconds = asyncio.run(run())
    assert [answer.status for answer in found][:3] == [
        Status.TIMEOUT,
        Status.ANSWER,
        Status.NO_DATA,
    ]
    assert sum("a.example" in question for question in asked) == 1
    assert seconds < TIMEOUT * 2


def test_a_closed_tcp_port_is_no_answer() -> None:
    async def run() -> Answer:
        udp, _protocol = await asyncio.get_running_loop().create_datagram_endpoint(
            lambda: Udp([]), local_addr=("127.0.0.1", 0)
        )
        port = udp.get_extra_info("sockname")[1]
        answer = await DnsResolver([f"127.0.0.1:{port}"], TIMEOUT).query("big.example", "TXT")
        udp.close()
        return answer

    answer = asyncio.run(run())
    assert answer.status is Status.UNREACHABLE
    assert not answer.is_known


def test_a_system_without_servers_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_configuration(*_arguments: object) -> None:
        raise dns.resolver.NoResolverConfiguration

    assert all(isinstance(address, str) for address in dns_wire.system_servers())
    monkeypatch.setattr(dns.resolver, "Resolver", no_configuration)
    assert dns_wire.system_servers() == []


@pytest.mark.parametrize(
    ("name", "status", "problem"),
    [
        ("a.example", Status.ANSWER, ""),
        ("nodata.example", Status.NO_DATA, ""),
        ("nxdomain.example", Status.NXDOMAIN, ""),
        ("alias.example", Status.SERVFAIL, "not a server of the zone"),
        ("refused.example", Status.REFUSED, "REFUSED"),
    ],
)
def test_asked_directly_a_server_counts_for_its_own_zones_alone(
    name: str, status: Status, problem: str
) -> None:
    async def run() -> Answer:
        async with server() as (address, _asked):
            one = parse_server(address)
            return await dns_wire.ask(name, "A", one, TIMEOUT, recursion=False)

    answer = asyncio.run(run())
    assert answer.status is status
    assert problem in answer.problem


def test_a_silent_server_costs_its_time_out_once() -> None:
    async def run() -> tuple[list[float], list[str]]:
        udp, _protocol = await asyncio.get_running_loop().create_datagram_endpoint(
            asyncio.DatagramProtocol, local_addr=("127.0.0.1", 0)
        )
        silent = udp.get_extra_info("sockname")[1]
        seconds = []
        async with server() as (address, asked):
            resolver = DnsResolver([f"127.0.0.1:{silent}", address], 4 * TIMEOUT)
            for name in ("a.example", "mx.example", "alias.example"):
                began = time.monotonic()
                assert (await resolver.query(name, "A")).is_known
                seconds.append(time.monotonic() - began)
        udp.close()
        return seconds, asked

    seconds, asked = asyncio.run(run())
    assert seconds[0] > TIMEOUT * 0.9
    assert max(seconds[1:]) < TIMEOUT * 0.5
    assert len(asked) == 3
