"""From which of its addresses a server sends directly."""

from __future__ import annotations

from ipaddress import ip_address
from typing import TYPE_CHECKING

from mailwright.model.requirements import Requirements, Route

if TYPE_CHECKING:
    from mailwright.model.server import Facts

_BINDING = {4: "smtp_bind_address", 6: "smtp_bind_address6"}
_ONLY = {4: "ipv4", 6: "ipv6"}


def sending_addresses(requirements: Requirements, facts: Facts) -> tuple[str, ...]:
    """The addresses from which receivers see mail come: as answered, or all that are global."""
    return requirements.identity.addresses or facts.addresses


def service_options(requirements: Requirements, facts: Facts) -> tuple[tuple[str, str], ...]:
    """Parameters of the services that send, as far as a person named the addresses.

    IPv6_README: receivers refuse mail from an IPv6 address without PTR and SPF, so that a server
    whose IPv6 address is not among the answered ones must not use it (inet_protocols). An address
    that the server does not have (it is behind NAT) cannot be bound (smtp_bind_address). Where no
    address was named, the system chooses.
    """
    addresses = requirements.identity.addresses
    if requirements.route is Route.RELAY or not addresses:
        return ()
    versions = {ip_address(each).version for each in addresses}
    own: dict[int, str] = {
        ip_address(each).version: each for each in reversed(addresses) if each in facts.addresses
    }
    return (
        ("inet_protocols", _ONLY[versions.pop()] if len(versions) == 1 else ""),
        *((name, own.get(version, "")) for version, name in _BINDING.items()),
    )
