"""Which host key a person has confirmed for a server."""

from __future__ import annotations

import ipaddress
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mailwright.errors import MailwrightError
from mailwright.i18n import N_
from mailwright.model.server import HostKey

if TYPE_CHECKING:
    from collections.abc import Callable
    from sqlite3 import Connection

    from mailwright.storage.database import Database


@dataclass(frozen=True, slots=True)
class Confirmation:
    """Who confirmed a host key, and when (seconds since the epoch, UTC)."""

    who: str
    at: float


class HostKeys:
    """The known host keys: one for each host and port.

    A server with several keys is known by the one that was confirmed; any other key that it
    shows, of whatever algorithm, is a changed key. Every method raises MailwrightError
    `storage.failed` where the database cannot be used.
    """

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock

    def lookup(self, host: str, port: int) -> HostKey | None:
        """Return the confirmed key; None for a server that was never confirmed."""
        with self._database.reading() as connection:
            return _known(connection, host, port)

    def confirmation(self, host: str, port: int) -> Confirmation | None:
        """Return who confirmed the key and when; None for a server that was never confirmed."""
        with self._database.reading() as connection:
            row = connection.execute(
                "SELECT confirmed_by, confirmed_at FROM host_keys WHERE host = ? AND port = ?",
                (_normal(host), port),
            ).fetchone()
        return None if row is None else Confirmation(row["confirmed_by"], row["confirmed_at"])

    def confirm(self, host: str, port: int, key: HostKey, who: str) -> None:
        """Remember the key of a server that was not known, or confirm the same key again.

        Raises MailwrightError `host-key.known-otherwise` when another key is known.
        """
        self._store(host, port, key, who, known=(None, key))

    def replace(self, host: str, port: int, old: HostKey, new: HostKey, who: str) -> None:
        """Put a key in place of another, both of which the caller has shown to the person.

        Raises MailwrightError `host-key.known-otherwise` when the known key is not `old`.
        """
        self._store(host, port, new, who, known=(old,))

    def forget(self, host: str, port: int) -> None:
        """Drop the key; the server is unknown from then on."""
        with self._database.transaction() as connection:
            connection.execute(
                "DELETE FROM host_keys WHERE host = ? AND port = ?", (_normal(host), port)
            )

    def _store(
        self, host: str, port: int, key: HostKey, who: str, *, known: tuple[HostKey | None, ...]
    ) -> None:
        with self._database.transaction() as connection:
            found = _known(connection, host, port)
            if found not in known:
                raise _otherwise(host, port, found)
            connection.execute(
                "INSERT OR REPLACE INTO host_keys VALUES (?, ?, ?, ?, ?, ?)",
                (_normal(host), port, key.algorithm, key.blob, who, self._clock()),
            )


def _known(connection: Connection, host: str, port: int) -> HostKey | None:
    row = connection.execute(
        "SELECT algorithm, blob FROM host_keys WHERE host = ? AND port = ?", (_normal(host), port)
    ).fetchone()
    return None if row is None else HostKey(row["algorithm"], row["blob"])


def _otherwise(host: str, port: int, found: HostKey | None) -> MailwrightError:
    return MailwrightError(
        "host-key.known-otherwise",
        N_("For {host} port {port} another host key is known than was shown: {fingerprint}"),
        remedy=N_("Connect again and compare both fingerprints before you replace the key."),
        args={
            "host": host,
            "port": port,
            "fingerprint": "–" if found is None else found.fingerprint,
        },
    )


def _normal(host: str) -> str:
    """Return one spelling per host: DNS names ignore case (RFC 4343), IPv6 has many spellings."""
    name = host.strip("[]").lower()
    try:
        return str(ipaddress.ip_address(name))
    except ValueError:
        return name.removesuffix(".")
