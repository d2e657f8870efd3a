from __future__ import annotations

import pytest

from mailwright.errors import MailwrightError
from mailwright.model.events import Done, Event, Outcome, RolledBack
from mailwright.model.journal import Entry, EntryState
from mailwright.usecases.history import history, take_back, to_undo
from tests.support.examples import REQUIREMENTS
from tests.unit.usecases.practice import Kept, Practice

SERVER = REQUIREMENTS.server
STEPS = [("tables", "Write"), ("main.cf", "Set")]


def entry(name: str, follows: str | None = None, state: str = "confirmed") -> Entry:
    return Entry(name, EntryState(state), "me", "T", follows)


ENTRIES = [entry("1"), entry("2", "1"), entry("3"), entry("4", "3"), entry("5", state="undone")]


def ids(entries: tuple[Entry, ...]) -> list[str]:
    return [each.id for each in entries]


@pytest.fixture
def journal(server: Practice) -> list[Kept]:
    server.journal = [Kept(name, steps=STEPS, done=2) for name in ("1", "2")]
    server.journal.append(Kept("3", follows="2", steps=STEPS[1:], done=1))
    return server.journal


def undo(server: Practice, to: str | None = None) -> tuple[Done, list[Event]]:
    told: list[Event] = []
    done = take_back(server.parts, SERVER, lambda *_: True, told.append, to)
    assert told[-1] is done
    assert server.transports[-1].closed
    return done, told


def test_the_last_set_up_goes_back_with_what_followed_it() -> None:
    assert ids(to_undo(ENTRIES, None)) == ["4", "3"]


def test_back_to_an_entry_means_to_before_it() -> None:
    assert ids(to_undo(ENTRIES, "1")) == ["4", "3", "2", "1"]
    assert ids(to_undo(ENTRIES, "4")) == ["4"]
    assert ids(to_undo(ENTRIES, "5")) == []


@pytest.mark.parametrize("state", [state.value for state in EntryState if state != "undone"])
def test_whatever_is_left_of_an_entry_can_go_back(state: str) -> None:
    assert ids(to_undo([entry("1", state=state)], None)) == ["1"]


def test_nothing_is_left_to_take_back() -> None:
    assert to_undo([], None) == ()
    assert to_undo([entry("1", state="undone")], None) == ()


def test_an_orphan_goes_back_alone() -> None:
    assert ids(to_undo([entry("1", state="undone"), entry("2", "1")], None)) == ["2"]


def test_an_unknown_entry_is_an_error() -> None:
    with pytest.raises(MailwrightError) as caught:
        to_undo(ENTRIES, "9")
    assert caught.value.code == "history.no-entry"


def test_the_history_comes_from_the_server_and_a_copy_stays(
    server: Practice, journal: list[Kept]
) -> None:
    found = history(server.parts, SERVER, lambda *_: True)
    assert ids(found) == [kept.id for kept in journal]
    assert found[2].follows == "2"
    assert [step.state for step in found[0].steps] == ["done", "done"]
    assert server.parts.journal.entries("mx1") == found
    assert server.parts.journal.server("mx1") == SERVER
    assert server.transports[-1].closed


def test_taking_back_goes_newest_first_and_the_copy_says_so(
    server: Practice, journal: list[Kept]
) -> None:
    done, told = undo(server)
    assert [event.step for event in told if isinstance(event, RolledBack)] == [
        "main.cf",
        "main.cf",
        "tables",
    ]
    assert (done.outcome, done.undone) == (Outcome.ROLLED_BACK, ("main.cf", "main.cf", "tables"))
    states = [EntryState.CONFIRMED, EntryState.UNDONE, EntryState.UNDONE]
    assert [each.state for each in server.parts.journal.entries("mx1")] == states
    assert [kept.state for kept in journal] == ["confirmed", "undone", "undone"]


def test_what_does_not_go_back_whole_is_told_once_and_holds_nothing_up(
    server: Practice, journal: list[Kept]
) -> None:
    server.leaves = "path-kept\t/etc/x"
    done, _told = undo(server, "1")
    assert done.left == ("/etc/x came with a package and was changed since; it stays.",)
    assert [kept.state for kept in journal] == ["left", "left", "left"]
    assert {each.state for each in server.parts.journal.entries("mx1")} == {EntryState.LEFT}


def test_where_nothing_is_left_nothing_is_done(server: Practice) -> None:
    done, _told = undo(server)
    assert done.outcome is Outcome.NOTHING_TO_DO


def test_an_entry_that_is_not_there_ends_the_connection(server: Practice) -> None:
    with pytest.raises(MailwrightError):
        take_back(server.parts, SERVER, lambda *_: True, lambda _event: None, "9")
    assert server.transports[-1].closed
