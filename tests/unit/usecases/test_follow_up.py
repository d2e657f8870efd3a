from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mailwright.engine import planner
from mailwright.model.events import Event, Outcome, StepDone
from mailwright.mta.postfix.relay import RelaySecret
from mailwright.secrets import Secret
from mailwright.usecases.connection import open_session
from mailwright.usecases.follow_up import FollowUp
from tests.support.examples import REQUIREMENTS
from tests.unit.engine.test_planner import as_desired
from tests.unit.usecases.practice import PASSWORD, Kept, Practice

if TYPE_CHECKING:
    from mailwright.model.events import Done


def followed(server: Practice, follows: str | None) -> tuple[Done, list[Event]]:
    session = open_session(server.parts, REQUIREMENTS.server, lambda *_: True)
    follow_up = FollowUp(server.parts, REQUIREMENTS, session, Secret(PASSWORD))
    told: list[Event] = []
    plan = planner.end_of_trial(REQUIREMENTS, server.seen, RelaySecret(PASSWORD))
    return follow_up.apply(plan, "First delivery seen", told.append, follows), told


@pytest.mark.parametrize(("follows", "wanted"), [("1", "1"), (None, "3")])
def test_it_goes_back_with_its_set_up_or_with_the_last_one(
    server: Practice, follows: str | None, wanted: str
) -> None:
    server.seen = as_desired(proven=False)
    server.journal += [
        Kept("1"),
        Kept("3"),
        Kept("4", follows="3"),
        Kept("5", state="undone"),
    ]
    done, told = followed(server, follows)
    assert done.outcome is Outcome.DONE
    assert any(isinstance(event, StepDone) for event in told)
    (entry,) = [each for each in server.journal if each.id == done.entry]
    assert (entry.follows, entry.who) == (wanted, server.parts.who)
    assert done.entry in {each.id for each in server.parts.journal.entries("mx1")}


def test_a_failure_is_told_without_the_password(server: Practice) -> None:
    server.seen = as_desired(proven=False)
    server.fails = "main.cf"
    done, told = followed(server, None)
    assert done.outcome is Outcome.ROLLED_BACK
    assert PASSWORD not in repr(told)
