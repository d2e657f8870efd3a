"""systemd units that start at boot and run now."""

from __future__ import annotations

import shlex
from dataclasses import dataclass

from mailwright.model.plan import Action, Change, Step
from mailwright.model.server import Observation, UnitState
from mailwright.resource.base import Wants


@dataclass(frozen=True, slots=True)
class RunningUnit:
    """A unit that is enabled and active.

    `worker` is the unit whose ActiveState tells the truth where it exists: Debian's
    postfix.service only groups instances such as postfix@-.service.
    """

    id: str
    title: str
    unit: str
    why: str
    worker: str | None = None

    def wants(self) -> Wants:
        """Both units' states."""
        return Wants(units=frozenset({self.unit, self.worker or self.unit}))

    def step(self, seen: Observation, *, after_packages: bool) -> Step | None:
        """Enable and start it where it is not."""
        state = self._state(seen)
        if state.file == "enabled" and state.active == "active":
            return None
        unit = shlex.quote(self.unit)
        before = None if state.load == "not-found" else f"{state.file or '-'}, {state.active}"
        del after_packages  # a package may have started it: starting it again changes nothing
        return Step(
            id=self.id,
            title=self.title,
            guard=":",
            saves=(),
            do=f"unit_run {unit}",
            undo=f"unit_undo {unit}",
            changes=(
                Change(
                    self.unit,
                    Action.CHANGE if before else Action.ADD,
                    before,
                    "enabled, active",
                    self.why,
                ),
            ),
        )

    def _state(self, seen: Observation) -> UnitState:
        unit = seen.units.get(self.unit, UnitState())
        worker = seen.units.get(self.worker or self.unit, UnitState())
        if worker.load != "loaded":
            return unit
        return UnitState(unit.load, unit.file, worker.active)
