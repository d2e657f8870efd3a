from __future__ import annotations

import pytest

from tests.lab.addresses import Interface, allocate, check_lan, ipv6, last_number
from tests.lab.errors import LabError


def test_the_first_free_address_is_handed_out() -> None:
    assert allocate([], None) == "198.51.100.103"
    assert allocate(["198.51.100.103"], None) == "198.51.100.104"


def test_the_foreign_ptr_is_only_for_who_asks() -> None:
    assert allocate([], "198.51.100.101") == "198.51.100.101"


@pytest.mark.parametrize("wanted", ["198.51.100.99", "198.51.100.126", "192.0.2.100", "x"])
def test_addresses_of_others_are_refused(wanted: str) -> None:
    with pytest.raises(LabError):
        allocate([], wanted)


def test_a_taken_address_is_refused() -> None:
    with pytest.raises(LabError, match="taken by another"):
        allocate(["198.51.100.110"], "198.51.100.110")


def test_all_addresses_are_used_once_and_then_refused() -> None:
    used: list[str] = []
    for _ in range(23):
        used.append(allocate(used, None))
    assert len(set(used)) == 23
    with pytest.raises(LabError, match="all addresses"):
        allocate(used, None)


@pytest.mark.parametrize("address", ["198.51.100.0", "198.51.100.255", "198.51.100.-1", "1.2.3.4"])
def test_only_host_addresses_have_a_last_number(address: str) -> None:
    with pytest.raises(LabError):
        last_number(address)


@pytest.mark.parametrize("address", ["198.51.100.129", "198.51.100.100"])
def test_the_office_network_has_its_own_addresses(address: str) -> None:
    check_lan("198.51.100.130")
    with pytest.raises(LabError):
        check_lan(address)


def test_an_interface_follows_from_its_addresses() -> None:
    wan = Interface("eth0", "wan", ("198.51.100.100", "198.51.100.101"))
    lan = Interface("eth1", "lan", ("198.51.100.130",))
    assert wan.cable == "wan100"
    assert wan.mac != lan.mac
    assert wan.with_prefixes() == [
        "198.51.100.100/25",
        "198.51.100.101/25",
        "2001:db8:1::100/64",
        "2001:db8:1::101/64",
    ]
    assert lan.with_prefixes() == ["198.51.100.130/25", "2001:db8:2::130/64"]
    assert ipv6("198.51.100.25") == "2001:db8:1::25"
