"""Host names, addresses and e-mail addresses: what is one, and how it is written on the wire."""

from __future__ import annotations

import ipaddress
import re

LONGEST_NAME = 253
"""Characters of a host name without the final dot (RFC 1035 section 2.3.4)."""

LONGEST_LOCAL_PART = 64
"""Octets before the @ (RFC 5321 section 4.5.3.1.1)."""

LAST_PORT = 65_535

_LABEL = re.compile(r"(?=.{1,63}$)_?[a-z0-9](?:[a-z0-9-]*[a-z0-9])?")
_DOT_STRING = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")


def host_name(text: str) -> str | None:
    """Return the host name in lower case as A-labels; None for a text that is none.

    RFC 1123 section 2.1 (letters, digits, hyphens), RFC 5890 for other scripts. A name whose
    last label is a number would be taken for an IPv4 address, and is none.
    """
    name = domain_name(text)
    return None if name is None or "_" in name else name


def domain_name(text: str) -> str | None:
    """Return a domain name as `host_name` does, whose labels may also begin with `_` (RFC 8552).

    Such a name can hold an SPF record, but is no host.
    """
    name = _as_ascii(text)
    if name is None or not 0 < len(name) <= LONGEST_NAME:
        return None
    labels = name.split(".")
    if not all(_LABEL.fullmatch(label) for label in labels) or labels[-1].isdigit():
        return None
    return name


def _as_ascii(text: str) -> str | None:
    name = text.removesuffix(".")
    if name.isascii():
        return name.lower()
    import idna

    try:
        return idna.encode(name, uts46=True).decode("ascii")
    except idna.IDNAError:
        return None


def is_qualified(name: str) -> bool:
    """Tell whether a host name is more than one label, and not the machine's name for itself."""
    return "." in name and not name.startswith("localhost.")


def ip_address(text: str) -> str | None:
    """Return an IP address in its usual spelling (RFC 5952); None for a text that is none."""
    try:
        return str(ipaddress.ip_address(text.removeprefix("[").removesuffix("]")))
    except ValueError:
        return None


def host(text: str) -> str | None:
    """Return a host name or an IP address as it is written on the wire; None otherwise."""
    return ip_address(text) or host_name(text)


def email_address(text: str) -> str | None:
    """Return an address with its domain as A-labels; None for a text that is none.

    RFC 5321 section 4.1.2: a dot-string and a domain. Quoted local parts, address literals and
    local parts beyond ASCII are left out: not every relay takes them.
    """
    local_part, at, domain = text.rpartition("@")
    name = host_name(domain)
    if not at or name is None or len(local_part) > LONGEST_LOCAL_PART:
        return None
    return f"{local_part}@{name}" if _DOT_STRING.fullmatch(local_part) else None


def dns_server(text: str) -> str | None:
    """Return a DNS server as `IP` or `IP:PORT` (`[IPv6]:PORT`); None for a text that is none."""
    address = ip_address(text)
    if address is not None:
        return address
    head, _, port = text.rpartition(":")
    address = ip_address(head)
    if address is None or not (port.isdecimal() and port.isascii() and 0 < int(port) <= LAST_PORT):
        return None
    if ":" in address:
        return f"[{address}]:{int(port)}" if head.startswith("[") else None
    return f"{address}:{int(port)}"
