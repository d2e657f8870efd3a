"""The daemon that signs, with everything that it reads."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mailwright.i18n import N_
from mailwright.model.server import FileState, Observation, UnitState
from mailwright.mta.opendkim.conf import CONF, PORT, is_settled, refuse_foreign
from mailwright.resource.base import Wants
from mailwright.resource.files import Files, fingerprint
from mailwright.resource.units import RunningUnit

if TYPE_CHECKING:
    from mailwright.model.plan import Step

PACKAGE = "opendkim"
UNIT = "opendkim.service"
USER = "opendkim"


@dataclass(frozen=True, slots=True)
class Signer:
    """OpenDKIM runs, with these files.

    It is restarted where its configuration changes, and only told to read again where its tables
    do, so that mail does not wait; undo does the same. `shipped` are the settings of the package's
    own configuration, which may be replaced; a person's may not.
    """

    id: str
    files: Files
    shipped: tuple[str, ...]

    def wants(self) -> Wants:
        """The files, the unit's state, and whether the package is there."""
        own = Wants(packages=frozenset({PACKAGE}))
        return Wants.union((self.files.wants(), self._running.wants(), own))

    def step(self, seen: Observation, *, after_packages: bool) -> Step | None:
        """Write what differs and let OpenDKIM read it.

        Raises MailwrightError `plan.opendkim-in-use` where a person configured it.
        """
        files = self._differing(seen, after_packages=after_packages)
        if files is None:
            return self._running.step(seen, after_packages=after_packages)
        state = seen.units.get(UNIT, UnitState())
        runs = state.file == "enabled" and state.active == "active"
        verb = "reload-or-restart" if runs and CONF not in files.saves else "restart"
        paths = " ".join(shlex.quote(path) for path in reversed(files.saves))
        fresh = after_packages and seen.packages.get(PACKAGE) is None
        return replace(
            files,
            id=self.id,
            guard=_guard(files, seen, brought=frozenset({CONF} if fresh else ())),
            do=f'unit_note {UNIT} >"$step/unit.before"\n{files.do}\n'
            f"opendkim -n && unit_take {UNIT} {verb} && listens {USER} {PORT:04X}",
            undo=f"give_back_or_leave {paths}\nunit_undo {UNIT}\nunit_again {UNIT} {verb}",
        )

    @property
    def _running(self) -> RunningUnit:
        return RunningUnit(
            self.id,
            N_("Start OpenDKIM, now and at every boot"),
            UNIT,
            N_("Mail waits until OpenDKIM has signed it"),
        )

    def _differing(self, seen: Observation, *, after_packages: bool) -> Step | None:
        text = seen.texts.get(CONF)
        items = self.files.items
        if is_settled(text):
            items = tuple(item for item in items if item.path != CONF)
        else:
            refuse_foreign(text, self.shipped)
        return replace(self.files, items=items).step(seen, after_packages=after_packages)


def _guard(files: Step, seen: Observation, *, brought: frozenset[str]) -> str:
    """The paths are what the plan saw, apart from what a package has brought since."""
    states = {path: seen.files.get(path, FileState()) for path in files.saves}
    return "\n".join(
        f"expect {shlex.quote(path)} {shlex.quote(fingerprint(state))} || exit 1"
        for path, state in states.items()
        if state.exists or path not in brought
    )
