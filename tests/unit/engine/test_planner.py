from __future__ import annotations

from dataclasses import replace

import pytest

from mailwright.engine import planner
from mailwright.errors import MailwrightError
from mailwright.model.server import Facts, FileState, Observation, UnitState
from mailwright.mta.postfix import relay
from mailwright.mta.postfix.settings import MAIN_CF, MASTER_CF, MainCf
from mailwright.platforms.releases import platform_of
from mailwright.resource.base import Wants
from mailwright.resource.files import Files
from mailwright.resource.timers import Timer
from tests.support.examples import REQUIREMENTS

FACTS = Facts("debian", "12", free_bytes=10**9)
SECRET = relay.RelaySecret("tr0ub4dor")
RUNS = UnitState("loaded", "enabled", "active")


def fresh() -> Observation:
    wants = Wants.union(planner.wanted(REQUIREMENTS))
    return Observation(
        FACTS,
        files=dict.fromkeys(wants.files, FileState()),
        packages=dict.fromkeys(wants.packages),
        units=dict.fromkeys(wants.units, UnitState()),
        texts=dict.fromkeys(wants.texts),
    )


def as_desired(*, proven: bool) -> Observation:
    """The server after an apply: every resource as it is desired."""
    facts = replace(FACTS, proven=relay.fingerprint(REQUIREMENTS) if proven else None)
    seen = fresh()
    desired = planner._desired(REQUIREMENTS, facts, platform_of(facts), SECRET)
    for resource in desired:
        if isinstance(resource, (Files, Timer)):
            files = resource.files if isinstance(resource, Timer) else resource
            seen.files.update({item.path: item.state for item in files.items})
        if isinstance(resource, MainCf):
            seen.texts[MAIN_CF] = "".join(
                f"{p.name} = {p.value}\n" for p in resource.parameters if p.value is not None
            )
    seen.texts[MASTER_CF] = "smtp inet n - n - - smtpd\n"
    seen.packages.update(dict.fromkeys(seen.packages, "1"))
    seen.units.update(dict.fromkeys(seen.units, RUNS))
    if proven:
        seen.units["mailwright-proof.timer"] = UnitState()
    return replace(seen, facts=facts)


def test_a_fresh_server_gets_packages_first_and_the_watch_last() -> None:
    plan = planner.make_plan(REQUIREMENTS, fresh(), SECRET)
    assert [step.id for step in plan.steps] == [
        "packages",
        "tables",
        "main.cf",
        "master.cf",
        "postfix",
        "proof",
        "proof-timer",
    ]
    assert all(change.why for change in plan.changes)
    assert "restart" in plan.reload
    assert "tr0ub4dor" not in repr([step.changes for step in plan.steps])


@pytest.mark.parametrize("proven", [False, True])
def test_a_second_plan_is_empty(*, proven: bool) -> None:
    plan = planner.make_plan(REQUIREMENTS, as_desired(proven=proven), SECRET)
    assert [change.id for change in plan.changes] == []
    assert (plan.steps, plan.reload) == ((), "")


def test_the_first_delivery_ends_the_trial_and_nothing_else() -> None:
    seen = as_desired(proven=False)
    plan = planner.end_of_trial(REQUIREMENTS, seen, SECRET)
    assert [step.id for step in plan.steps] == ["main.cf", "proven", "proof-timer"]
    assert [change.id for change in plan.steps[0].changes] == ["soft_bounce"]


def test_another_route_is_on_trial_again() -> None:
    other = replace(REQUIREMENTS, relay=replace(REQUIREMENTS.relay, host="other.example"))
    plan = planner.make_plan(other, as_desired(proven=True), SECRET)
    assert "soft_bounce" in {change.id for change in plan.changes}


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        (replace(FACTS, mta_packages=("exim4-daemon-light",)), "plan.other-mta"),
        (replace(FACTS, free_bytes=1000), "plan.disk-full"),
        (replace(FACTS, os_id="plan9"), "platform.unknown"),
    ],
)
def test_a_server_that_cannot_be_set_up_is_refused(facts: Facts, code: str) -> None:
    with pytest.raises(MailwrightError) as caught:
        planner.make_plan(REQUIREMENTS, replace(fresh(), facts=facts), SECRET)
    assert caught.value.code == code
