"""What a person needs in order to send mail: the answers, validated and typed."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from mailwright.model.server import Server


class Submitter(StrEnum):
    """Who hands mail to the server."""

    THIS_HOST = "this-host"
    NETWORKS = "networks"


class Route(StrEnum):
    """How mail leaves the server."""

    RELAY = "relay"
    DIRECT = "direct"


class TlsMode(StrEnum):
    """How TLS begins on a connection: by STARTTLS (RFC 3207) or at once (RFC 8314)."""

    STARTTLS = "starttls"
    IMPLICIT = "implicit"


class RelayAuthentication(StrEnum):
    """How a relay knows its customers: a login (RFC 4954) or their address alone."""

    LOGIN = "login"
    ADDRESS = "address"


@dataclass(frozen=True, slots=True)
class Relay:
    """The relay (smarthost) that takes all mail.

    `spf_include` is the domain whose SPF record lists the relay's addresses; without
    one the relay sends from the addresses of `host`.
    """

    host: str
    port: int = 587
    tls: TlsMode = TlsMode.STARTTLS
    authentication: RelayAuthentication = RelayAuthentication.LOGIN
    user: str = ""
    preset: str | None = None
    spf_include: str | None = None

    @property
    def nexthop(self) -> str:
        """The relay as Postfix writes it: `[host]:port`, no MX look-up (relayhost)."""
        return f"[{self.host}]:{self.port}"


@dataclass(frozen=True, slots=True)
class SenderIdentity:
    """The names and addresses that the server uses.

    `hostname` goes into HELO and the banner (myhostname), `domain` behind local senders
    (mydomain, myorigin), `administrator` receives the server's own mail (to root).
    `addresses` are the IP addresses from which mail leaves as its receivers see them; none
    stands for all global addresses of the server.
    """

    hostname: str
    domain: str
    administrator: str
    addresses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Dkim:
    """DKIM signing on this server (RFC 6376): the selector under which the key is published."""

    selector: str


@dataclass(frozen=True, slots=True)
class SendingVolume:
    """How much is sent, and how late is too late.

    `largest_message` is in bytes (message_size_limit), `give_up_after` in seconds
    (maximal_queue_lifetime).
    """

    per_day: int
    peak_per_hour: int
    largest_message: int = 26_214_400
    give_up_after: int = 432_000


@dataclass(frozen=True, slots=True)
class Proof:
    """The test message that proves a path: from whom, to whom."""

    sender: str
    recipient: str


@dataclass(frozen=True, slots=True)
class Asking:
    """Where questions go: a DNS server instead of the system's, CAs beside the system's."""

    dns: str | None = None
    ca_file: str | None = None


@dataclass(frozen=True, slots=True)
class Requirements:
    """All that a plan is made from, apart from what is read on the server.

    `relay` is there where `route` is RELAY, `networks` (CIDR) where NETWORKS submit; `dkim` is
    None where somebody else signs.
    """

    server: Server
    submitters: frozenset[Submitter]
    route: Route
    relay: Relay | None
    identity: SenderIdentity
    volume: SendingVolume
    proof: Proof
    asking: Asking = field(default_factory=Asking)
    networks: tuple[str, ...] = ()
    dkim: Dkim | None = None

    @property
    def smarthost(self) -> Relay:
        """The relay of a requirement that has one; LookupError where mail leaves directly."""
        if self.relay is None:
            raise LookupError("mail leaves directly: there is no relay")
        return self.relay
