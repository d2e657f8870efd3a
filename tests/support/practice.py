"""The main job on a practice server: requirements and parts for the lab."""

from __future__ import annotations

import os
import time
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mailwright.model.requirements import (
    Asking,
    Proof,
    Relay,
    Requirements,
    Route,
    SenderIdentity,
    SendingVolume,
    Submitter,
    TlsMode,
)
from mailwright.model.server import HostKey, LoginMethod, Server
from mailwright.net.resolver import DnsResolver
from mailwright.secrets import MemorySecrets, Secret, SecretKind
from mailwright.storage.database import Database
from mailwright.storage.deliveries import Deliveries
from mailwright.storage.host_keys import HostKeys
from mailwright.storage.journal import Journal
from mailwright.storage.profiles import Profiles
from mailwright.transport.ssh import connect
from mailwright.usecases.parts import Parts
from tests.lab.client import Lab

if TYPE_CHECKING:
    from pathlib import Path

    from tests.lab.host import Host
    from tests.lab.manifest import Manifest

RECIPIENT = "ok@bigmail.example"
SENDER = "info@corp.example"


@dataclass(frozen=True)
class Login:
    """As whom to log in to a practice server with the lab's key."""

    user: str = "root"
    sudo_password: str | None = None


def requirements(lab: Lab, host: Host, login: Login = Login()) -> Requirements:
    """This host only, through the lab's relay on 587 with STARTTLS and a login."""
    return Requirements(
        server=Server(host.name, host.ip, 22, login.user, LoginMethod.KEY, str(host.ssh_key_path)),
        submitters=frozenset({Submitter.THIS_HOST}),
        route=Route.RELAY,
        relay=Relay(
            lab.relay.host, lab.relay.submission_port, TlsMode.STARTTLS, user=lab.relay.user
        ),
        identity=SenderIdentity("smtp.corp.example", "corp.example", RECIPIENT),
        volume=SendingVolume(per_day=1000, peak_per_hour=200),
        proof=Proof(SENDER, RECIPIENT),
        asking=Asking(dns=lab.resolver),
    )


def parts(lab: Lab, host: Host, folder: Path, login: Login = Login()) -> Parts:
    """Real parts, with a database in `folder`, secrets in memory and the lab's resolver."""
    secrets = MemorySecrets()
    secrets.set(host.name, SecretKind.RELAY, Secret(lab.relay.password))
    if login.sudo_password is not None:
        secrets.set(host.name, SecretKind.SUDO, Secret(login.sudo_password))
    database = Database(folder / "mailwright.db")
    return Parts(
        connect=connect,
        host_keys=HostKeys(database),
        journal=Journal(database),
        deliveries=Deliveries(database),
        secrets=secrets,
        profiles=Profiles(folder / "profiles"),
        resolver_for=lambda _asking: DnsResolver([lab.resolver]),
        clock=time.time,
        who="tester@desktop",
    )


def confirm_key(_server: Server, _shown: HostKey, known: HostKey | None) -> bool:
    """Confirm a host key that was never seen, as a person would who compared it."""
    return known is None


def practice_network(images: list[str], purpose: str) -> AbstractContextManager[Lab]:
    """The lab for one run: one's own, or the one that is up where `MWLAB_ATTACH` says so."""
    if os.environ.get("MWLAB_ATTACH"):
        return nullcontext(Lab.attach())
    return Lab(images, purpose)


def settled(host: Host) -> Manifest:
    """The host's manifest once it has booted: SSH answers before the other services do."""
    host.ssh("systemctl is-system-running --wait", check=False)
    return host.manifest()
