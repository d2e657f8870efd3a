"""Packages of the distribution that must be installed."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mailwright.i18n import N_
from mailwright.model.plan import Action, Change, Step
from mailwright.resource.base import Wants

if TYPE_CHECKING:
    from mailwright.model.server import Observation

APT_TIME = 1_800
"""Seconds for apt on a slow server; ten minutes of them may be waiting for its lock."""


@dataclass(frozen=True, slots=True)
class Packages:
    """Debian packages by name.

    `answers` are lines for debconf-set-selections(1), given before packages are configured
    for the first time. `leaves` are files that stay behind when the packages are purged, and
    `accounts` the users and groups that do. Undo purges what this step installed, gives those
    files back as they were, and removes those accounts where they were not there before.
    """

    id: str
    names: tuple[str, ...]
    why: str
    answers: tuple[str, ...] = ()
    leaves: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()

    def wants(self) -> Wants:
        """Which of them are installed."""
        return Wants(packages=frozenset(self.names))

    def missing(self, seen: Observation) -> tuple[str, ...]:
        """The packages that are not installed."""
        return tuple(name for name in self.names if seen.packages.get(name) is None)

    def step(self, seen: Observation, *, after_packages: bool) -> Step | None:
        """Install what is missing."""
        del after_packages
        missing = self.missing(seen)
        if not missing:
            return None
        names = " ".join(map(shlex.quote, missing))
        answers = "\n".join(self.answers)
        preseed = f"debconf-set-selections <<'ANSWERS' || exit 1\n{answers}\nANSWERS\n"
        return Step(
            id=self.id,
            title=N_("Install the packages that are missing"),
            guard=f"for name in {names}; do\n"
            '    package_list | grep -qx -- "$name" || continue\n'
            '    echo "changed since the plan was made: $name is installed now"\n'
            "    exit 1\n"
            "done",
            saves=self.leaves,
            do=(preseed if self.answers else "") + f"install_packages {names}",
            undo=self._undo(),
            changes=tuple(
                Change(name, Action.ADD, None, N_("installed"), self.why) for name in missing
            ),
            timeout=APT_TIME,
        )

    def _undo(self) -> str:
        leaves = " ".join(map(shlex.quote, self.leaves))
        accounts = " ".join(map(shlex.quote, self.accounts))
        return (
            "if remove_packages; then\n"
            f"    give_back_or_leave {leaves}\n"
            f"    remove_accounts {accounts}\n"
            # Whoever left something has said so; anything else is a failure.
            'elif [ ! -s "$step/left" ]; then exit 1; fi'
        )
