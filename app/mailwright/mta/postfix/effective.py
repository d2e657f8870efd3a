"""What is in effect on a server: what Postfix says itself, and what its clients see of it."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import TYPE_CHECKING

from mailwright.datafiles import data_path
from mailwright.mta.postfix.syntax import MasterService, services

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mailwright.transport.base import Transport

LISTENERS = 16
"""How many of a server's addresses are tried."""
LONGEST = 30_000
"""Characters of a line that the script passes on; what is as long may have been cut."""

_LOOPBACK = ("127.0.0.1", "::1")
_NAMES = (
    "inet_interfaces",
    "milter_default_action",
    "mynetworks",
    "non_smtpd_milters",
    "smtp_helo_name",
    "smtpd_milters",
    "smtpd_recipient_restrictions",
    "smtpd_relay_restrictions",
    "soft_bounce",
)
_ENTRY = re.compile(r"\{[^}]*\}|[^\s,]+")
_ACTION = re.compile(r"\bdefault_action\s*=\s*(\w+)")
_PERMITS_LISTED = {"permit_mynetworks", "permit_sasl_authenticated", "permit_auth_destination"}
_ENDS = {"reject", "defer", "reject_unauth_destination", "defer_unauth_destination"}
_REFUSING = re.compile(r"(reject|defer)_\w+")


class Door(StrEnum):
    """Whether somebody whom nobody has listed may send mail to others through a service."""

    CLOSED = "closed"
    OPEN = "open"
    UNKNOWN = "unknown"


class Greeting(StrEnum):
    """What stands in the place of a greeting."""

    CLOSED = "closed"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Effective:
    """Postfix's own words, `$names` expanded (`postconf -x`), and what was seen beside them.

    `overrides` has a service's `name/type` and a parameter's name as its key; `greetings` maps
    each address that was tried to the first line of its greeting, or to a `Greeting`; `milters`
    maps each milter on TCP to whether it answered. `client` is the address from which the desktop
    has logged in, as the server sees it; empty where that is not known.
    """

    parameters: Mapping[str, str] = field(default_factory=dict)
    overrides: Mapping[tuple[str, str], str] = field(default_factory=dict)
    services: tuple[MasterService, ...] = ()
    greetings: Mapping[str, str] = field(default_factory=dict)
    milters: Mapping[str, bool] = field(default_factory=dict)
    client: str = ""

    def value(self, name: str, service: str = "") -> str:
        """The parameter of a service (`smtp/inet`), or of all."""
        return self.overrides.get((service, name), self.parameters.get(name, ""))

    @property
    def receiving(self) -> tuple[str, ...]:
        """The services that take mail from the network (smtpd(8))."""
        return tuple(
            each.id
            for each in self.services
            if each.type in {"inet", "pass"} and each.command.split()[:1] == ["smtpd"]
        )

    @property
    def on_smtp_port(self) -> tuple[str, ...]:
        """Those that answer on port 25, directly or behind postscreen(8)."""
        port = re.compile(r"(.*:)?(smtp|25)/inet|smtpd/pass")
        return tuple(each for each in self.receiving if port.fullmatch(each))

    def door(self, service: str) -> Door:
        """Whether a service refuses unlisted clients; whatever is not understood is unknown."""
        networks = self._listed(service)
        if not self.parameters:
            return Door.UNKNOWN
        if networks is not None and any(each.prefixlen == 0 for each in networks):
            return Door.OPEN
        lists = {
            _door(self.value(name, service))
            for name in ("smtpd_relay_restrictions", "smtpd_recipient_restrictions")
        }
        if Door.CLOSED in lists:
            return Door.CLOSED if networks is not None else Door.UNKNOWN
        return Door.UNKNOWN if Door.UNKNOWN in lists else Door.OPEN

    def lists(self, address: str) -> bool | None:
        """Whether an address may submit on any service; None where that cannot be told."""
        try:
            read = ip_address(address)
        except ValueError:
            return None
        if not self.receiving:
            return None
        listed = [self._listed(service) for service in self.receiving]
        networks = [network for each in listed for network in each or ()]
        if any(read in network for network in networks):
            return True
        return None if None in listed else False

    def _listed(self, service: str) -> tuple[IPv4Network | IPv6Network, ...] | None:
        written = self.value("mynetworks", service)
        if len(written) + len("mynetworks = ") >= LONGEST:
            return None
        try:
            return tuple(
                ip_network(each.replace("[", "").replace("]", ""))
                for each in _ENTRY.findall(written)
            )
        except ValueError:  # a table, a file, an exclusion
            return None

    def milters_of(self, service: str) -> tuple[str, ...]:
        """The milters of a receiving service, or of the server's own mail where it is empty."""
        name = "smtpd_milters" if service else "non_smtpd_milters"
        return tuple(_ENTRY.findall(self.value(name, service or "cleanup/unix")))

    def action_of(self, milter: str, service: str) -> str:
        """What becomes of mail while a milter does not answer (milter_default_action)."""
        own = _ACTION.search(milter)
        return own[1] if own else self.value("milter_default_action", service or "cleanup/unix")


def read_effective(transport: Transport, addresses: Iterable[str]) -> Effective:
    """Ask the server, in one round trip; `addresses` are its own, loopback comes by itself.

    Raises MailwrightError when the connection breaks.
    """
    tried = tuple(dict.fromkeys((*_LOOPBACK, *addresses)))[:LISTENERS]
    variables = {"names": " ".join(_NAMES), "addresses": " ".join(tried)}
    settings = "\n".join(f"{name}={shlex.quote(value)}" for name, value in variables.items())
    text = data_path("server/read-listeners.sh").read_text(encoding="utf-8")
    return understand(transport.run(f"{settings}\n{text}", limit=90).text)


def understand(output: str) -> Effective:
    """Make typed facts of what the script printed."""
    said: dict[str, list[str]] = {}
    for line in output.splitlines():
        word, _tab, text = line.partition("\t")
        said.setdefault(word, []).append(text)
    set_in_services = (_assigned(each) for each in said.get("override", ()))
    return Effective(
        dict(_assigned(each) for each in said.get("parameter", ())),
        {
            (service, parameter): value
            for name, value in set_in_services
            for service, _slash, parameter in [name.rpartition("/")]
        },
        services("\n".join(said.get("service", ()))),
        {
            address: words.strip()
            for address, _blank, words in (each.partition(" ") for each in said.get("greeting", ()))
        },
        {
            milter: word == "answers"
            for milter, _blank, word in (each.partition(" ") for each in said.get("milter", ()))
        },
        next(iter(said.get("client", ())), "").strip(),
    )


def _assigned(line: str) -> tuple[str, str]:
    name, _equals, value = line.partition("=")
    return name.strip(), value.strip()


def _door(restrictions: str) -> Door:
    """Read a list of restrictions as far as it is sure whom it lets pass (SMTPD_ACCESS_README)."""
    for entry in _ENTRY.findall(restrictions):
        if entry in _ENDS:
            return Door.CLOSED
        if entry == "permit":
            return Door.OPEN
        if entry not in _PERMITS_LISTED and not _REFUSING.fullmatch(entry):
            return Door.UNKNOWN
    return Door.OPEN
