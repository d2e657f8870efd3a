"""Facts that several checks judge."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import TYPE_CHECKING, Literal

from mailwright.checks.base import known
from mailwright.net.resolver import Answer, Status, is_name
from mailwright.net.smtp import Peer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mailwright.checks.base import Address, Context
    from mailwright.net.resolver import Resolver

# Nobody routes the documentation ranges, so no mail server has such an address by mistake, while
# practice networks use them for what stands in the place of the Internet. They are not judged.
DOCUMENTATION = tuple(
    ip_network(text)
    for text in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")
)
"""RFC 5737 section 3 and RFC 3849 section 2."""

HOSTS = 10
"""How many MX hosts of a domain are looked at."""
ADDRESSES = 4
"""How many addresses of each family of a host are talked to."""
AddressType = Literal["A", "AAAA"]
TYPES: tuple[AddressType, ...] = ("A", "AAAA")


def is_documentation(address: Address) -> bool:
    """Tell whether an address is for documents and practice alone."""
    return any(address in network for network in DOCUMENTATION)


def is_inside(address: Address) -> bool:
    """Tell whether an address has no meaning in the Internet, or none that receivers accept.

    RFC 1918, RFC 6598, RFC 4193, loopback, link-local, whatever else RFC 6890 keeps apart, and
    the tunnels of RFC 7526 (6to4) and RFC 4380 (Teredo).
    """
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return is_inside(address.ipv4_mapped)
        if address.sixtofour is not None or address.teredo is not None:
            return True
    return not (address.is_global or is_documentation(address)) or address.is_multicast


def outside(addresses: Iterable[Address]) -> tuple[Address, ...]:
    """Return the addresses that are not inside: those that receivers may see."""
    return tuple(address for address in addresses if not is_inside(address))


def is_address(text: str) -> bool:
    """Tell whether a text is an IP address, in brackets too (RFC 5321 section 4.1.3)."""
    try:
        ip_address(text.strip("[]").lower().removeprefix("ipv6:"))
    except ValueError:
        return False
    return True


def is_full_name(name: str) -> bool:
    """Tell whether a name is that of a host in the DNS: more than one label, and no address."""
    labels = name.lower().removesuffix(".").split(".")
    special = {"localhost", "localdomain", "local", "internal", "lan"}
    return len(labels) > 1 and labels[-1] not in special and is_name(name) and not is_address(name)


def type_of(address: Address) -> AddressType:
    """Return the type of the record that holds an address."""
    return "A" if isinstance(address, IPv4Address) else "AAAA"


@dataclass(frozen=True, slots=True)
class Exchangers:
    """The MX records of a domain.

    `answer` is the one about MX. `hosts` are the targets in the order of preference, those of
    equal preference by name; `is_null` says that one of them is the null MX (RFC 7505).
    """

    answer: Answer
    hosts: tuple[str, ...]
    is_null: bool


async def exchangers_of(resolver: Resolver, domain: str) -> Exchangers:
    """Return the MX records; raises UnknownFactError."""
    answer = known(await resolver.query(domain, "MX"), domain)
    pairs = [value.partition(" ") for value in answer.values]
    ordered = sorted((int(preference), host) for preference, _space, host in pairs)
    targets = [host for _preference, host in ordered]
    nothing = {"", "."}
    return Exchangers(
        answer,
        tuple(dict.fromkeys(host for host in targets if host not in nothing)),
        any(host in nothing for host in targets),
    )


async def receiving_hosts(context: Context) -> tuple[str, ...]:
    """Return the hosts that take the domain's mail: the MX hosts, or itself (implicit MX).

    RFC 5321 section 5.1. At most HOSTS; raises UnknownFactError.
    """
    found = await exchangers_of(context.resolver, context.domain)
    if found.hosts:
        return found.hosts[:HOSTS]
    absent = found.answer.status is Status.NXDOMAIN or found.is_null
    return () if absent else (context.domain,)


async def peers_of(context: Context, host: str, record_type: AddressType) -> list[Peer]:
    """Return the addresses of one family at which a host may be talked to.

    None where the host is no name either. Inside ones are left alone: a domain that points at
    somebody's inside network must not make this program look there. Raises UnknownFactError.
    """
    if not is_name(host):
        return []
    try:
        literal = ip_address(host)
    except ValueError:
        answer = known(await context.resolver.query(host, record_type), host)
        addresses = [ip_address(value) for value in answer.values]
    else:
        addresses = [literal] if type_of(literal) == record_type else []
    return [Peer(host, address) for address in outside(addresses)]
