"""Questions, names and servers; the exchanges with real servers are in test_dns_wire."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailwright.errors import MailwrightError
from mailwright.net import dns_wire
from mailwright.net.resolver import (
    LABEL_LENGTH,
    NAME_LENGTH,
    Answer,
    CachingResolver,
    DnsResolver,
    RecordType,
    Server,
    StaticResolver,
    Status,
    is_name,
    normal_name,
    parse_server,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    Script = Callable[[dict[str, list[Status]]], list[str]]


def ask(resolver: CachingResolver, name: str, record_type: RecordType) -> Answer:
    async def run() -> Answer:
        return await resolver.query(name, record_type)

    return asyncio.run(run())


def test_only_three_outcomes_are_knowledge() -> None:
    known = {Status.ANSWER, Status.NXDOMAIN, Status.NO_DATA}
    assert {status for status in Status if status.is_known} == known


def test_the_cause_names_the_question_and_who_failed() -> None:
    answer = Answer("a.example", "MX", Status.REFUSED, problem="192.0.2.53: REFUSED")
    assert answer.cause == "MX a.example: refused (192.0.2.53: REFUSED)"
    assert not answer.is_known


@pytest.mark.parametrize(
    ("name", "normal"),
    [
        ("Mail.Example.COM.", "mail.example.com"),
        ("例え.テスト", "xn--r8jz45g.xn--zckzah"),
        ("例え。テスト．", "xn--r8jz45g.xn--zckzah"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("foo:bar/baz.example", "foo:bar/baz.example"),
        ("a b\x00.example", "a b\x00.example"),
        ("x" * 63 + ".example", "x" * 63 + ".example"),
    ],
)
def test_a_name_is_asked_about_in_one_form(name: str, normal: str) -> None:
    assert normal_name(name) == normal
    assert is_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".",
        "a..example",
        ".example",
        "x" * 64 + ".example",
        ".".join(["x" * 62] * 5),
        "straße.de",
        "a\u2024\u2024b.de",
    ],
)
def test_what_cannot_be_a_name_is_refused(name: str) -> None:
    assert not is_name(name)
    with pytest.raises(MailwrightError) as raised:
        normal_name(name)
    assert raised.value.code == "dns.bad-name"


@given(st.text(max_size=300))
def test_a_name_is_refused_or_normal(text: str) -> None:
    if is_name(text):
        normal = normal_name(text)
        assert normal.isascii()
        assert len(normal) <= NAME_LENGTH
        assert all(0 < len(label) <= LABEL_LENGTH for label in normal.split("."))
        assert normal_name(normal) == normal


@pytest.mark.parametrize(
    ("text", "server", "shown"),
    [
        ("192.0.2.53", Server("192.0.2.53"), "192.0.2.53"),
        ("192.0.2.53:5353", Server("192.0.2.53", 5353), "192.0.2.53:5353"),
        ("2001:db8::53", Server("2001:db8::53"), "2001:db8::53"),
        ("[2001:DB8::53]", Server("2001:db8::53"), "2001:db8::53"),
        ("[2001:db8::53]:5353", Server("2001:db8::53", 5353), "[2001:db8::53]:5353"),
        (" 192.0.2.53 ", Server("192.0.2.53"), "192.0.2.53"),
    ],
)
def test_a_server_is_an_address_with_or_without_port(text: str, server: Server, shown: str) -> None:
    assert parse_server(text) == server
    assert str(server) == shown


@pytest.mark.parametrize(
    "text",
    ["", "ns.example", "192.0.2", "192.0.2.53:", "192.0.2.53:0", "192.0.2.53:65536",
     "192.0.2.53:-1", "192.0.2.53:x", "192.0.2.53:5_3", "2001:db8::x", "[2001:db8::53]:",
     "[::1]x:53"],
)  # fmt: skip
def test_anything_else_is_no_server(text: str) -> None:
    with pytest.raises(MailwrightError) as raised:
        parse_server(text)
    assert raised.value.code == "dns.bad-server"


ZONES: dict[str, dict[RecordType, list[str]]] = {
    "example.com": {"TXT": ["v=spf1 -all"], "MX": ["10 mail.example.com"]},
    "mail.example.com": {"A": ["192.0.2.25"]},
    "www.example.com": {"CNAME": ["Mail.Example.com."]},
    "a.loop.example": {"CNAME": ["b.loop.example"]},
    "b.loop.example": {"CNAME": ["a.loop.example"]},
    "dangling.example": {"CNAME": ["gone.invalid"]},
    "broken.example": {"A": ["192.0.2.1"]},
    "alias.example": {"CNAME": ["broken.example"]},
}


@pytest.mark.parametrize(
    ("name", "record_type", "status", "values"),
    [
        ("Example.COM.", "TXT", Status.ANSWER, ("v=spf1 -all",)),
        ("www.example.com", "A", Status.ANSWER, ("192.0.2.25",)),
        ("www.example.com", "CNAME", Status.ANSWER, ("Mail.Example.com.",)),
        ("www.example.com", "MX", Status.NO_DATA, ()),
        ("mail.example.com", "AAAA", Status.NO_DATA, ()),
        ("loop.example", "A", Status.NO_DATA, ()),
        ("no.example.com", "A", Status.NXDOMAIN, ()),
        ("dangling.example", "A", Status.NXDOMAIN, ()),
        ("a.loop.example", "A", Status.SERVFAIL, ()),
        ("broken.example", "TXT", Status.SERVFAIL, ()),
        ("broken.example", "A", Status.ANSWER, ("192.0.2.1",)),
        ("alias.example", "TXT", Status.SERVFAIL, ()),
    ],
)
def test_literals_answer_as_servers_would(
    name: str, record_type: RecordType, status: Status, values: tuple[str, ...]
) -> None:
    resolver = StaticResolver(ZONES, {("broken.example", "TXT"): Status.SERVFAIL})
    answer = ask(resolver, name, record_type)
    assert (answer.status, answer.values) == (status, values)
    assert answer.name == name.lower().removesuffix(".")


class Slow(CachingResolver):
    """Answers when it is let go, and counts how often it was really asked."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = 0
        self.go = asyncio.Event()

    async def _ask(self, name: str, record_type: RecordType) -> Answer:
        self.asked += 1
        await self.go.wait()
        return Answer(name, record_type, Status.NO_DATA)


