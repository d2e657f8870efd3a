from __future__ import annotations

import subprocess
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from mailwright.datafiles import data_path
from mailwright.engine import planner
from mailwright.engine.entry import EntryHead, entry_files
from mailwright.errors import MailwrightError
from mailwright.model.server import Facts, FileState, Observation, UnitState
from mailwright.mta.opendkim.signer import Signer
from mailwright.mta.postfix import desired as postfix
from mailwright.mta.postfix.master import MASTER_CF
from mailwright.mta.postfix.relay import RelaySecret
from mailwright.mta.postfix.settings import MAIN_CF, MainCf
from mailwright.mta.postfix.tables import PASSWORDS
from mailwright.platforms.releases import platform_of
from mailwright.resource.base import Wants
from mailwright.resource.files import Files
from mailwright.resource.keys import PrivateKey
from mailwright.resource.timers import Timer
from tests.support.examples import REQUIREMENTS

if TYPE_CHECKING:
    from pathlib import Path

    from mailwright.model.requirements import Requirements

FACTS = Facts("debian", "12", free_bytes=10**9)
SECRET = RelaySecret("tr0ub4dor")
RUNS = UnitState("loaded", "enabled", "active")
PUBLIC_KEY = (
    "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA/LRvOimo/I3/luxzbKfTFiX5CxEEPDgRzE/4qAVwYtsH"
    "gebmpqGruv81RB/Q7d0VJ5jZMbfR49ha/HuVNTfEhQibcCoOTFsNjaXANw1htNDpGgSt/ewciAof++FvCJhlfQOZ"
    "LHOVZXcnRJNXlxs7VOwdKzAwHC9OrZZ2tRc1iBxLWzPpebTeIgujUk/OEFHa6c/C3Hwdhederr9UTMdDcD3kLhtY"
    "1D71hvMyx8/+Go+iD6ephg9J+Y5hICxVjLgw13D/5Wyx5/ajm98sw36AbI0U5PAs1X/QPSavevAPdK2b6orrLGMZ"
    "qOmNVExl8On1WfiK1hdVlJB+PBZtXMIlKQIDAQAB"
)


def fresh(requirements: Requirements = REQUIREMENTS) -> Observation:
    wants = Wants.union(planner.wanted(requirements))
    return Observation(
        FACTS,
        files=dict.fromkeys(wants.files, FileState()),
        packages=dict.fromkeys(wants.packages),
        units=dict.fromkeys(wants.units, UnitState()),
        texts=dict.fromkeys(wants.texts),
    )


def as_desired(
    *, proven: bool, live: bool = False, requirements: Requirements = REQUIREMENTS
) -> Observation:
    """The server after an apply: every resource as it is desired."""
    route = postfix.fingerprint(requirements)
    facts = replace(FACTS, proven=route if proven else None, live=route if live else None)
    seen = fresh(requirements)
    desired = planner._desired(requirements, facts, platform_of(facts), SECRET)
    for resource in desired:
        if isinstance(resource, (Files, Timer, Signer)):
            files = resource if isinstance(resource, Files) else resource.files
            seen.files.update({item.path: item.state for item in files.items})
            contents = {item.path: item.content for item in files.items if item.content}
            seen.texts.update(
                {path: text.decode() for path, text in contents.items() if path in seen.texts}
            )
        if isinstance(resource, PrivateKey):
            seen.files[resource.path] = FileState("file", 0o600, resource.owner, resource.group)
            seen.files.update({item.path: item.state for item in resource.folders})
            seen.keys[resource.path] = PUBLIC_KEY
        if isinstance(resource, MainCf):
            seen.texts[MAIN_CF] = "".join(
                f"{p.name} = {p.value}\n"
                for p in (setting.settled(None) for setting in resource.parameters)
                if p.value is not None
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
    other = replace(REQUIREMENTS, relay=replace(REQUIREMENTS.smarthost, host="other.example"))
    plan = planner.make_plan(other, as_desired(proven=True), SECRET)
    assert "soft_bounce" in {change.id for change in plan.changes}


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        (replace(FACTS, mta_packages=("exim4-daemon-light",)), "plan.other-mta"),
        (replace(FACTS, free_bytes=1000), "plan.disk-full"),
        (replace(FACTS, os_id="plan9"), "platform.unknown"),
        (replace(FACTS, uid=1000), "plan.not-root"),
    ],
)
def test_a_server_that_cannot_be_set_up_is_refused(facts: Facts, code: str) -> None:
    with pytest.raises(MailwrightError) as caught:
        planner.make_plan(REQUIREMENTS, replace(fresh(), facts=facts), SECRET)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("change", "steps", "word"),
    [
        ({"biff": "yes"}, ["main.cf"], "reload"),
        ({"inet_interfaces": "all"}, ["main.cf"], "restart"),
        ({"relayhost": "[else]:25", "myorigin": "x"}, ["main.cf"], "reload"),
    ],
)
def test_what_somebody_changed_is_put_right_with_the_least_disturbance(
    change: dict[str, str], steps: list[str], word: str
) -> None:
    seen = as_desired(proven=True)
    main = seen.texts[MAIN_CF] or ""
    seen.texts[MAIN_CF] = main + "".join(f"{name} = {value}\n" for name, value in change.items())
    plan = planner.make_plan(REQUIREMENTS, seen, SECRET)
    assert [step.id for step in plan.steps] == steps
    assert {change.id for change in plan.changes} == set(change)
    assert f"systemctl {word} postfix" in plan.reload
    assert plan.reload_after_undo


