"""master.cf as a resource: chroots, and options of the services that send."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mailwright.i18n import N_
from mailwright.model.plan import Action, Change, Step
from mailwright.mta.postfix.settings import comes_with_package, here
from mailwright.mta.postfix.syntax import MasterService, services
from mailwright.resource.base import Wants
from mailwright.resource.files import fingerprint

if TYPE_CHECKING:
    from mailwright.model.server import Observation

MASTER_CF = "/etc/postfix/master.cf"
SENDING = ("smtp/unix", "relay/unix")


@dataclass(frozen=True, slots=True)
class MasterCf:
    """The columns and options of master.cf that set-up decides.

    No service runs in a chroot (Debian's README.Debian recommends it). `options` are parameters
    of the services that send (`-o`), with an empty value for what must not be set; what else they
    have stays. There they do not concern filters on the loopback interface, as in main.cf.
    """

    id: str
    options: tuple[tuple[str, str], ...] = ()

    def wants(self) -> Wants:
        """The file's text and its state."""
        return Wants(texts=frozenset({MASTER_CF}), files=frozenset({MASTER_CF}))

    def step(self, seen: Observation, *, after_packages: bool) -> Step | None:
        """Switch chroots off where they are on, and set the options that differ."""
        fresh = comes_with_package(seen, after_packages=after_packages)
        found = () if fresh else services(seen.texts.get(MASTER_CF) or "")
        caged = tuple(service.id for service in found if service.chroot == "y")
        # Of a file that a package brings, the sending services are known.
        senders = dict.fromkeys(SENDING, "") if fresh else _senders(found)
        wrong = [
            (service, name, value)
            for service, command in senders.items()
            for name, value in self.options
            if _option(command, name) != value
        ]
        if not caged and not fresh and not wrong:
            return None
        state = shlex.quote(fingerprint(seen.files[MASTER_CF]))
        lines = [f"{service}/{name}={value}".removesuffix("=") for service, name, value in wrong]
        return Step(
            id=self.id,
            title=N_("Set what Postfix's services may do"),
            guard=":" if fresh else f"expect {MASTER_CF} {state}",
            saves=(MASTER_CF,),
            do="chroot_off" + (f"\n{here('options', lines)}service_options" if wrong else ""),
            undo="master_undo",
            changes=(
                *((_chroot(caged),) if caged or fresh else ()),
                *(
                    _change(senders[service], service, name, value)
                    for service, name, value in wrong
                ),
            ),
        )


def _senders(found: tuple[MasterService, ...]) -> dict[str, str]:
    return {each.id: each.command for each in found if each.id in SENDING}


def _option(command: str, name: str) -> str:
    """The value that a service's command gives a parameter, in either spelling (master(5))."""
    found = re.search(
        rf"\s-o\s+(?:\{{\s*{name}\s*=\s*(?P<braced>[^}}]*?)\s*\}}|{name}=(?P<plain>\S*))", command
    )
    return (found["braced"] or found["plain"] or "") if found else ""


def _change(command: str, service: str, name: str, value: str) -> Change:
    before = _option(command, name)
    action = (Action.CHANGE if value else Action.REMOVE) if before else Action.ADD
    why = N_("Mail leaves only from the addresses whose DNS records are known")
    return Change(f"master.cf {service} {name}", action, before or None, value or None, why)


def _chroot(caged: tuple[str, ...]) -> Change:
    why = N_(
        "In a chroot Postfix misses changes of DNS servers and certificates; Debian advises "
        "to switch it off"
    )
    before = ", ".join(f"{name}: y" for name in caged) or None
    return Change("master.cf chroot", Action.CHANGE, before, "n", why)
