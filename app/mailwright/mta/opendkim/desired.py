"""What OpenDKIM must be so that the mail of a domain and its sub-domains is signed."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

from mailwright.i18n import N_
from mailwright.model.dns_records import DnsRecord
from mailwright.mta.opendkim import conf
from mailwright.mta.opendkim.signer import UNIT, USER, Signer
from mailwright.resource.files import Files, Item
from mailwright.resource.keys import PrivateKey

if TYPE_CHECKING:
    from mailwright.model.requirements import Requirements
    from mailwright.model.server import Observation
    from mailwright.platforms.releases import Platform
    from mailwright.resource.base import Resource

_LOOPBACK = ("127.0.0.0/8", "::1")
_ORDER = f"""\
# Mail that comes in before OpenDKIM runs would have to wait.
[Unit]
Wants={UNIT}
After={UNIT}
"""


def desired(requirements: Requirements, platform: Platform) -> tuple[Resource, ...]:
    """The key and the daemon, in their order; nothing where nobody signs on this server.

    They stand behind the packages (`platform.opendkim`) and before Postfix's parameters, so that
    OpenDKIM listens before Postfix asks it.
    """
    if requirements.dkim is None:
        return ()
    return (
        PrivateKey(
            "dkim-key",
            N_("Make the key that signs mail"),
            key_path(requirements),
            USER,
            USER,
            N_("Mail is signed with it (DKIM); it never leaves the server"),
            folders=_folders(conf.FOLDER),
        ),
        Signer("opendkim", _files(requirements, platform), platform.opendkim.shipped),
    )


def key_path(requirements: Requirements) -> str:
    """Where the private key is kept; LookupError where nobody signs on this server."""
    return f"{conf.FOLDER}/{record_name(requirements)}.private"


def record_name(requirements: Requirements) -> str:
    """Where receivers look for the public key (RFC 6376 section 3.6.2.1).

    Raises LookupError where nobody signs on this server.
    """
    if requirements.dkim is None:
        raise LookupError("nobody signs on this server")
    return f"{requirements.dkim.selector}._domainkey.{requirements.identity.domain}"


def public_key(seen: Observation, requirements: Requirements) -> str | None:
    """The public key as a record's `p=` holds it, or None while it is not known."""
    return None if requirements.dkim is None else seen.keys.get(key_path(requirements))


def record(requirements: Requirements, public: str) -> DnsRecord:
    """What a person publishes so that receivers can check the signatures (RFC 6376 section 3.6.1).

    Raises LookupError where nobody signs on this server.
    """
    return DnsRecord(
        record_name(requirements),
        "TXT",
        f"v=DKIM1; k=rsa; p={public}",
        N_("Receivers check the signatures on your mail with this key"),
    )


def _files(requirements: Requirements, platform: Platform) -> Files:
    unit = platform.worker_unit or "postfix.service"
    order = f"/etc/systemd/system/{unit}.d"
    return Files(
        "opendkim",
        N_("Let OpenDKIM sign the mail"),
        N_("Receivers trust mail that its domain has signed (DKIM)"),
        (
            Item(conf.SIGNING_TABLE, content=_signing_table(requirements)),
            Item(conf.KEY_TABLE, content=_key_table(requirements)),
            Item(conf.TRUSTED_HOSTS, content=_trusted_hosts(requirements)),
            Item(conf.CONF, content=conf.TEXT.encode()),
            Item(order, 0o755),
            Item(f"{order}/mailwright-signing.conf", content=_ORDER.encode()),
        ),
    )


def _folders(path: str) -> tuple[Item, ...]:
    parent = path.rpartition("/")[0]
    return (Item(parent, 0o755), Item(path, 0o755))


def _signing_table(requirements: Requirements) -> bytes:
    """The domain signs for its sub-domains too: DMARC takes that for aligned (RFC 7489 3.1.1)."""
    domain, name = requirements.identity.domain, record_name(requirements)
    return f"*@{domain} {name}\n*@*.{domain} {name}\n".encode()


def _key_table(requirements: Requirements) -> bytes:
    name, path = record_name(requirements), key_path(requirements)
    selector = name.partition("._domainkey.")[0]
    return f"{name} {requirements.identity.domain}:{selector}:{path}\n".encode()


def _trusted_hosts(requirements: Requirements) -> bytes:
    """From whom mail is signed: OpenDKIM compares texts, so networks are written its way."""
    networks = (str(ipaddress.ip_network(each, strict=False)) for each in requirements.networks)
    return "".join(f"{each}\n" for each in (*_LOOPBACK, *networks)).encode()
