"""What a person must have published before receivers trust a server, beside single records."""

from __future__ import annotations

from dataclasses import dataclass

from mailwright.model.dns_records import DnsRecord, split_txt
from mailwright.model.finding import Finding


@dataclass(frozen=True, slots=True)
class ReverseRequest:
    """Reverse DNS that only the provider of an IP address can set.

    `name` is where the PTR record belongs (RFC 1035 section 3.5), `hostname` what it says.
    """

    address: str
    name: str
    hostname: str


@dataclass(frozen=True, slots=True)
class Publication:
    """Everything that is missing or differs; what is right already is not in it.

    `records` go into the person's own DNS, `requests` to the providers of the addresses; `notes`
    say what else is to be known, and what could not be found out.
    """

    records: tuple[DnsRecord, ...] = ()
    requests: tuple[ReverseRequest, ...] = ()
    notes: tuple[Finding, ...] = ()


def quoted(record: DnsRecord) -> str:
    r"""A TXT value as a zone file has it: strings of at most 255 octets (RFC 1035 section 5.1)."""
    escaped = (text.replace("\\", "\\\\").replace('"', '\\"') for text in split_txt(record.value))
    return " ".join(f'"{text}"' for text in escaped)