@pytest.mark.parametrize(
    ("unit", "state"),
    [
        ("postfix.service", UnitState("loaded", "disabled", "active")),
        ("postfix@-.service", UnitState("loaded", "", "failed")),
    ],
)
def test_a_dead_postfix_is_a_difference(unit: str, state: UnitState) -> None:
    seen = as_desired(proven=True)
    seen.units[unit] = state
    plan = planner.make_plan(REQUIREMENTS, seen, SECRET)
    assert [step.id for step in plan.steps] == ["postfix"]


def test_a_new_password_is_a_difference_that_shows_neither() -> None:
    plan = planner.make_plan(REQUIREMENTS, as_desired(proven=True), RelaySecret("hunter2"))
    (change,) = plan.changes
    assert (change.id, change.before, change.after) == (PASSWORDS, "(secret)", "(secret)")
    assert "hunter2" not in repr(plan)


def test_a_trial_whose_timer_died_is_watched_again() -> None:
    seen = as_desired(proven=False)
    seen.units["mailwright-proof.timer"] = UnitState("loaded", "enabled", "inactive")
    plan = planner.make_plan(REQUIREMENTS, seen, SECRET)
    assert [step.id for step in plan.steps] == ["proof-timer"]


def test_no_text_of_a_whole_plan_holds_the_password() -> None:
    plan = planner.make_plan(REQUIREMENTS, fresh(), SECRET)
    assert SECRET.password is not None
    assert SECRET.password not in repr(plan)
    assert any(SECRET.password.encode() in blob for step in plan.steps for blob in step.blobs)
    files = entry_files(plan, EntryHead("id", "me", "T"))
    assert [name for name, text in files.items() if SECRET.password.encode() in text] == []


def test_every_step_of_a_plan_is_a_script_that_a_shell_can_read(tmp_path: Path) -> None:
    plan = planner.make_plan(REQUIREMENTS, fresh(), SECRET)
    later = planner.end_of_trial(REQUIREMENTS, as_desired(proven=False), SECRET)
    for step in (*plan.steps, *later.steps):
        for text in (step.guard, step.do, step.undo, plan.reload, plan.reload_after_undo):
            script = tmp_path / "script"
            script.write_text(text)
            subprocess.run(["/bin/sh", "-n", str(script)], check=True)


WORDS = (":", "for", "done", "elif")


def test_what_a_plan_calls_is_in_the_runner() -> None:
    plan = planner.make_plan(REQUIREMENTS, fresh(), SECRET)
    later = planner.end_of_trial(REQUIREMENTS, as_desired(proven=False), SECRET)
    runner = data_path("server/runner.sh").read_text()
    called = {
        line.removeprefix("if ").removeprefix("    ").split()[0].removesuffix(";")
        for step in (*plan.steps, *later.steps)
        for text in (step.undo, step.guard)
        for line in text.splitlines()
        if line
        and not line.startswith(("     ", "    exit", "    echo", "    package_list", *WORDS))
    }
    assert len(called) > 5
    assert {name for name in called if f"\n{name}() {{" not in runner} == set()


def test_nothing_is_wanted_that_no_plan_looks_at() -> None:
    (wanted,) = planner.wanted(REQUIREMENTS)
    assert {MAIN_CF, MASTER_CF} <= wanted.texts
    assert PASSWORDS in wanted.files
    assert PASSWORDS not in wanted.texts, "a secret would be read back"
    assert {"postfix.service", "postfix@-.service", "mailwright-proof.timer"} == wanted.units


def test_a_path_of_ours_that_is_something_else_is_refused() -> None:
    seen = fresh()
    seen.files[PASSWORDS] = FileState("link", 0o777, "root", "root")
    with pytest.raises(MailwrightError) as caught:
        planner.make_plan(REQUIREMENTS, seen, SECRET)
    assert caught.value.code == "plan.not-ours"
    assert PASSWORDS in str(caught.value)
