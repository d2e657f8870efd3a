"""Put the real parts together: the one place that does."""

from __future__ import annotations

import getpass
import socket
import time
from typing import TYPE_CHECKING

from mailwright.net.resolver import DnsResolver
from mailwright.secrets.keyring_store import KeyringSecrets
from mailwright.secrets.layers import HeadlessSecrets
from mailwright.storage.database import Database, default_path
from mailwright.storage.host_keys import HostKeys
from mailwright.storage.journal import Journal
from mailwright.transport.ssh import connect
from mailwright.usecases.parts import Parts

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from mailwright.model.requirements import Asking
    from mailwright.net.resolver import Resolver
    from mailwright.secrets.secret import SecretKind


def build(secret_files: Mapping[SecretKind, Path] | None = None) -> Parts:
    """Everything real: SSH, the person's database, the keyring, the DNS, the clock.

    `secret_files` are files that were named instead of the keyring, by kind.
    Raises MailwrightError when the database cannot be opened.
    """
    database = Database(default_path())
    return Parts(
        connect=connect,
        host_keys=HostKeys(database),
        journal=Journal(database),
        secrets=HeadlessSecrets(KeyringSecrets(), secret_files or {}),
        resolver_for=_resolver,
        clock=time.time,
        who=f"{getpass.getuser()}@{socket.gethostname()}",
    )


def _resolver(asking: Asking) -> Resolver:
    return DnsResolver(None if asking.dns is None else [asking.dns])
