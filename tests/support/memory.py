"""Parts that reach nothing: a server as a function, secrets and DNS in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mailwright.model.server import HostKey
from mailwright.net.open_relay import Asked, Verdict
from mailwright.net.resolver import StaticResolver
from mailwright.secrets import MemorySecrets
from mailwright.storage.database import Database
from mailwright.storage.deliveries import Deliveries
from mailwright.storage.host_keys import HostKeys
from mailwright.storage.journal import Journal
from mailwright.storage.profiles import Profiles
from mailwright.transport.memory import MemoryTransport
from mailwright.usecases.parts import Parts

if TYPE_CHECKING:
    from pathlib import Path

    from mailwright.model.server import Server
    from mailwright.transport.memory import Answer
    from mailwright.transport.ssh import Credentials, HostKeyCheck

KEY = HostKey("ssh-ed25519", b"the server's key")
OTHER_KEY = HostKey("ssh-ed25519", b"another key")


def memory_parts(folder: Path, answer: Answer, *, shown: HostKey = KEY) -> Parts:
    """Parts whose server shows a host key and answers scripts by a function."""

    def connect(
        server: Server, credentials: Credentials, check: HostKeyCheck, known: HostKey | None
    ) -> MemoryTransport:
        del credentials, known
        check(server, shown)
        return MemoryTransport(answer)

    database = Database(folder / "mailwright.db")
    return Parts(
        connect=connect,
        host_keys=HostKeys(database),
        journal=Journal(database),
        deliveries=Deliveries(database),
        secrets=MemorySecrets(),
        profiles=Profiles(folder / "profiles"),
        resolver_for=lambda _asking: StaticResolver({}),
        clock=lambda: 1_764_000_000.0,
        who="me@here",
        ask_listeners=lambda listeners, _question: tuple(
            Asked(each, Verdict.CLOSED) for each in listeners
        ),
    )
