from __future__ import annotations

import asyncio
from ipaddress import ip_address

import pytest

from mailwright.checks import Context
from mailwright.checks.facts import (
    HOSTS,
    AddressType,
    exchangers_of,
    is_full_name,
    is_inside,
    peers_of,
    receiving_hosts,
)
from mailwright.net.resolver import RecordType, StaticResolver


@pytest.mark.parametrize(
    "text",
    [
        *("10.0.0.1", "172.16.0.1", "192.168.1.1", "100.64.0.1", "127.0.0.1", "169.254.1.1"),
        *("0.0.0.0", "224.0.0.1", "240.0.0.1", "255.255.255.255", "198.18.0.1"),
        *("::", "::1", "fe80::1", "fc00::1", "fd12::1", "ff02::1", "::ffff:10.0.0.1"),
        *("2002:c000:201::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2"),
    ],
)
def test_addresses_without_a_meaning_in_the_internet(text: str) -> None:
    assert is_inside(ip_address(text))


@pytest.mark.parametrize(
    "text",
    [
        *("8.8.8.8", "100.63.0.1", "172.32.0.1", "2606:4700::1111", "::ffff:8.8.8.8"),
        *("192.0.2.1", "198.51.100.1", "203.0.113.1", "2001:db8::1"),
    ],
)
def test_routed_addresses_and_those_of_documents_are_not_inside(text: str) -> None:
    assert not is_inside(ip_address(text))


@pytest.mark.parametrize("name", ["mail.example.com", "Mail.Example.", "a.b", "xn--wgv71a.example"])
def test_whole_host_names(name: str) -> None:
    assert is_full_name(name)


@pytest.mark.parametrize(
    "name",
    [
        *("mail", "localhost", "a.localhost", "host.localdomain", "pc.lan", "192.0.2.1"),
        *("[192.0.2.1]", "[IPv6:2001:db8::1]", "2001:db8::1", "", ".", "a..b"),
    ],
)
def test_what_is_no_whole_host_name(name: str) -> None:
    assert not is_full_name(name)


def zones(**types: list[str]) -> StaticResolver:
    records: dict[str, dict[RecordType, list[str]]] = {
        "a.example": {},
        "mx.example": {"A": ["10.0.0.1", *(f"192.0.2.{n}" for n in range(20))]},
    }
    for record_type, values in types.items():
        records["a.example"][record_type] = values  # type: ignore[index]  # names of types
    return StaticResolver(records)


def test_hosts_are_in_the_order_of_preference() -> None:
    found = asyncio.run(exchangers_of(zones(MX=["20 b", "5 z", "5 a", "10 b"]), "a.example"))
    assert (found.hosts, found.is_null) == (("a", "z", "b"), False)


@pytest.mark.parametrize(
    ("records", "hosts"),
    [
        (["0 ."], ()),
        ([], ("a.example",)),
        (["10 mx.example", "0 ."], ("mx.example",)),
        ([f"{n} m{n}.example" for n in range(30)], tuple(f"m{n}.example" for n in range(HOSTS))),
    ],
)
def test_who_receives_the_mail(records: list[str], hosts: tuple[str, ...]) -> None:
    context = Context(zones(MX=records), "a.example", "")
    assert asyncio.run(receiving_hosts(context)) == hosts


def test_nobody_receives_the_mail_of_a_domain_that_does_not_exist() -> None:
    assert asyncio.run(receiving_hosts(Context(zones(), "gone.test", ""))) == ()


def peers(host: str, record_type: AddressType) -> list[str]:
    found = asyncio.run(peers_of(Context(zones(), "a.example", ""), host, record_type))
    return [str(peer.address) for peer in found]


def test_inside_addresses_are_left_alone() -> None:
    assert peers("mx.example", "A") == [f"192.0.2.{n}" for n in range(20)]
    assert peers("mx.example", "AAAA") == []
    assert peers("10.0.0.1", "A") == []


def test_an_address_is_its_own_and_what_is_no_name_has_none() -> None:
    assert peers("2001:db8::1", "AAAA") == ["2001:db8::1"]
    assert peers("2001:db8::1", "A") == []
    assert peers("a..example", "A") == []
    assert peers("[192.0.2.1]", "A") == []
