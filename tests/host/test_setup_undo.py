"""Stop, go on, take back: whoever changed the server meanwhile, and whatever waits in its queue."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from mailwright.engine.apply import Job, apply
from mailwright.engine.entry import EntryHead, new_id
from mailwright.errors import MailwrightError
from mailwright.model.events import Event, Outcome, StepDone, StepStarted
from mailwright.usecases import setup
from mailwright.usecases.history import history, take_back
from tests.support import practice
from tests.support.trouble import Rig, impatient, unchanged

if TYPE_CHECKING:
    from pathlib import Path

    from mailwright.model.events import Done
    from tests.lab.client import Lab
    from tests.lab.fixtures import FreshHost

SEND = "printf 'From: {sender}\\nTo: {to}\\nSubject: x\\n\\nx\\n' | sendmail -f {sender} {to}"


@pytest.fixture
def rig(lab: Lab, fresh_host: FreshHost, tmp_path: Path) -> Rig:
    return Rig(lab, fresh_host("deb12-mail"), tmp_path)


def back(rig: Rig) -> Done:
    server = practice.requirements(rig.lab, rig.host).server
    return take_back(rig.parts, server, practice.confirm_key, rig.events.append)


def without_proof(rig: Rig) -> None:
    """Apply as a desktop does that is closed before it can prove anything."""
    planned = rig.plan()
    head = EntryHead(new_id(time.time()), "tester@desktop", "Set-up", window=60)
    done = apply(Job(planned.session, rig.events.append), planned.plan, head)
    planned.close()
    assert done.outcome is Outcome.DONE


def test_the_trial_ends_by_itself_after_the_first_delivery(rig: Rig) -> None:
    before = practice.settled(rig.host)
    without_proof(rig)
    assert rig.host.ssh("postconf -h soft_bounce").stdout.strip() == "yes"
    rig.host.ssh(SEND.format(sender="info@elsewhere.example", to=practice.RECIPIENT))
    time.sleep(4)
    assert "SOFTBOUNCE" in rig.host.ssh("journalctl -q -t postfix/smtp -o cat").stdout
    assert rig.host.ssh("postqueue -j | wc -l").stdout.strip() == "1"  # refused, and kept
    rig.host.ssh("postsuper -d ALL && postqueue -j | wc -l | grep -x 0")
    rig.host.ssh(SEND.format(sender=practice.SENDER, to=practice.RECIPIENT))
    end = time.monotonic() + 120
    while rig.host.ssh("postconf -h soft_bounce").stdout.strip() == "yes":
        assert time.monotonic() < end, rig.host.ssh("systemctl status mailwright-proof*").stdout
        time.sleep(2)
    rig.wait_until_it_rests()
    planned = rig.plan()
    planned.close()
    assert planned.plan.changes == ()
    server = practice.requirements(rig.lab, rig.host).server
    first, second = history(rig.parts, server, practice.confirm_key)
    assert (second.who, second.follows) == ("the server itself", first.id)
    assert back(rig).left == ()
    assert unchanged(rig, before) == []


def test_what_a_person_changed_meanwhile_stays(rig: Rig) -> None:
    rig.carry_out(rig.plan())
    rig.host.ssh("postconf -e 'header_size_limit = 51200' 'delay_warning_time = 1h'")
    done = back(rig)
    assert any("/etc/postfix/main.cf" in text for text in done.left)
    values = rig.host.ssh("postconf -h header_size_limit delay_warning_time relayhost").stdout
    assert values.splitlines() == ["51200", "1h", ""]
    assert "soft_bounce" not in rig.host.ssh("postconf -n").stdout


def test_stopped_is_a_state_from_which_it_goes_on(rig: Rig) -> None:
    before = practice.settled(rig.host)
    planned = rig.plan()
    # The first step lasts long enough for the wish to be heard before the second.
    first, *rest = planned.plan.steps
    planned.plan = replace(planned.plan, steps=(replace(first, do=f"{first.do}\nsleep 2"), *rest))
    done = setup.carry_out(
        rig.parts, planned, rig.events.append, lambda: bool(rig.events) and _begun(rig.events)
    )
    assert done.outcome is Outcome.STOPPED
    assert [type(event) for event in rig.events].count(StepDone) == 1
    with pytest.raises(MailwrightError) as caught:
        rig.carry_out(rig.plan())
    assert caught.value.code == "engine.unfinished"
    again = rig.plan()
    stopped = setup.stopped_entry(again)
    assert stopped is not None
    done = setup.carry_on(rig.parts, again, stopped, rig.events.append)
    assert done.outcome is Outcome.DONE
    assert back(rig).left == ()
    assert unchanged(rig, before) == []


def _begun(events: list[Event]) -> bool:
    return any(isinstance(event, StepStarted) for event in events)


def test_a_second_desktop_is_told_who_is_at_work(rig: Rig, tmp_path: Path) -> None:
    second = Rig(rig.lab, rig.host, tmp_path / "second")
    caught: list[MailwrightError] = []
    later = second.plan()

    def listen(event: Event) -> None:
        rig.events.append(event)
        if isinstance(event, StepStarted) and not caught:
            with pytest.raises(MailwrightError) as busy:
                second.carry_out(later)
            caught.append(busy.value)

    planned = rig.plan()
    assert setup.carry_out(rig.parts, planned, listen).outcome is Outcome.DONE
    planned.close()
    assert caught[0].code == "engine.busy"
    assert "tester@desktop" in str(caught[0])


def test_a_server_that_died_in_the_middle_is_taken_up_at_the_next_login(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    impatient(monkeypatch)
    before = practice.settled(rig.host)
    planned = rig.plan()
    planned.session.pauses = (0.2,)
    first, *rest = planned.plan.steps
    planned.plan = replace(planned.plan, steps=(replace(first, do=f"{first.do}\nsleep 30"), *rest))

    def listen(event: Event) -> None:
        if isinstance(event, StepStarted):
            rig.host.crash()

    done = setup.carry_out(rig.parts, planned, listen)
    assert done.outcome is Outcome.INTERRUPTED
    rig.host.start_again()
    server = practice.requirements(rig.lab, rig.host).server
    entries = history(rig.parts, server, practice.confirm_key)
    assert [entry.state.value for entry in entries] == ["interrupted"]
    with pytest.raises(MailwrightError) as caught:
        rig.carry_out(rig.plan())
    assert caught.value.code == "engine.unfinished"
    assert back(rig).left == ()
    assert unchanged(rig, before) == []


def test_a_stale_plan_is_refused(rig: Rig) -> None:
    planned = rig.plan()
    rig.host.ssh("postconf -e relayhost=[other.example]")
    done = rig.carry_out(planned)
    assert done.outcome is Outcome.ROLLED_BACK
    assert rig.host.ssh("postconf -h relayhost").stdout.strip() == "[other.example]"
