from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from mailwright.errors import MailwrightError
from mailwright.model.events import Done, Event, FindingMade, Outcome, StepFailed
from mailwright.model.finding import Severity
from mailwright.model.journal import EntryState
from mailwright.model.requirements import RelayAuthentication
from mailwright.secrets import MASK, Secret, SecretKind
from mailwright.usecases import setup
from tests.support.examples import REQUIREMENTS
from tests.unit.engine.test_planner import as_desired
from tests.unit.usecases.practice import PASSWORD, Practice

if TYPE_CHECKING:
    from mailwright.model.server import HostKey, Server

SECRET = Secret(PASSWORD)


def confirmed(_server: Server, _shown: HostKey, _known: HostKey | None) -> bool:
    return True


def planned(server: Practice) -> setup.Planned:
    return setup.plan(server.parts, REQUIREMENTS, confirmed)


def applied(server: Practice) -> tuple[Done, list[Event]]:
    told: list[Event] = []
    done = setup.carry_out(server.parts, planned(server), told.append)
    assert told[-1] is done
    return done, told


def findings(events: list[Event]) -> dict[str, Severity]:
    made = [event.finding for event in events if isinstance(event, FindingMade)]
    return {finding.kind.id: finding.severity for finding in made}


def test_a_plan_asks_once_and_remembers_the_server(server: Practice) -> None:
    made = planned(server)
    assert server.asked == ["cat /etc/os-release"]
    assert server.parts.journal.server("mx1") == REQUIREMENTS.server
    assert server.journal == []
    assert not server.transports[0].closed
    made.close()
    assert server.transports[0].closed


def test_a_planned_server_shows_no_password(server: Practice) -> None:
    made = planned(server)
    assert PASSWORD not in repr(made)
    assert any(PASSWORD.encode() in blob for step in made.plan.steps for blob in step.blobs)


def test_a_missing_relay_password_is_told_with_the_command_and_ends_the_connection(
    server: Practice,
) -> None:
    server.parts.secrets.forget("mx1", SecretKind.RELAY)
    with pytest.raises(MailwrightError) as caught:
        planned(server)
    assert caught.value.code == "setup.no-relay-password"
    assert "mailwright secret set mx1 relay" in (caught.value.remedy or "")
    assert server.transports[0].closed


def test_a_relay_that_knows_the_address_needs_no_password(server: Practice) -> None:
    relay = replace(REQUIREMENTS.smarthost, authentication=RelayAuthentication.ADDRESS)
    server.parts.secrets.forget("mx1", SecretKind.RELAY)
    assert setup.relay_password(server.parts, replace(REQUIREMENTS, relay=relay)) is None


def test_a_server_that_cannot_be_set_up_ends_the_connection(server: Practice) -> None:
    server.seen = replace(server.seen, facts=replace(server.seen.facts, os_id="plan9"))
    with pytest.raises(MailwrightError) as caught:
        planned(server)
    assert caught.value.code == "platform.unknown"
    assert server.transports[0].closed


def test_the_whole_job_tries_the_login_first_and_proves_at_the_end(server: Practice) -> None:
    done, told = applied(server)
    assert done.outcome is Outcome.DONE
    assert server.asked.index("openssl s_client") < server.asked.index("| tar -xf -")
    found = findings(told)
    assert found["relay-login.accepted"] is Severity.PASS
    assert found["relay.delivered"] is Severity.PASS
    assert found["setup.complete"] is Severity.PASS
    assert server.seen == as_desired(proven=True)


def test_the_first_delivery_is_an_entry_that_follows_the_set_up(server: Practice) -> None:
    done, _told = applied(server)
    first, second = server.journal
    assert (first.id, first.who, first.state) == (done.entry, "me@here", "confirmed")
    assert (second.follows, second.title) == (first.id, "First delivery seen")


def test_a_message_that_waits_leaves_the_server_on_trial(server: Practice) -> None:
    server.delivery = "SOFTBOUNCE"
    done, told = applied(server)
    assert done.outcome is Outcome.DONE
    assert findings(told)["setup.trial"] is Severity.INFO
    assert [entry.title for entry in server.journal] == ["Set-up: mail leaves through a relay"]


def test_the_desktop_keeps_every_event_and_what_became_of_the_entry(server: Practice) -> None:
    done, told = applied(server)
    assert done.entry is not None
    (entry,) = server.parts.journal.entries("mx1")[:1]
    assert (entry.id, entry.state) == (done.entry, EntryState.CONFIRMED)
    lines = [json.loads(event.line) for event in server.parts.journal.events("mx1", done.entry)]
    started = [line["step"] for line in lines if line["event"] == "step_started"]
    assert started[:2] == ["packages", "tables"]
    # What comes before the entry is not part of it, and the outcome is its state.
    assert len(lines) == len(told) - 3


def test_a_failed_step_is_taken_back_and_its_words_are_kept_without_the_password(
    server: Practice,
) -> None:
    server.fails = "main.cf"
    done, told = applied(server)
    assert done.outcome is Outcome.ROLLED_BACK
    (failed,) = [event for event in told if isinstance(event, StepFailed)]
    assert MASK in failed.output
    assert done.entry is not None
    kept = server.parts.journal.events("mx1", done.entry)
    assert PASSWORD not in repr(told) + repr(kept)
    (entry,) = server.parts.journal.entries("mx1")
    assert entry.state is EntryState.UNDONE
    assert "sendmail -f" not in server.asked


def test_a_login_that_is_refused_changes_nothing(server: Practice) -> None:
    server.login = "login-refused"
    done, told = applied(server)
    assert (done.outcome, done.entry) == (Outcome.FAILED, None)
    assert findings(told) == {"relay-login.login-refused": Severity.FAIL}
    assert server.journal == []
    assert server.parts.journal.entries("mx1") == ()


def test_a_login_that_could_not_be_tried_is_no_reason_to_stop(server: Practice) -> None:
    server.login = "no-openssl"
    done, told = applied(server)
    assert findings(told)["relay-login.no-openssl"] is Severity.UNKNOWN
    assert done.outcome is Outcome.DONE


def test_where_nothing_is_to_be_done_the_proof_is_all(server: Practice) -> None:
    server.seen = as_desired(proven=True)
    done, told = applied(server)
    assert (done.outcome, done.entry) == (Outcome.NOTHING_TO_DO, None)
    assert findings(told)["relay.delivered"] is Severity.PASS
    assert "openssl s_client" not in server.asked
    assert server.journal == []


def test_who_stops_can_go_on(server: Practice) -> None:
    told: list[Event] = []
    made = planned(server)
    assert setup.stopped_entry(made) is None
    done = setup.carry_out(server.parts, made, told.append, stop=lambda: True)
    assert done.outcome is Outcome.STOPPED
    assert "sendmail -f" not in server.asked

    again = planned(server)
    stopped = setup.stopped_entry(again)
    assert stopped is not None
    assert stopped.id == done.entry
    done = setup.carry_on(server.parts, again, stopped, told.append)
    assert (done.outcome, done.entry) == (Outcome.DONE, stopped.id)
    assert findings(told)["setup.complete"] is Severity.PASS


def test_a_proof_comes_finding_by_finding_and_as_a_list(server: Practice) -> None:
    server.seen = as_desired(proven=True)
    told: list[Event] = []
    found = setup.verify(server.parts, planned(server), told.append)
    assert [event.finding for event in told if isinstance(event, FindingMade)] == found
