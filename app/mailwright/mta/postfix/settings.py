"""Parameters of main.cf as a resource: all of them are one step."""

from __future__ import annotations

import hashlib
import re
import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mailwright.i18n import N_
from mailwright.model.plan import Action, Change, Step
from mailwright.mta.postfix.syntax import parameters, services
from mailwright.resource.base import Wants
from mailwright.resource.files import SECRET, fingerprint, shown

if TYPE_CHECKING:
    from mailwright.model.server import Observation

MAIN_CF = "/etc/postfix/main.cf"
MASTER_CF = "/etc/postfix/master.cf"

_INLINE_SECRET = re.compile(r"\b(static|inline):")


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter; `value` None means that main.cf must not set it."""

    name: str
    value: str | None
    why: str


@dataclass(frozen=True, slots=True)
class MainCf:
    """Parameters of main.cf, owned one by one: whatever else the file holds stays."""

    id: str
    parameters: tuple[Parameter, ...]

    def wants(self) -> Wants:
        """The file's text."""
        return Wants(texts=frozenset({MAIN_CF}))

    def step(self, seen: Observation, *, after_packages: bool) -> Step | None:
        """Set and take out what differs, all in one call of postconf."""
        text = seen.texts.get(MAIN_CF)
        now = parameters(text or "")
        fresh = _comes_with_package(seen, after_packages=after_packages)
        differing = tuple(
            item
            for item in self.parameters
            # What a package brings is not known yet, so everything is set.
            if now.get(item.name) != item.value or (fresh and item.value is not None)
        )
        if not differing:
            return None
        names = " ".join(shlex.quote(item.name) for item in differing)
        digest = hashlib.sha256(
            _values(differing, now).encode("utf-8", "surrogateescape")
        ).hexdigest()
        put = [f"{item.name} = {item.value}" for item in differing if item.value is not None]
        out = [item.name for item in differing if item.value is None]
        return Step(
            id=self.id,
            title=N_("Set Postfix's parameters"),
            guard=":" if fresh else f"main_cf_expect {digest} {names}",
            saves=(MAIN_CF,),
            do=f"{_here('set', put)}{_here('unset', out)}main_cf_apply {names}",
            undo="main_cf_undo",
            changes=tuple(_change(item, now.get(item.name)) for item in differing),
        )


@dataclass(frozen=True, slots=True)
class NoChroot:
    """No service of master.cf runs in a chroot (Debian's README.Debian recommends it)."""

    id: str

    def wants(self) -> Wants:
        """The file's text and its state."""
        return Wants(texts=frozenset({MASTER_CF}), files=frozenset({MASTER_CF}))

    def step(self, seen: Observation, *, after_packages: bool) -> Step | None:
        """Switch the column off where it is on."""
        text = seen.texts.get(MASTER_CF)
        fresh = _comes_with_package(seen, after_packages=after_packages)
        caged = tuple(service.id for service in services(text or "") if service.chroot == "y")
        if not caged and not fresh:
            return None
        why = N_(
            "In a chroot Postfix misses changes of DNS servers and certificates; Debian advises "
            "to switch it off"
        )
        state = shlex.quote(fingerprint(seen.files[MASTER_CF]))
        return Step(
            id=self.id,
            title=N_("Run Postfix's services without a chroot"),
            guard=":" if fresh else f"expect {MASTER_CF} {state}",
            saves=(MASTER_CF,),
            do="chroot_off",
            undo="chroot_undo",
            changes=(
                Change(
                    "master.cf chroot",
                    Action.CHANGE,
                    ", ".join(f"{name}: y" for name in caged) or None,
                    "n",
                    why,
                ),
            ),
        )


def _comes_with_package(seen: Observation, *, after_packages: bool) -> bool:
    """Whether Postfix is installed earlier in the plan, maybe over files that were left behind."""
    return after_packages and seen.packages.get("postfix") is None


def _values(items: tuple[Parameter, ...], now: dict[str, str]) -> str:
    """The same lines as the runner's `main_cf_values` prints."""
    return "".join(
        f"{item.name} = {now[item.name]}\n" if item.name in now else f"{item.name}\n"
        for item in items
    )


def _here(name: str, lines: list[str]) -> str:
    body = "".join(f"{line}\n" for line in lines)
    return f"cat >\"$step/{name}\" <<'LINES' || exit 1\n{body}LINES\n"


def _change(item: Parameter, before: str | None) -> Change:
    if before is None:
        action = Action.ADD
    else:
        action = Action.REMOVE if item.value is None else Action.CHANGE
    # Somebody may have written a password into main.cf itself.
    hidden = before is not None and "password" in item.name and _INLINE_SECRET.search(before)
    return Change(item.name, action, SECRET if hidden else shown(before), item.value, item.why)
