from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mailwright.model.events import Event, FindingMade, Note, StepDone
from mailwright.model.finding import Severity
from mailwright.secrets import Secret
from mailwright.usecases.connection import open_session
from mailwright.usecases.proof import Prover
from tests.support.examples import REQUIREMENTS
from tests.unit.engine.test_planner import as_desired, fresh
from tests.unit.usecases.practice import PASSWORD, Practice

if TYPE_CHECKING:
    from mailwright.model.finding import Finding


def prove(server: Practice, follows: str | None = None) -> tuple[list[Finding], list[Event]]:
    session = open_session(server.parts, REQUIREMENTS.server, lambda *_: True)
    told: list[Event] = []
    prover = Prover(server.parts, REQUIREMENTS, session, Secret(PASSWORD))
    found = prover.prove(told.append, follows)
    assert [event.finding for event in told if isinstance(event, FindingMade)] == found
    return found, told


def severities(found: list[Finding]) -> dict[str, Severity]:
    return {finding.kind.id: finding.severity for finding in found}


@pytest.mark.parametrize("proven", [False, True])
def test_a_delivery_ends_the_trial_once(server: Practice, *, proven: bool) -> None:
    server.seen = as_desired(proven=proven)
    found, told = prove(server, follows="the set-up")
    assert isinstance(told[0], Note)
    steps = [event.step for event in told if isinstance(event, StepDone)]
    assert steps == ([] if proven else ["main.cf", "proven", "proof-timer"])
    assert [entry.follows for entry in server.journal] == ([] if proven else ["the set-up"])
    assert server.seen == as_desired(proven=True)
    assert severities(found)["setup.complete"] is Severity.PASS
    assert "setup.trial" not in severities(found)


@pytest.mark.parametrize(
    ("status", "severity", "name"),
    [
        ("deferred", Severity.FAIL, "relay.not-delivered"),
        ("bounced", Severity.FAIL, "relay.not-delivered"),
        ("", Severity.UNKNOWN, "relay.no-answer"),
    ],
)
def test_a_message_that_did_not_arrive_leaves_the_server_on_trial(
    server: Practice, status: str, severity: Severity, name: str
) -> None:
    server.seen = as_desired(proven=False)
    server.delivery = status
    found = severities(prove(server)[0])
    assert found[name] is severity
    assert found["setup.trial"] is Severity.INFO
    assert found["setup.complete"] is Severity.PASS
    assert server.journal == []


def test_a_server_that_is_not_as_planned_fails(server: Practice) -> None:
    server.seen = fresh()
    server.delivery = "deferred"
    found = severities(prove(server)[0])
    assert found["setup.differs"] is Severity.FAIL


def test_the_dns_is_asked_too(server: Practice) -> None:
    server.seen = as_desired(proven=True)
    assert severities(prove(server)[0])["spf.covers-relay"] is Severity.PASS
    server.dns = {}
    assert Severity.UNKNOWN in severities(prove(server)[0]).values()