def test_a_question_is_asked_once_however_many_want_the_answer() -> None:
    async def run() -> None:
        resolver = Slow()
        resolver.prefetch("a.example", "A")
        waiting = [
            asyncio.ensure_future(resolver.query(name, "A")) for name in ("a.example", "A.Example.")
        ]
        await asyncio.sleep(0)
        resolver.go.set()
        first, second = await asyncio.gather(*waiting)
        assert first is second
        assert (resolver.asked, resolver.queries) == (1, 1)
        await resolver.query("a.example", "MX")
        assert (resolver.asked, resolver.queries) == (2, 2)

    asyncio.run(run())


def test_who_gives_up_waiting_does_not_take_the_answer_from_others() -> None:
    async def run() -> None:
        resolver = Slow()
        impatient = asyncio.ensure_future(resolver.query("a.example", "A"))
        patient = asyncio.ensure_future(resolver.query("a.example", "A"))
        await asyncio.sleep(0)
        impatient.cancel()
        await asyncio.sleep(0)
        resolver.go.set()
        assert (await patient).status is Status.NO_DATA
        assert impatient.cancelled()

    asyncio.run(run())


def test_a_name_that_cannot_be_asked_about_is_refused_before_asking() -> None:
    resolver = StaticResolver({})
    with pytest.raises(MailwrightError):
        ask(resolver, "a..example", "A")
    assert resolver.queries == 0


@pytest.fixture
def exchanges(monkeypatch: pytest.MonkeyPatch) -> Script:
    """Let servers answer from a script; the fixture's list says who was asked, in order."""

    def script(statuses: dict[str, list[Status]]) -> list[str]:
        asked: list[str] = []

        async def scripted(
            name: str, record_type: RecordType, server: Server, timeout: float
        ) -> Answer:
            asked.append(str(server))
            status = statuses[server.address].pop(0)
            return Answer(name, record_type, status, problem=f"{server}: {status} {timeout:g}")

        monkeypatch.setattr(dns_wire, "ask", scripted)
        return asked

    return script


def test_silence_is_asked_again_and_an_error_is_not(
    exchanges: Script,
) -> None:
    asked = exchanges(
        {"192.0.2.1": [Status.TIMEOUT, Status.TIMEOUT], "192.0.2.2": [Status.REFUSED]}
    )
    answer = ask(DnsResolver(["192.0.2.1", "192.0.2.2"], timeout=8), "a.example", "A")
    assert asked == ["192.0.2.1", "192.0.2.2", "192.0.2.1"]
    assert answer.status is Status.REFUSED
    assert answer.problem == "192.0.2.1: time-out 2; 192.0.2.2: refused 2"


def test_the_next_server_is_asked_where_one_fails(
    exchanges: Script,
) -> None:
    asked = exchanges({"192.0.2.1": [Status.SERVFAIL], "192.0.2.2": [Status.NXDOMAIN]})
    assert ask(DnsResolver(["192.0.2.1", "192.0.2.2"]), "a.example", "A").status is Status.NXDOMAIN
    assert asked == ["192.0.2.1", "192.0.2.2"]


def test_a_lost_packet_is_made_up_for(
    exchanges: Script,
) -> None:
    exchanges({"192.0.2.1": [Status.TIMEOUT, Status.NO_DATA]})
    assert ask(DnsResolver(["192.0.2.1"]), "a.example", "A").status is Status.NO_DATA


def test_the_servers_of_the_system_are_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dns_wire, "system_servers", lambda: ["192.0.2.53", "fe80::1%eth0"])
    assert DnsResolver()._servers == (Server("192.0.2.53"), Server("fe80::1%eth0"))


def test_a_computer_without_servers_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dns_wire, "system_servers", list)
    with pytest.raises(MailwrightError) as raised:
        DnsResolver()
    assert raised.value.code == "dns.no-server"
