"""What each server of a zone says by itself; real servers are in tests/host/test_check_lab.py."""

from __future__ import annotations

import asyncio

import pytest

from mailwright.net.authority import (
    Authority,
    ServerAnswer,
    StaticServers,
    Zone,
    ZoneUnknownError,
    standing,
)
from mailwright.net.resolver import (
    Answer,
    RecordType,
    Resolver,
    Server,
    StaticResolver,
    Status,
)

NAME = "sel._domainkey.a.example"
OLD, NEW = "v=DKIM1; p=old", "v=DKIM1; p=new"
FIRST, SECOND, SECOND_6, THIRD = "192.0.2.1", "192.0.2.2", "2001:db8::2", "192.0.2.3"
ZONES: dict[str, dict[RecordType, list[str]]] = {
    "example": {"NS": ["ns.example"]},
    "a.example": {"NS": ["ns2.other.example", "ns1.other.example", "ns3.other.example"]},
    "ns1.other.example": {"A": [FIRST]},
    "ns2.other.example": {"A": [SECOND], "AAAA": [SECOND_6]},
    "ns3.other.example": {"A": [THIRD]},
    "www.a.example": {"CNAME": ["b.example"]},
    "b.example": {"NS": ["ns1.other.example"]},
}
Failures = dict[tuple[str, RecordType], Status]


def serving(value: str) -> StaticResolver:
    return StaticResolver({NAME: {"TXT": [value]}})


SERVERS: dict[str, Resolver | Status] = {
    FIRST: serving(NEW),
    SECOND: serving(OLD),
    SECOND_6: serving(NEW),
    THIRD: Status.TIMEOUT,
}


def asked(
    failures: Failures | None = None, zones: dict[str, dict[RecordType, list[str]]] = ZONES
) -> tuple[ServerAnswer, ...]:
    authority = Authority(StaticResolver(zones, failures), StaticServers(SERVERS))
    return asyncio.run(authority.on_every_server(NAME, "TXT"))


def test_every_address_of_every_server_answers_for_itself() -> None:
    found = asked()
    assert [(one.server, one.address, one.answer.status) for one in found] == [
        ("ns1.other.example", FIRST, Status.ANSWER),
        ("ns2.other.example", SECOND, Status.ANSWER),
        ("ns2.other.example", SECOND_6, Status.ANSWER),
        ("ns3.other.example", THIRD, Status.TIMEOUT),
    ]


def test_servers_are_sorted_by_what_they_show() -> None:
    where = standing(asked(), NEW)
    assert [one.address for one in where.visible] == [FIRST, SECOND_6]
    assert [one.address for one in where.lacking] == [SECOND]
    assert [one.address for one in where.silent] == [THIRD]
    assert not where.is_everywhere


def test_everywhere_is_every_server() -> None:
    good = ServerAnswer("ns", FIRST, Answer(NAME, "TXT", Status.ANSWER, (NEW,)))
    silent = ServerAnswer("ns", SECOND, Answer(NAME, "TXT", Status.REFUSED))
    absent = ServerAnswer("ns", SECOND, Answer(NAME, "TXT", Status.NXDOMAIN))
    assert standing([good], NEW).is_everywhere
    assert not standing([good, silent], NEW).is_everywhere
    assert not standing([good, absent], NEW).is_everywhere
    assert not standing([], NEW).is_everywhere
    assert standing([good, absent], NEW).lacking == (absent,)


def test_a_server_without_an_address_is_told_and_not_left_out() -> None:
    found = asked(
        {("ns3.other.example", "AAAA"): Status.SERVFAIL}, {**ZONES, "ns3.other.example": {}}
    )
    last = found[-1]
    assert (last.server, last.address, last.is_known) == ("ns3.other.example", "", False)
    assert last.answer.cause == "AAAA ns3.other.example: servfail (static)"


def test_the_zone_is_the_nearest_one_above() -> None:
    authority = Authority(StaticResolver(ZONES), StaticServers({}))

    async def run() -> list[Zone]:
        names = ("a.example", f"x.{NAME}", "other.example", "www.a.example")
        return [await authority.zone(name) for name in names]

    found = asyncio.run(run())
    servers = ("ns1.other.example", "ns2.other.example", "ns3.other.example")
    assert found[0] == found[1] == Zone("a.example", servers)
    assert found[2].name == "example"
    assert found[3].name == "a.example", "an alias is in the zone of its own name"


def test_a_zone_that_cannot_be_seen_is_not_guessed_from_its_parent() -> None:
    with pytest.raises(ZoneUnknownError, match=r"NS a\.example: time-out"):
        asked({("a.example", "NS"): Status.TIMEOUT})


def test_each_question_is_asked_once() -> None:
    servers = StaticServers({FIRST: serving(NEW)})
    asked_of: list[str] = []

    async def counted(name: str, record_type: RecordType, server: Server) -> Answer:
        asked_of.append(name)
        return await servers(name, record_type, server)

    async def run() -> None:
        zones: dict[str, dict[RecordType, list[str]]] = {
            "a.example": {"NS": ["ns1.other.example"]},
            "ns1.other.example": {"A": [FIRST]},
        }
        authority = Authority(StaticResolver(zones), counted)
        both = await asyncio.gather(
            authority.on_every_server(NAME, "TXT"),
            authority.on_every_server(NAME.upper(), "TXT"),
        )
        assert both[0] is both[1]

    asyncio.run(run())
    assert asked_of == [NAME]
