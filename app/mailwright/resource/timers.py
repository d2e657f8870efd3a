"""systemd timers that do on the server what falls due while no desktop is connected."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mailwright.model.plan import Action, Change
from mailwright.model.server import Observation, UnitState
from mailwright.resource.base import Wants
from mailwright.resource.files import Files

if TYPE_CHECKING:
    from mailwright.model.plan import Step


@dataclass(frozen=True, slots=True)
class Timer:
    """A timer with all its files, or their absence.

    `files` holds the unit files (and what they start); `absent` means that the timer must be
    off and every item of `files` absent.
    """

    id: str
    timer: str
    files: Files
    absent: bool = False

    def wants(self) -> Wants:
        """The files and the timer's state."""
        return Wants.union((self.files.wants(), Wants(units=frozenset({self.timer}))))

    def step(self, seen: Observation, *, after_packages: bool) -> Step | None:
        """Put the files there and start it, or stop it and take them away."""
        files = self.files.step(seen, after_packages=after_packages)
        state = seen.units.get(self.timer, UnitState())
        runs = state.file == "enabled" and state.active == "active"
        if files is None and (self.absent or runs):
            return None
        files = files or self._unchanged(seen)
        timer = shlex.quote(self.timer)
        note = f'unit_note {timer} >"$step/unit.before"'
        paths = " ".join(shlex.quote(path) for path in reversed(files.saves))
        do = (
            f"{note}\ntimer_off {timer} || exit 1\n{files.do}\nsystemctl daemon-reload"
            if self.absent
            else f"{note}\n{files.do}\ntimer_on {timer}"
        )
        return replace(files, id=self.id, do=do, undo=f"timer_undo {timer} {paths}")

    def _unchanged(self, seen: Observation) -> Step:
        """The step of files that are right while the timer is not: write the first again."""
        first = self.files.items[0]
        known = {path: state for path, state in seen.files.items() if path != first.path}
        step = replace(self.files, items=(first,)).step(
            replace(seen, files=known), after_packages=False
        )
        if step is None:
            raise AssertionError("a file that was not seen always differs")
        state = seen.units.get(self.timer, UnitState())
        before = f"{state.file or '-'}, {state.active}"
        change = Change(self.timer, Action.CHANGE, before, "enabled, active", self.files.why)
        return replace(step, guard=":", changes=(change,))
