from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

import pytest

from tests.unit.usecases.practice import HOSTILE, Kept

if TYPE_CHECKING:
    from tests.unit.cli.conftest import Person

STEPS = [("tables", "Write"), ("main.cf", "Set Postfix's parameters")]


@pytest.fixture(autouse=True)
def journal(person: Person) -> list[Kept]:
    """A set-up from long ago, and the last one with what followed it."""
    person.server.journal = [
        Kept("1", steps=STEPS, done=2),
        Kept("2", steps=STEPS, done=2),
        Kept("3", title="First delivery seen", follows="2", steps=STEPS[1:], done=1),
    ]
    return person.server.journal


def test_the_history_lists_who_did_what(person: Person) -> None:
    ran = person.run("history", "mx1", "--json")
    assert ran.code == 0
    (shape,) = ran.shapes
    assert (shape["schema_version"], shape["event"]) == (1, "entries")
    assert [entry["id"] for entry in shape["entries"]] == ["1", "2", "3"]
    assert shape["entries"][2] == {
        "id": "3",
        "state": "confirmed",
        "who": "ann@desk",
        "title": "First delivery seen",
        "follows": "2",
        "steps": [{"id": "main.cf", "title": "Set Postfix's parameters", "state": "done"}],
    }
    assert "ann@desk" in person.run("history", "mx1").out
    assert person.server.transports[-1].closed


def test_a_server_without_history_says_so(person: Person, journal: list[Kept]) -> None:
    journal.clear()
    assert person.run("history", "mx1").out == "Nothing was ever applied on this server.\n"
    assert person.run("rollback", "mx1", "--json").shapes[-1]["outcome"] == "nothing-to-do"


def test_the_servers_words_cannot_steer_the_terminal(person: Person, journal: list[Kept]) -> None:
    journal[0] = Kept("0-\x1b[2J", HOSTILE, HOSTILE, steps=[("a", HOSTILE)])
    for command in ("history", "rollback"):
        for option in ((), ("--json",)):
            ran = person.run(command, "mx1", *option)
            assert not any(character in ran.out + ran.err for character in "\x1b\x07\u202e")


def test_an_unknown_host_key_is_exit_2(stranger: Person) -> None:
    stranger.server.parts.host_keys.forget("198.51.100.7", 22)
    ran = stranger.run("history", "198.51.100.7", "--json")
    assert (ran.code, ran.shapes[0]["code"]) == (2, "host-key.unconfirmed")


def test_what_is_no_server_is_exit_2(person: Person) -> None:
    ran = person.run("history", "a b", "--json")
    assert (ran.code, ran.shapes[0]["code"]) == (2, "cli.bad-server")


def test_the_last_set_up_goes_back_with_what_followed(person: Person, journal: list[Kept]) -> None:
    ran = person.run("rollback", "mx1", "--yes", "--json")
    assert ran.code == 0
    assert [entry.state for entry in journal] == ["confirmed", "undone", "undone"]
    assert [each["step"] for each in ran.events("rolled_back")] == ["main.cf", "main.cf", "tables"]
    done = ran.shapes[-1]
    assert (done["outcome"], done["entry"], done["left"]) == ("rolled-back", "2", [])


def test_back_to_before_an_entry_takes_all_that_came_later(
    person: Person, journal: list[Kept]
) -> None:
    assert person.run("rollback", "mx1", "--yes", "--to", "1").code == 0
    assert {entry.state for entry in journal} == {"undone"}


def test_an_entry_that_does_not_exist_is_exit_2(person: Person) -> None:
    ran = person.run("rollback", "mx1", "--yes", "--to", "x", "--json")
    assert (ran.code, ran.shapes[0]["code"]) == (2, "history.no-entry")


def test_what_does_not_go_back_is_told_with_exit_1(person: Person) -> None:
    person.server.leaves = f"changed-since\t/etc/x{HOSTILE}"
    ran = person.run("rollback", "mx1", "--yes")
    assert ran.code == 1
    assert "/etc/x\\x1b]0;owned\\x07\\u202e was changed by somebody else" in ran.out
    assert "except for what is named here" in ran.out


def test_a_person_sees_what_goes_back_and_is_asked(person: Person, journal: list[Kept]) -> None:
    person.terminal = True
    ran = person.run("rollback", "mx1", stdin="n\n")
    assert (ran.code, ran.err.splitlines()[-1]) == (1, "Nothing was changed.")
    assert "Take back these 2 entries on mx1?" in ran.err
    assert [line.split()[0] for line in ran.out.splitlines()[::2]] == ["3", "2"]
    assert {entry.state for entry in journal} == {"confirmed"}
    assert person.run("rollback", "mx1", stdin="y\n").code == 0
    assert [entry.state for entry in journal] == ["confirmed", "undone", "undone"]


def test_nobody_to_ask_is_exit_2(person: Person, journal: list[Kept]) -> None:
    ran = person.run("rollback", "mx1")
    assert ran.code == 2
    assert "--yes" in ran.err
    assert {entry.state for entry in journal} == {"confirmed"}


def test_who_leaves_a_rollback_is_told_that_it_goes_on(person: Person) -> None:
    person.server.on_undo = lambda: os.kill(os.getpid(), signal.SIGINT)
    ran = person.run("rollback", "mx1", "--yes", "--json")
    assert (ran.code, ran.shapes[-1]["code"]) == (3, "cli.left")
