"""A small Internet for a direct sender: a zone with two servers, and the provider's reverse zone.

`published` is what everybody has; what single servers have or fail to say differs by test.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from ipaddress import ip_address

from mailwright.engine.records import Sender
from mailwright.model.dns_records import DnsRecord
from mailwright.net.authority import StaticServers
from mailwright.net.resolver import RecordType, Resolver, StaticResolver, Status

Records = Mapping[str, Mapping[RecordType, Sequence[str]]]

NS1, NS2, PROVIDER = "192.0.2.1", "192.0.2.2", "192.0.2.3"
ZONES: Records = {
    "example": {"NS": ["ns1.corp.example"]},
    "corp.example": {"NS": ["ns1.corp.example", "ns2.corp.example"], "MX": ["10 in.corp.example"]},
    "ns1.corp.example": {"A": [NS1]},
    "ns2.corp.example": {"A": [NS2]},
    "100.51.198.in-addr.arpa": {"NS": ["ns.isp.example"]},
    "1.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa": {"NS": ["ns.isp.example"]},
    "ns.isp.example": {"A": [PROVIDER]},
}
PUBLIC_KEY = (
    "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAvKeRdxgrPOwjFo6mgGnWvlRJv+iyduJrC4sXBCFOqGjjdOSz"
    "zjASUTSoYMsMx17bskpM1zaIsxqjsTInruB04BZWL1r2q30kikBkN/AbfSQrpcKqKeoiINmzJwleTmfIVwGwCZwQXl91"
    "moN2NTzUB2jbIDYISHeFt7JCfFxmCl5njaZzASAGIc0E17Khir4g4B+X5jCNGKIhFNLl2VBBgXpUQsiEfT+7TOG6TSCa"
    "QZItko4MHhLTMiS1hZObmOq7bI6W/uBJk8UK6uPofvuaQUeAHSKlmoKaijfi5058Yefnz4YBKBHHj9vARseJFTOURb9A"
    "4YjuICetmeSeO1xavwIDAQAB"
)
OTHER_KEY = (
    "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAqDM98tXHBuRZuc4lN7SdHyr4a/lAoReDLPLYjBdJ/fZUE/ib"
    "i81u5+iAYuK0KPIUxaR+0LJlffWtLyENhVAE4JXsAd+gjzKMuCWSnaAntQ0UNwZ46yn3g0VfZPAA5gsiC8upkM18lsmU"
    "LIb6s0C8EH7yBUur9WdA918sxQKFQ7uqT1ZHwSYU9ZhCpu82DwCqS4ly+zK2mOQZjDvSM6O/ADq6DwbozA2YGcFw0qa2"
    "o92iqK2u/SWtVMSkN77H6pSHL8V7KMWiw72uKFRR3FfdN/MxP7zPznbUfK/TT1Ke4DakpwVracwItMfzxexfZi+DWlzg"
    "W65p/zpRKGc3ZD2GbwIDAQAB"
)
SENDER = Sender(
    "mx1.corp.example",
    "corp.example",
    "admin@corp.example",
    (ip_address("198.51.100.7"), ip_address("2001:db8:1::7")),
    DnsRecord("mailwright._domainkey.corp.example", "TXT", f"v=DKIM1; k=rsa; p={PUBLIC_KEY}", "w"),
)


@dataclass(frozen=True)
class Internet:
    """What is published; `servers` says what single addresses have instead, or how they fail."""

    published: Records = field(default_factory=dict)
    servers: Mapping[str, Records | Status] = field(default_factory=dict)
    failures: Mapping[tuple[str, RecordType], Status] = field(default_factory=dict)

    @property
    def resolver(self) -> StaticResolver:
        """The resolver."""
        return StaticResolver(merged(ZONES, self.published), self.failures)

    @property
    def name_servers(self) -> StaticServers:
        """The single name servers."""
        found: dict[str, Resolver | Status] = {}
        for address in (NS1, NS2, PROVIDER):
            own = self.servers.get(address, self.published)
            found[address] = own if isinstance(own, Status) else StaticResolver(merged(ZONES, own))
        return StaticServers(found)

    def but(self, address: str, own: Records | Status) -> Internet:
        """The same, but for one name server."""
        return replace(self, servers={**self.servers, address: own})


def merged(*parts: Records) -> dict[str, dict[RecordType, Sequence[str]]]:
    """All records of several zones; the last word about a name and type counts."""
    found: dict[str, dict[RecordType, Sequence[str]]] = {}
    for part in parts:
        for name, types in part.items():
            found.setdefault(name, {}).update(types)
    return found
