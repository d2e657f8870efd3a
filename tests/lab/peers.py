"""The servers around the targets: DNS, mirror and ACME; the receiving MX; the relay.

Every secret is made for the run, so that a search for leaked secrets finds this run's own.
"""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from tests.lab import addresses, paths, ready
from tests.lab.hosts import File, Wish

if TYPE_CHECKING:
    from pathlib import Path

    from tests.lab.hosts import Host

IMAGE = "peer"
RELAY_REALM = "smarthost.example"
RELAY_USER = "relayuser"
STRANGER = "stranger"
TSIG_BYTES = 32


def _tsig() -> str:
    return base64.b64encode(secrets.token_bytes(TSIG_BYTES)).decode()


@dataclass(frozen=True)
class Secrets:
    """The secrets of one run."""

    relay_password: str = field(default_factory=secrets.token_urlsafe)
    stranger_password: str = field(default_factory=secrets.token_urlsafe)
    tsig: str = field(default_factory=_tsig)


class Peer(NamedTuple):
    """One of the lab's own servers, and the ports that must answer before it is ready."""

    name: str
    fqdn: str
    addresses: tuple[str, ...]
    ports: tuple[tuple[str, int], ...]


PEERS = (
    Peer(
        "infra",
        "resolver.lab.example",
        (
            *(addresses.RESOLVER, addresses.ROOT_SERVER, addresses.PRIMARY, addresses.SECONDARY),
            *(addresses.MIRROR, addresses.WEB, addresses.ACME),
        ),
        (
            *((addresses.RESOLVER, 53), (addresses.ROOT_SERVER, 53), (addresses.PRIMARY, 53)),
            *((addresses.SECONDARY, 53), (addresses.MIRROR, 80), (addresses.WEB, 443)),
            (addresses.ACME, 14000),
        ),
    ),
    Peer(
        "mx",
        "mx.bigmail.example",
        (addresses.MX, addresses.SLOW_MX),
        ((addresses.MX, 25), (addresses.SLOW_MX, 25)),
    ),
    Peer(
        "relay",
        "relay.smarthost.example",
        (addresses.RELAY,),
        ((addresses.RELAY, 587), (addresses.RELAY, 465), (addresses.RELAY, 2587)),
    ),
)
NAMES = frozenset(peer.name for peer in PEERS)
# saslpasswd2(8) takes a password up to the end of its input, a line end included.
ADD_ACCOUNTS = f"""
umask 027
while read -r user password; do
    printf %s "$password" |
        saslpasswd2 -p -c -u {RELAY_REALM} -f /etc/postfix/sasldb2 "$user"
done
chgrp postfix /etc/postfix/sasldb2
"""


def wish(peer: Peer, run: Secrets, mirrors: dict[str, Path]) -> Wish:
    """What a peer shall be."""
    files = [File("/etc/lab-role", f"{peer.name}\n")]
    folders: list[tuple[str, str]] = []
    if peer.name == "infra":
        template = (paths.HERE / "roles/infra/tsig.conf").read_text()
        text = template.replace("@SECRET@", run.tsig)
        files.append(File("/etc/knot/tsig.conf", text, 0o600, "knot"))
        folders = [(str(folder), f"/srv/mirror/{release}") for release, folder in mirrors.items()]
    interface = addresses.Interface("eth0", "wan", peer.addresses)
    return Wish(
        peer.name, IMAGE, peer.fqdn, (interface,), files=tuple(files), folders=tuple(folders)
    )


def finish(peer: Peer, host: Host, run: Secrets) -> None:
    """Wait until a peer's servers answer: sshd is faster than they are."""
    for address, port in peer.ports:
        ready.wait_for_port(address, port)
    if peer.name == "relay":
        accounts = {RELAY_USER: run.relay_password, STRANGER: run.stranger_password}
        lines = "".join(f"{user} {password}\n" for user, password in accounts.items())
        ready.ssh(host, ADD_ACCOUNTS, stdin=lines)
