"""Provoke trouble at one step of an apply, and look whether the server is what it was."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from mailwright.engine import remote
from mailwright.model.events import ConnectionLost, Done, Event, StepStarted
from mailwright.model.requirements import Route
from mailwright.transport import ssh
from mailwright.usecases import setup
from tests.lab.client import Lab
from tests.lab.host import Host
from tests.support import practice
from tests.support.differences import unexplained
from tests.support.office import Office

if TYPE_CHECKING:
    import pytest

    from mailwright.model.plan import Step
    from mailwright.model.requirements import Requirements
    from mailwright.usecases.parts import Parts
    from mailwright.usecases.setup import Planned

WINDOW = 4
PATIENCE = 120.0
BLINK_SECONDS = 6.0


class Trouble(StrEnum):
    """What goes wrong at the step."""

    BEFORE = "fails before its work"
    AFTER = "fails after its work"
    CUT = "the connection is cut for good"
    BLINK = "the connection is cut and comes back"
    KILLED = "the desktop is killed"


@dataclass
class Rig:
    """A practice server and a desktop that works on it."""

    lab: Lab
    host: Host
    folder: Path
    events: list[Event] = field(default_factory=list)
    window: int = WINDOW
    route: Route = Route.RELAY

    @property
    def wanted(self) -> Requirements:
        """What is asked of the server."""
        if self.route is Route.DIRECT:
            return Office(self.lab, self.host).requirements()
        return practice.requirements(self.lab, self.host)

    @property
    def parts(self) -> Parts:
        """Real parts, with little patience on the server's side."""
        return replace(practice.parts(self.lab, self.host, self.folder), confirm_within=self.window)

    def plan(self) -> Planned:
        """Connect and plan."""
        return setup.plan(self.parts, self.wanted, practice.confirm_key)

    def carry_out(self, planned: Planned) -> Done:
        """Apply and prove; the events are kept."""
        done = setup.carry_out(self.parts, planned, self.events.append)
        planned.close()
        return done

    def wait_until_it_rests(self) -> str:
        """Wait until the newest entry of the journal is at its end; its state."""
        end = time.monotonic() + PATIENCE
        question = "cat $(ls -d /var/lib/mailwright/journal/*/ | tail -n 1)state"
        while time.monotonic() < end:
            state = self.host.ssh(question, check=False).stdout.strip()
            if state in {"confirmed", "undone", "left"}:
                return state
            time.sleep(0.3)
        raise TimeoutError("the server did not come to rest")

    def traces(self) -> str:
        """A lock or secrets on their way that were left behind; empty is good."""
        return self.host.ssh(
            "ls -A /run/mailwright 2>/dev/null; readlink /var/lib/mailwright/lock", check=False
        ).stdout.strip()


def impatient(patch: pytest.MonkeyPatch) -> None:
    """Let a desktop notice within seconds that a cable was cut."""
    patch.setattr(remote, "POLL_SECONDS", 1)
    patch.setattr(remote, "GRACE_SECONDS", 3)
    patch.setattr(ssh, "CONNECT_LIMIT", 3.0)


def provoke(rig: Rig, trouble: Trouble, step: str) -> Done | None:
    """Run an apply into the trouble; its last event, or None where the desktop was killed."""
    if trouble is Trouble.KILLED:
        _kill_at(rig, step)
        return None
    if trouble is Trouble.BLINK:
        rig.window = 60  # longer than the blink, which is longer than the desktop's patience
    planned = rig.plan()
    if trouble in {Trouble.BEFORE, Trouble.AFTER}:
        steps = tuple(_failing(each, trouble, step) for each in planned.plan.steps)
        planned.plan = replace(planned.plan, steps=steps)
        return rig.carry_out(planned)
    planned.session.pauses = (0.2,) if trouble is Trouble.CUT else (1.0,) * 10

    # Long enough for the cable to be cut while the step is at work.
    steps = tuple(
        replace(each, do=f"sleep 1\n{each.do}") if each.id == step else each
        for each in planned.plan.steps
    )
    planned.plan = replace(planned.plan, steps=steps)
    cut_at: list[str] = []

    def listen(event: Event) -> None:
        rig.events.append(event)
        # A step of the same name in the entry that ends the trial is not meant.
        if isinstance(event, StepStarted) and event.step == step and not cut_at:
            rig.host.cut()
            cut_at.append(step)
            if trouble is Trouble.BLINK:
                threading.Timer(BLINK_SECONDS, rig.host.mend).start()

    done = setup.carry_out(rig.parts, planned, listen)
    planned.close()
    rig.host.mend()
    if cut_at != [step] or not any(isinstance(event, ConnectionLost) for event in rig.events):
        raise AssertionError(f"the connection was not broken at step {step}")
    return done


def _failing(each: Step, trouble: Trouble, step: str) -> Step:
    if each.id != step:
        return each
    do = f"exit 7\n{each.do}" if trouble is Trouble.BEFORE else f"{each.do}\nexit 7"
    return replace(each, do=do)


def _kill_at(rig: Rig, step: str) -> None:
    """Kill a desktop of its own, by its process id, when it says that the step begins."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.support.desktop", rig.host.name, str(rig.folder), rig.route],
        stdout=subprocess.PIPE,
        text=True,
    ) as desktop:
        assert desktop.stdout is not None
        for line in desktop.stdout:
            if json.loads(line) == step:
                desktop.kill()
                break
        ended = desktop.wait(30)
    if ended != -signal.SIGKILL:
        raise AssertionError(f"the desktop ended by itself ({ended}) before step {step}")


def unchanged(rig: Rig, before: dict[str, dict[str, str | dict[str, str | int]]]) -> list[object]:
    """The differences to before that no reason covers."""
    return [*unexplained(before, rig.host.manifest())]
