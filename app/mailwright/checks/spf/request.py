"""Who wants to send, as check_host is told (RFC 7208 section 4.1)."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address


@dataclass(frozen=True, slots=True)
class Request:
    """The address that connects, and what it says in MAIL FROM and HELO.

    `mail_from` is empty for a bounce; HELO stands in for it then (RFC 7208 section 2.4).
    `receiver` is the host that checks, `now` its time (seconds since the epoch); both are only
    for explanations.
    """

    address: IPv4Address | IPv6Address
    mail_from: str
    helo: str
    receiver: str = "unknown"
    now: float = field(default_factory=time.time)

    @property
    def client(self) -> IPv4Address | IPv6Address:
        """The address, an IPv4-mapped one as IPv4 (RFC 7208 section 5)."""
        if isinstance(self.address, IPv6Address) and self.address.ipv4_mapped:
            return self.address.ipv4_mapped
        return self.address

    @property
    def sender(self) -> str:
        """The sender with a local part, `postmaster` where it has none (section 4.3)."""
        local, _at, domain = (self.mail_from or self.helo).rpartition("@")
        return f"{local or 'postmaster'}@{domain}"

    @property
    def domain(self) -> str:
        """The domain whose record is asked for."""
        return self.sender.rpartition("@")[2].removesuffix(".")

    def values(self, domain: str) -> dict[str, str]:
        """Return what each macro letter stands for, `p` apart, while `domain` is evaluated.

        RFC 7208 sections 7.2 and 7.3: `i` in IPv6 is its nibbles joined by dots.
        """
        client = self.client
        is_ip4 = isinstance(client, IPv4Address)
        nibbles = client.exploded.replace(":", "").upper()
        local, _at, sender_domain = self.sender.rpartition("@")
        return {
            "s": self.sender,
            "l": local,
            "o": sender_domain,
            "d": domain,
            "i": str(client) if is_ip4 else ".".join(nibbles),
            "h": self.helo.removesuffix("."),
            "v": "in-addr" if is_ip4 else "ip6",
            "c": str(client),
            "r": self.receiver,
            "t": str(int(self.now)),
        }
