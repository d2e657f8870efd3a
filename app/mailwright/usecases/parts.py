"""What every use case works with. bootstrap makes the real parts, tests make others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mailwright.engine.entry import CONFIRM_WITHIN
from mailwright.model.requirements import Asking
from mailwright.model.server import HostKey, Server
from mailwright.net.authority import Ask, ask_directly
from mailwright.net.open_relay import AskListeners, ask_listeners
from mailwright.net.resolver import Resolver
from mailwright.secrets.store import SecretStore
from mailwright.storage.deliveries import Deliveries
from mailwright.storage.host_keys import HostKeys
from mailwright.storage.journal import Journal
from mailwright.storage.profiles import Profiles
from mailwright.transport.base import Transport
from mailwright.transport.ssh import Credentials, HostKeyCheck

Connect = Callable[[Server, Credentials, HostKeyCheck, HostKey | None], Transport]
AskHostKey = Callable[[Server, HostKey, HostKey | None], bool]
"""Shows a person the key that the server presents and the one known before (None for a server
that was never met); True when the person confirms it, or has replaced the old one knowingly."""


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts that reach out.

    `who` is written into journals: the person's account and machine. `confirm_within` is the
    number of seconds after which an apply that no desktop confirms takes itself back.
    `ask_name_server` asks one server about its own zones, `ask_listeners` a server's own listeners
    whether they take mail for others.
    """

    connect: Connect
    host_keys: HostKeys
    journal: Journal
    deliveries: Deliveries
    secrets: SecretStore
    profiles: Profiles
    resolver_for: Callable[[Asking], Resolver]
    clock: Callable[[], float]
    who: str
    confirm_within: int = CONFIRM_WITHIN
    ask_name_server: Ask = ask_directly
    ask_listeners: AskListeners = ask_listeners
