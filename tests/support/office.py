"""A small company that sends directly: a mail domain of its own for one practice server.

The domain is below corp.example, `<host>.corp.example`, so that several tests can publish
records at once; what was published is taken back at the end.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import TYPE_CHECKING, Self

from dns.message import make_query
from dns.query import udp

from mailwright.model.requirements import (
    Asking,
    Dkim,
    Proof,
    Requirements,
    Route,
    SenderIdentity,
    SendingVolume,
    Submitter,
)
from mailwright.model.server import LoginMethod, Server
from tests.lab.addresses import ipv6
from tests.lab.client import Lab
from tests.lab.host import Host
from tests.lab.records import Record, txt

if TYPE_CHECKING:
    from mailwright.model.dns_records import DnsRecord

ZONE = "corp.example"
FORWARD, FOUR, SIX = ZONE, "100.51.198.in-addr.arpa", "8.b.d.0.1.0.0.2.ip6.arpa"
SELECTOR = "mailwright"
RECIPIENT = "ok@bigmail.example"
NETWORK = "198.51.100.128/25"


@dataclass
class Office:
    """A server, its names, and what is published about them."""

    lab: Lab
    host: Host
    _published: list[tuple[str, Record]] = field(default_factory=list)
    _replaced: list[tuple[str, Record]] = field(default_factory=list)

    @property
    def domain(self) -> str:
        """The mail domain."""
        return f"{self.host.name}.{ZONE}"

    @property
    def hostname(self) -> str:
        """The server's SMTP name."""
        return f"smtp.{self.domain}"

    @property
    def addresses(self) -> tuple[str, str]:
        """From where the server's mail comes."""
        return self.host.ip, ipv6(self.host.ip)

    def requirements(self, *, lan: bool = True) -> Requirements:
        """This host, and an office network, send straight to the receivers."""
        who = {Submitter.THIS_HOST} | ({Submitter.NETWORKS} if lan else set())
        key = str(self.host.ssh_key_path)
        return Requirements(
            server=Server(self.host.name, self.host.ip, 22, "root", LoginMethod.KEY, key),
            submitters=frozenset(who),
            route=Route.DIRECT,
            relay=None,
            identity=SenderIdentity(self.hostname, self.domain, RECIPIENT, self.addresses),
            volume=SendingVolume(per_day=1000, peak_per_hour=200),
            proof=Proof(f"info@{self.domain}", RECIPIENT),
            asking=Asking(dns=self.lab.resolver, ca_file=str(self.lab.ca_file)),
            networks=(NETWORK,) if lan else (),
            dkim=Dkim(SELECTOR),
        )

    def publish_names(self) -> None:
        """Addresses, MX and reverse names, as they are before anybody thinks of sending."""
        four, six = self.addresses
        self.publish(FORWARD, Record(self.hostname, "A", four))
        self.publish(FORWARD, Record(self.hostname, "AAAA", six))
        self.publish(FORWARD, Record(self.domain, "MX", f"10 {self.hostname}."))
        for zone, address in ((FOUR, four), (SIX, six)):
            name = reverse(address)
            self.replace(zone, name, Record(name, "PTR", f"{self.hostname}."))

    def publish_records(self, records: tuple[DnsRecord, ...]) -> None:
        """What the program asks for, as a person copies it to the DNS."""
        for record in records:
            data = txt(record.value) if record.type == "TXT" else record.value
            self.publish(FORWARD, Record(record.name, record.type, data))

    def publish(self, zone: str, record: Record) -> None:
        """Add a record until the end."""
        self.lab.publish(zone, [record])
        self._published.append((zone, record))

    def replace(self, zone: str, name: str, record: Record) -> None:
        """Put a record in the place of whatever is there, until the end."""
        there = [Record(name, record.type, data) for data in self._served(name, record.type)]
        self._replaced += [(zone, each) for each in there]
        self.lab.unpublish(zone, [Record(name, record.type)])
        self.publish(zone, record)

    def _served(self, name: str, record_type: str) -> list[str]:
        answer = udp(make_query(name, record_type), self.lab.primary, timeout=5)
        return [str(data) for found in answer.answer for data in found]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        while self._published:
            zone, record = self._published.pop()
            self.lab.unpublish(zone, [Record(record.name, record.type)])
        for zone, record in self._replaced:
            self.lab.publish(zone, [record])


def reverse(address: str) -> str:
    """The name of an address's PTR record (RFC 1035 section 3.5, RFC 3596 section 2.5)."""
    return ip_address(address).reverse_pointer
