"""The address plan, and handing out the targets' addresses.

198.51.100.0/25 and 2001:db8:1::/64 play the Internet, the other halves an office network.
The documentation networks 192.0.2.0/24 and 203.0.113.0/24 (RFC 5737) stay unused, because
a build machine's own network may sit in them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tests.lab.errors import LabError

if TYPE_CHECKING:
    from collections.abc import Collection

NETWORK = "198.51.100."
WAN_BITS = 25
WAN6 = "2001:db8:1::"
LAN6 = "2001:db8:2::"
WAN_LAST = range(1, 127)
LAN_LAST = range(129, 255)
TARGETS = range(100, 126)
TARGETS_WITH_OTHERS_PTR = (100, 101, 102)

MACHINE = "198.51.100.1"
MACHINE_LAN = "198.51.100.129"
RESOLVER = "198.51.100.53"
ROOT_SERVER = "198.51.100.54"
PRIMARY = "198.51.100.55"
SECONDARY = "198.51.100.56"
MIRROR = "198.51.100.80"
WEB = "198.51.100.81"
ACME = "198.51.100.14"
MX = "198.51.100.25"
SLOW_MX = "198.51.100.26"
RELAY = "198.51.100.58"


class Interface(NamedTuple):
    """One network interface of a host."""

    device: str
    bridge: str
    addresses: tuple[str, ...]

    @property
    def last(self) -> int:
        """The last number of the first IPv4 address; it names the cable and makes the MAC."""
        return last_number(self.addresses[0])

    @property
    def cable(self) -> str:
        """The name of the cable's end at the bridge."""
        return f"{self.bridge}{self.last}"

    @property
    def mac(self) -> str:
        """The hardware address.

        It follows from the IP address: a fresh host on an address used before would
        otherwise hide behind its neighbours' ARP entries, for up to a minute.
        """
        return f"02:4d:57:{int(self.bridge == 'lan'):02x}:00:{self.last:02x}"

    def with_prefixes(self) -> list[str]:
        """All IPv4 and IPv6 addresses with their prefix lengths."""
        six = WAN6 if self.bridge == "wan" else LAN6
        four = [f"{address}/{WAN_BITS}" for address in self.addresses]
        return four + [f"{six}{last_number(address)}/64" for address in self.addresses]


def last_number(address: str) -> int:
    """The last number of one of the lab's IPv4 addresses.

    :raises LabError: if it is not an address of the lab.
    """
    tail = address.removeprefix(NETWORK)
    if tail == address or not tail.isdigit() or int(tail) not in range(1, 255):
        raise LabError(f"{address!r} is not an address of the lab ({NETWORK}1 to {NETWORK}254)")
    return int(tail)


def ipv6(address: str) -> str:
    """The IPv6 address that goes with an IPv4 address on the Internet's side."""
    return f"{WAN6}{last_number(address)}"


def allocate(used: Collection[str], wanted: str | None) -> str:
    """Choose a target's address: the wanted one, or the first free one.

    Those whose PTR records belong to others are given only to who asks for them.

    :raises LabError: if the wanted one is taken or not a target's, or all are taken.
    """
    if wanted is not None:
        if last_number(wanted) not in TARGETS:
            raise LabError(f"{wanted} is not for targets: they have {NETWORK}100 to {NETWORK}125")
        if wanted in used:
            raise LabError(f"{wanted} is taken by another host of the lab")
        return wanted
    free = (f"{NETWORK}{n}" for n in TARGETS if n not in TARGETS_WITH_OTHERS_PTR)
    for address in free:
        if address not in used:
            return address
    raise LabError("all addresses for targets are taken; stop a host first")


def check_lan(address: str) -> None:
    """Check a host's address in the office network.

    :raises LabError: if it is outside of that network or the machine's own.
    """
    if last_number(address) not in LAN_LAST or address == MACHINE_LAN:
        raise LabError(f"{address} is not free in the office network {NETWORK}130 to {NETWORK}254")
