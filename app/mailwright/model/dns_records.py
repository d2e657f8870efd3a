"""What the person must publish in the DNS, because no program but their DNS provider's can."""

from __future__ import annotations

from dataclasses import dataclass


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
