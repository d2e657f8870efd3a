"""Who may hand mail to Postfix."""

from __future__ import annotations

from ipaddress import IPv6Network, ip_address, ip_network
from typing import TYPE_CHECKING

from mailwright.i18n import N_
from mailwright.model.requirements import Submitter
from mailwright.mta.postfix.settings import Own, Parameter
from mailwright.mta.postfix.tables import SENDERS
from mailwright.resource.files import Item

if TYPE_CHECKING:
    from mailwright.model.requirements import Requirements
    from mailwright.model.server import Facts
    from mailwright.mta.postfix.settings import Setting

LOOPBACK = ("127.0.0.0/8", "[::1]/128")
_SENDERS = f"reject_non_fqdn_sender, check_sender_access texthash:{SENDERS}, reject"
_HEADROOM = 3
"""How many times the answered peak one device may send, before it is taken for broken."""
_FEWEST_A_MINUTE = 60


def serves_networks(requirements: Requirements) -> bool:
    """Whether anybody but the server itself submits."""
    return Submitter.NETWORKS in requirements.submitters


def parameters(requirements: Requirements, facts: Facts) -> tuple[Setting, ...]:
    """Listeners, networks and restrictions."""
    if serves_networks(requirements):
        return (*_networks(requirements, facts), *_restrictions(requirements))
    why = N_("Only this server itself may submit")
    return (
        Parameter("inet_interfaces", "loopback-only", why),
        Parameter("mynetworks", " ".join(LOOPBACK), why),
        Parameter("smtpd_relay_restrictions", "permit_mynetworks, reject", why),
        Own("smtpd_sender_restrictions", _SENDERS, present=False, why=why),
    )


def sender_table(requirements: Requirements) -> Item:
    """The senders that the networks may use: the mail domain and what is below it."""
    domain = requirements.identity.domain
    # An empty sender is a bounce; a table's key for it is <> (smtpd_null_access_lookup_key).
    lines = f"<> OK\n{domain} OK\n.{domain} OK\n"
    return Item(SENDERS, content=lines.encode())


def listeners(requirements: Requirements, facts: Facts) -> tuple[str, ...]:
    """The server's own addresses in the networks that submit.

    None where it has none in some of them: that network then reaches it at another address.
    """
    networks = [ip_network(network) for network in requirements.networks]
    own = [ip_address(address) for address in facts.addresses]
    if any(all(each not in network for each in own) for network in networks):
        return ()
    return tuple(str(each) for each in own if any(each in network for network in networks))


def written(network: str) -> str:
    """A network as Postfix writes it: IPv6 in brackets (mynetworks)."""
    read = ip_network(network)
    if isinstance(read, IPv6Network):
        return f"[{read.network_address}]/{read.prefixlen}"
    return str(read)


def _networks(requirements: Requirements, facts: Facts) -> tuple[Parameter, ...]:
    own = listeners(requirements, facts)
    written_own = (f"[{each}]" if ":" in each else each for each in own)
    # Postfix does not start where it shall listen at an address that is not there.
    loopback = ("127.0.0.1", "[::1]") if facts.ipv6 else ("127.0.0.1",)
    interfaces = ", ".join((*loopback, *written_own)) if own else "all"
    return (
        Parameter(
            "inet_interfaces", interfaces, N_("The networks that submit reach the server here")
        ),
        Parameter(
            "mynetworks",
            " ".join((*LOOPBACK, *map(written, requirements.networks))),
            N_("This server itself and the networks that you named may submit"),
        ),
        Parameter(
            "smtpd_relay_restrictions",
            "permit_mynetworks, reject",
            N_("Everybody else is refused: this is no open relay"),
        ),
        Parameter(
            "local_header_rewrite_clients",
            "permit_mynetworks",
            N_("What a device leaves out of its messages is added, or they could not be signed"),
        ),
    )


def _restrictions(requirements: Requirements) -> tuple[Parameter, ...]:
    per_minute = _per_minute(requirements)
    broken = N_("A device that has gone wild is slowed down before receivers notice")
    senders = N_("Other senders' domains would fail SPF and DMARC; their mail would be refused")
    return (
        Parameter(
            "smtpd_helo_required", "yes", N_("Programs that say nothing are no mail clients")
        ),
        Parameter(
            "smtpd_recipient_restrictions",
            "reject_non_fqdn_recipient, permit_mynetworks, reject",
            N_("Mistyped recipients are refused at once, where the sender sees it"),
        ),
        Parameter("smtpd_sender_restrictions", _SENDERS, senders),
        Parameter("smtpd_client_connection_count_limit", "20", broken),
        Parameter("smtpd_client_message_rate_limit", str(per_minute), broken),
        Parameter("smtpd_client_recipient_rate_limit", str(2 * per_minute), broken),
        Parameter("smtpd_client_event_limit_exceptions", " ".join(LOOPBACK), broken),
    )


def _per_minute(requirements: Requirements) -> int:
    """Messages a minute from one client (anvil_rate_time_unit), far above the legitimate peak."""
    return max(_FEWEST_A_MINUTE, _HEADROOM * requirements.volume.peak_per_hour // 60)
