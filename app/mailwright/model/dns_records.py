"""What the person must publish in the DNS, because no program but their DNS provider's can."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

STRING_OCTETS = 255
"""The longest character-string of a TXT record (RFC 1035 section 3.3)."""


@dataclass(frozen=True, slots=True)
class DnsRecord:
    """A record to publish in place of what is there now.

    `name` has no trailing dot, `value` is in presentation form without quotes; a TXT value over
    255 octets has to be split into strings where it is published (RFC 7208 section 3.3). `why` is
    a message id of the catalogue: what the record is needed for.
    """

    name: str
    type: str
    value: str
    why: str


def split_txt(value: str) -> tuple[str, ...]:
    """The character-strings in which a TXT value is published: each as long as it may be.

    Receivers put them together again without a blank (RFC 7208 section 3.3, RFC 6376 section
    3.6.2.2). An empty value is one empty string.
    """
    strings = []
    rest = value.encode()
    while len(rest) > STRING_OCTETS:
        # A character of several octets is not torn apart.
        head = rest[:STRING_OCTETS].decode(errors="ignore")
        strings.append(head)
        rest = rest[len(head.encode()) :]
    return (*strings, rest.decode())


def join_txt(strings: Iterable[str]) -> str:
    """The value that receivers make of a record's character-strings."""
    return "".join(strings)
