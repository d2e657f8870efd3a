from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mailwright.engine.planner import make_plan
from mailwright.errors import MailwrightError
from mailwright.model.events import Done, Event, FindingMade, Outcome, StepFailed
from mailwright.model.finding import FindingKind, Severity
from mailwright.mta.postfix.relay import RelaySecret
from mailwright.secrets import MASK, Secret, SecretKind
from mailwright.transport.base import CommandResult
from mailwright.usecases import setup
from mailwright.usecases.connection import open_session
from tests.support.examples import REQUIREMENTS
from tests.support.memory import memory_parts
from tests.unit.engine.test_planner import fresh

if TYPE_CHECKING:
    from pathlib import Path

    from mailwright.model.server import Observation
    from mailwright.usecases.parts import Parts

PASSWORD = Secret("tr0ub4dor&3")


def test_a_password_that_a_server_repeats_is_masked_in_every_event() -> None:
    failed = StepFailed("s", "r", f"said {PASSWORD.reveal()}")
    kind = FindingKind("a.b", Severity.FAIL, "m")
    made = FindingMade(kind.found("x", "AUTH AHNvbWVvbmUAdHIwdWI0ZG9yJjM="))
    for event in (failed, made):
        masked = setup.without_secret(event, PASSWORD)
        assert PASSWORD.reveal() not in repr(masked)
        assert MASK in repr(masked)
    assert setup.without_secret(failed, None) is failed


def test_a_missing_relay_password_is_told_with_the_command(tmp_path: Path) -> None:
    parts = memory_parts(tmp_path, lambda *_: CommandResult(0, b""))
    with pytest.raises(MailwrightError) as caught:
        setup.relay_password(parts, REQUIREMENTS)
    assert caught.value.code == "setup.no-relay-password"
    assert "mailwright secret set mx1 relay" in (caught.value.remedy or "")


def planned(parts: Parts, seen: Observation) -> setup.Planned:
    plan = make_plan(REQUIREMENTS, seen, RelaySecret(PASSWORD.reveal()))
    session = open_session(parts, REQUIREMENTS.server, lambda *_: True)
    return setup.Planned(REQUIREMENTS, session, seen, plan, PASSWORD)


def test_a_refused_login_changes_nothing(tmp_path: Path) -> None:
    asked: list[str] = []

    def answer(script: str, _payload: bytes) -> CommandResult:
        asked.append(script)
        return CommandResult(0, b"verdict\tlogin-refused\ndetail\t535 5.7.8 no\n")

    parts = memory_parts(tmp_path, answer)
    parts.secrets.set("mx1", SecretKind.RELAY, PASSWORD)
    told: list[Event] = []
    done = setup.carry_out(parts, planned(parts, fresh()), told.append)
    assert done.outcome is Outcome.FAILED
    assert isinstance(told[-1], Done)
    assert len(asked) == 1
    assert "openssl s_client" in asked[0]
    assert parts.journal.entries("mx1") == ()


def test_a_planned_server_shows_no_password(tmp_path: Path) -> None:
    parts = memory_parts(tmp_path, lambda *_: CommandResult(0, b""))
    made = planned(parts, fresh())
    assert PASSWORD.reveal() not in repr(made)
    assert any(
        PASSWORD.reveal().encode() in blob for step in made.plan.steps for blob in step.blobs
    )


def test_an_unreadable_server_ends_the_connection(tmp_path: Path) -> None:
    parts = memory_parts(tmp_path, lambda *_: CommandResult(0, b"nonsense"))
    parts.secrets.set("mx1", SecretKind.RELAY, PASSWORD)
    with pytest.raises(MailwrightError) as caught:
        setup.plan(parts, REQUIREMENTS, lambda *_: True)
    assert caught.value.code == "platform.unreadable"
