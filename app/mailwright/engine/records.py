"""The records that a direct route needs, against what the servers of their zones say. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address
from typing import TYPE_CHECKING

from mailwright.checks.dkim.keys import read_key
from mailwright.checks.dkim.record import Place, judge
from mailwright.i18n import N_
from mailwright.model.dns_records import DnsRecord
from mailwright.model.publication import Publication, ReverseRequest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mailwright.model.finding import Finding

Address = IPv4Address | IPv6Address

DMARC_VERSION = "v=DMARC1"
RESOLVER = "resolver"
"""Stands for the resolver among the names of servers."""

_WHY_ADDRESS = N_("The name that the server gives in HELO must lead to the address it sends from.")
_WHY_REVERSE = N_("Large receivers refuse mail from an address without reverse DNS.")
_WHY_HELO = N_("Bounces have no sender, so receivers look at the SPF record of the HELO name.")
_WHY_DMARC = N_("Large receivers want a DMARC policy; this one refuses nothing and only watches.")


class Purpose(StrEnum):
    """What a record is there for."""

    ADDRESS = "address"
    REVERSE = "reverse"
    SPF = "spf"
    HELO = "helo"
    DKIM = "dkim"
    DMARC = "dmarc"


@dataclass(frozen=True, slots=True)
class Sender:
    """What receivers look up about a server that delivers directly.

    `key` is the DKIM record of the key on the server; None while there is no key. `envelope` is
    the domain of MAIL FROM where it is not `domain` but a name below it. `hidden` are addresses
    of inside networks in families of which the server has no other: what receivers see instead
    of them is not known.
    """

    hostname: str
    domain: str
    administrator: str
    addresses: tuple[Address, ...]
    key: DnsRecord | None = None
    envelope: str = ""
    hidden: tuple[Address, ...] = ()

    @property
    def spf_domains(self) -> tuple[str, ...]:
        """The domains that receivers may find in MAIL FROM, each once."""
        return tuple(dict.fromkeys((self.domain, self.envelope or self.domain)))


@dataclass(frozen=True, slots=True)
class Said:
    """What one name server of a zone says about a record.

    `holds` tells whether its records do what the record is there for; None where that is not
    known, and `cause` says why. `ttl` is how many seconds others may keep the answer.
    """

    server: str
    holds: bool | None
    values: tuple[str, ...] = ()
    ttl: int = 0
    cause: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """A record, and what each name server of its zone says about it.

    `record` is what is to be there. `cause` says why the servers of the zone could not be asked,
    where that is so; `said` holds no more than the resolver's word then. `trouble` is a mistake
    in what is there now that a person has to correct first. `other` is a reverse name that is not
    the server's own but leads back to the address as well.
    """

    purpose: Purpose
    record: DnsRecord
    said: tuple[Said, ...] = ()
    cause: str = ""
    trouble: str = ""
    address: str = ""
    other: str = ""

    @property
    def visible(self) -> tuple[Said, ...]:
        """The servers that have it."""
        return tuple(one for one in self.said if one.holds)

    @property
    def lacking(self) -> tuple[Said, ...]:
        """The servers that do not."""
        return tuple(one for one in self.said if one.holds is False)

    @property
    def silent(self) -> tuple[Said, ...]:
        """The servers of which it is not known."""
        return tuple(one for one in self.said if one.holds is None)

    @property
    def is_everywhere(self) -> bool:
        """Whether every server has it."""
        return not self.cause and bool(self.visible) and len(self.visible) == len(self.said)

    @property
    def is_missing(self) -> bool:
        """Whether nobody has it, as far as anybody answered."""
        return bool(self.lacking) and not self.visible


def address_record(sender: Sender, address: Address) -> DnsRecord:
    """The record by which the HELO name leads to an address (RFC 5321 section 4.1.4)."""
    record_type = "A" if isinstance(address, IPv4Address) else "AAAA"
    return DnsRecord(sender.hostname, record_type, str(address), _WHY_ADDRESS)


def reverse_record(sender: Sender, address: Address) -> DnsRecord:
    """The record by which an address leads to the HELO name (RFC 1912 section 2.1)."""
    return DnsRecord(address.reverse_pointer, "PTR", sender.hostname, _WHY_REVERSE)


def helo_record(sender: Sender, value: str) -> DnsRecord:
    """The SPF record of the HELO name: the server sends, and nobody else (RFC 7208 2.3)."""
    return DnsRecord(sender.hostname, "TXT", value, _WHY_HELO)


def dmarc_record(sender: Sender, reports: str) -> DnsRecord:
    """A DMARC policy that only watches; reports go to the URI, where there is one (RFC 9989)."""
    tags = [DMARC_VERSION, "p=none", *([f"rua={reports}"] if reports else [])]
    return DnsRecord(f"_dmarc.{sender.domain}", "TXT", "; ".join(tags), _WHY_DMARC)


def report_leave(sender: Sender) -> str:
    """The name where another domain says that it takes the reports."""
    return f"{sender.domain}._report._dmarc.{sender.administrator.rpartition('@')[2].lower()}"


def is_dmarc(text: str) -> bool:
    """Whether a TXT record is a DMARC record (RFC 9989 section 4.7)."""
    return text.partition(";")[0].strip().replace(" ", "") == DMARC_VERSION


def has_key(values: Iterable[str], record: DnsRecord) -> bool:
    """Whether TXT records publish the key of `record`, and no other (RFC 6376 section 3.6.2.2).

    What verifiers cannot use does not count: another version, key type, hash or service
    (section 3.6.1). Texts about something else may stand beside it.
    """
    keys = [value for value in values if "p" in tags(value)]
    if len(keys) != 1:
        return False
    judged = judge(Place(record.name, record.name.partition(".")[0]), keys[0])
    return judged.key is not None and judged.key == read_key(tags(record.value)["p"])


def tags(text: str) -> dict[str, str]:
    """The tags of a tag list (RFC 6376 section 3.2); white space within values is left out."""
    pairs = (part.partition("=") for part in text.split(";"))
    return {name.strip(): "".join(value.split()) for name, _equals, value in pairs}


def publication(readings: Iterable[Reading], notes: Iterable[Finding]) -> Publication:
    """What is to be published: the records that no server has, and what asks for a person."""
    found = tuple(readings)
    own = [r.record for r in found if r.purpose is not Purpose.REVERSE and _is_open(r)]
    requests = [
        ReverseRequest(r.address, r.record.name, r.record.value)
        for r in found
        if r.purpose is Purpose.REVERSE and _is_open(r)
    ]
    return Publication(tuple(dict.fromkeys(own)), tuple(requests), tuple(notes))


def _is_open(reading: Reading) -> bool:
    return reading.is_missing and not reading.trouble
