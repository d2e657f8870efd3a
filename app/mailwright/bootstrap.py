"""Put the real parts together: the one place that does.

A window lists its servers before anything else; what reaches out is imported when it is built.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from mailwright.storage.database import Database, default_path
from mailwright.storage.journal import Journal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from mailwright.model.requirements import Asking
    from mailwright.net.resolver import Resolver
    from mailwright.secrets.secret import SecretKind
    from mailwright.usecases.diagnose import Outside
    from mailwright.usecases.parts import Parts


def journal() -> Journal:
    """The person's journal alone, which knows the servers of this desktop.

    Raises MailwrightError when the database cannot be opened.
    """
    return Journal(_database(default_path()))


def build(secret_files: Mapping[SecretKind, Path] | None = None) -> Parts:
    """Everything real: SSH, the person's database, the keyring, the DNS, the clock.

    `secret_files` are files that were named instead of the keyring, by kind.
    Raises MailwrightError when the database cannot be opened.
    """
    import getpass
    import socket
    import time

    from mailwright.secrets.keyring_store import KeyringSecrets
    from mailwright.secrets.layers import HeadlessSecrets
    from mailwright.storage.deliveries import Deliveries
    from mailwright.storage.host_keys import HostKeys
    from mailwright.storage.profiles import Profiles
    from mailwright.transport.ssh import connect
    from mailwright.usecases.parts import Parts

    path = default_path()
    database = _database(path)
    return Parts(
        connect=connect,
        host_keys=HostKeys(database),
        journal=Journal(database),
        deliveries=Deliveries(database),
        secrets=HeadlessSecrets(KeyringSecrets(), secret_files or {}),
        profiles=Profiles(path.parent / "profiles"),
        resolver_for=_resolver,
        clock=time.time,
        who=f"{getpass.getuser()}@{socket.gethostname()}",
    )


def outside(asking: Asking, seconds: float) -> Outside:
    """The DNS and mail servers for one diagnosis that may take so many seconds.

    Raises MailwrightError where this computer has no DNS server, and for a bad file of authorities.
    """
    from mailwright.net.facts import Deadline
    from mailwright.net.resolver import QUESTION_SECONDS, DnsResolver
    from mailwright.net.smtp import DIALOGUE_SECONDS, SmtpDialogues
    from mailwright.usecases import diagnose

    deadline = Deadline(seconds)
    servers = None if asking.dns is None else [asking.dns]
    return diagnose.Outside(
        DnsResolver(servers, min(QUESTION_SECONDS, seconds), deadline),
        SmtpDialogues(
            diagnose.checked_ca_file(asking.ca_file), min(DIALOGUE_SECONDS, seconds), deadline
        ),
    )


@cache
def _database(path: Path) -> Database:
    """The one connection to a file that this program has."""
    return Database(path)


def _resolver(asking: Asking) -> Resolver:
    from mailwright.net.resolver import DnsResolver

    return DnsResolver(None if asking.dns is None else [asking.dns])
