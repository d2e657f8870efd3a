"""The rules for those who send from networks, and straight to the receivers."""

from __future__ import annotations

from ipaddress import ip_address, ip_network
from re import fullmatch
from typing import TYPE_CHECKING

from mailwright.interview import names
from mailwright.interview.errors import FieldError
from mailwright.model.requirements import Submitter

if TYPE_CHECKING:
    from collections.abc import Iterator
    from ipaddress import IPv4Network, IPv6Network

    from mailwright.interview.answers import Answers

MOST_PRIVATE = 65_536
"""Addresses of a private network (RFC 1918) that may submit: a /16."""

MOST_PUBLIC = 256
"""Addresses of a public network that may submit: every one of them may send in our name."""

SPECIAL = {
    ip_network(text): source
    for text, source in (
        ("0.0.0.0/8", "RFC 1122 section 3.2.1.3"),
        ("192.0.0.0/24", "RFC 6890 section 2.1"),
        ("192.88.99.0/24", "RFC 7526"),
        ("198.18.0.0/15", "RFC 2544 appendix C.2.2"),
        ("224.0.0.0/4", "RFC 5771"),
        ("240.0.0.0/4", "RFC 1112 section 4"),
        ("::/3", "RFC 4291 section 2.4"),
        ("2001::/23", "RFC 2928"),
        ("2002::/16", "RFC 7526"),
        ("4000::/2", "RFC 4291 section 2.4"),
        ("8000::/2", "RFC 4291 section 2.4"),
        ("c000::/3", "RFC 4291 section 2.4"),
        ("fec0::/10", "RFC 3879"),
        ("ff00::/8", "RFC 4291 section 2.7"),
    )
}
"""Networks in which nobody's devices are, and what sets them aside (RFC 6890)."""

_MAPPED = ip_network("::ffff:0:0/96")
_NAT64 = (ip_network("64:ff9b::/96"), ip_network("64:ff9b:1::/48"))
"""RFC 6052 section 2.1 and RFC 8215."""
_SHORTEST_V6_PREFIX = 48
_SELECTOR = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"


def network_errors(answers: Answers) -> Iterator[FieldError]:
    """What is wrong with the networks that may submit (mynetworks)."""
    if Submitter.NETWORKS not in answers.submission.who:
        return
    for text in answers.submission.networks:
        error = _network_error(text.strip())
        if error is not None:
            yield error


def direct_errors(answers: Answers) -> Iterator[FieldError]:
    """What is wrong with answers that only a direct route needs."""
    for text in answers.identity.addresses:
        address = names.ip_address(text.strip())
        if address is None:
            yield FieldError("identity.addresses", "address", {"value": text})
        elif not _public(address):
            yield FieldError("identity.addresses", "address-not-public", {"value": address})
    if not fullmatch(_SELECTOR, answers.dkim.selector):
        yield FieldError("dkim.selector", "selector")
    domain = names.host_name(answers.identity.domain)
    sender = names.email_address(answers.proof.sender) or ""
    theirs = sender.rpartition("@")[2]
    if domain and sender and theirs != domain and not theirs.endswith(f".{domain}"):
        yield FieldError("proof.sender", "sender-domain", {"domain": domain})


def _network_error(text: str) -> FieldError | None:
    field = "submission.networks"
    try:
        network = ip_network(text, strict=False)
    except ValueError:
        return FieldError(field, "network", {"value": text})
    if text.partition("/")[0] != str(network.network_address) and ip_address(
        text.partition("/")[0]
    ) != ip_address(network.network_address):
        return FieldError(field, "network-host-bits", {"value": text, "meant": str(network)})
    special = _special(text, network)
    if special is not None:
        return special
    most = _most(network)
    if network.num_addresses > most:
        return FieldError(
            field,
            "network-too-wide",
            {"value": text, "count": network.num_addresses, "most": most},
        )
    return None


def _special(text: str, network: IPv4Network | IPv6Network) -> FieldError | None:
    """Refuse networks in which no device can be; loopback is the server itself, and may stay."""
    field = "submission.networks"
    if network.is_loopback:
        return None
    if _lies_in(network, _MAPPED):
        return FieldError(field, "network-mapped", {"value": text})
    if any(_lies_in(network, nat64) for nat64 in _NAT64):
        return FieldError(field, "network-nat64", {"value": text})
    for special, source in SPECIAL.items():
        if _lies_in(network, special):
            args = {"value": text, "special": str(special), "source": source}
            return FieldError(field, "network-special", args)
    return None


def _lies_in(network: IPv4Network | IPv6Network, other: IPv4Network | IPv6Network) -> bool:
    return network.network_address in other and network.broadcast_address in other


def _most(network: IPv4Network | IPv6Network) -> int:
    if network.version == 6:  # noqa: PLR2004 - the version of the protocol
        return int(2 ** (network.max_prefixlen - _SHORTEST_V6_PREFIX))
    return MOST_PRIVATE if network.is_private else MOST_PUBLIC


def _public(address: str) -> bool:
    """Whether mail can come from the address: not loopback, link-local or private.

    The documentation networks (RFC 5737, RFC 3849) count as public: practice networks use them.
    """
    read = ip_address(address)
    inside = (*map(ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")),)
    unique_local = ip_network("fc00::/7")
    return not (
        read.is_loopback
        or read.is_link_local
        or read.is_multicast
        or read.is_unspecified
        or any(read in network for network in (*inside, unique_local))
    )
