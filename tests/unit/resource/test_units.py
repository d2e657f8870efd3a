from __future__ import annotations

import pytest

from mailwright.model.server import Facts, Observation, UnitState
from mailwright.resource.units import RunningUnit

UNIT = RunningUnit("postfix", "Start", "postfix.service", "why", "postfix@-.service")
GOOD = UnitState("loaded", "enabled", "active")
NONE = UnitState()


def seen(unit: UnitState, worker: UnitState = NONE) -> Observation:
    states = {"postfix.service": unit, "postfix@-.service": worker}
    return Observation(Facts("debian", "12"), units=states)


@pytest.mark.parametrize(
    ("unit", "worker", "differs"),
    [
        (GOOD, UnitState(), False),
        (GOOD, UnitState("loaded", "", "active"), False),
        # Debian's postfix.service stays active when the instance that does the work is dead.
        (GOOD, UnitState("loaded", "", "failed"), True),
        (UnitState("loaded", "disabled", "active"), UnitState(), True),
        (UnitState(), UnitState(), True),
    ],
)
def test_a_unit_must_be_enabled_and_its_worker_active(
    unit: UnitState, worker: UnitState, *, differs: bool
) -> None:
    step = UNIT.step(seen(unit, worker), after_packages=False)
    assert (step is not None) == differs
    if step:
        assert (step.do, step.undo) == ("unit_run postfix.service", "unit_undo postfix.service")
