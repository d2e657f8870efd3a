from __future__ import annotations

from dataclasses import replace

from mailwright.engine.apply import Job, apply, resume, roll_back
from mailwright.engine.entry import EntryHead
from mailwright.engine.progress import Session
from mailwright.model.events import Event, Outcome
from mailwright.model.journal import Entry, EntryState, EntryStep
from mailwright.model.plan import Plan, Step
from mailwright.transport.base import CommandResult
from tests.unit.engine.test_progress import Script

PLAN = Plan("mx1", (Step("tables", "Write", ":", (), ":", ":", ()),))


class Server(Script):
    """Begins and takes back whatever it is asked to."""

    def run(self, script: str, payload: bytes = b"", *, limit: float = 60.0) -> CommandResult:
        if "systemd-run" in script:
            return CommandResult(0, b"4\n")
        return super().run(script, payload, limit=limit)


def job(server: Server) -> Job:
    told: list[Event] = []
    return Job(Session(server, lambda: server), told.append)


def test_an_apply_is_confirmed_once_it_is_applied() -> None:
    server = Server("alive\napplied\n", "alive\nconfirmed\n")
    done = apply(job(server), Plan("mx1", ()), EntryHead("e", "me", "T"))
    assert (done.outcome, done.entry) == (Outcome.DONE, "e")
    assert server.words == ["confirm"]


def test_an_apply_that_failed_is_not_confirmed() -> None:
    server = Server("alive\nundone\n")
    done = apply(job(server), Plan("mx1", ()), EntryHead("e", "me", "T"))
    assert done.outcome is Outcome.ROLLED_BACK
    assert server.words == []


def entry(name: str) -> Entry:
    return Entry(name, EntryState.CONFIRMED, "me", "T")


def test_entries_go_back_one_after_the_other() -> None:
    server = Server("alive\nundone\n", "alive\nundone\n")
    done = roll_back(job(server), [entry("2"), entry("1")], 600)
    assert (done.outcome, done.entry) == (Outcome.ROLLED_BACK, "1")


def test_an_entry_that_is_interrupted_ends_it() -> None:
    server = Server("idle\n", "idle\n")
    assert roll_back(job(server), [entry("2"), entry("1")], 600).outcome is Outcome.INTERRUPTED


def test_nothing_to_take_back_is_said() -> None:
    assert roll_back(job(Server()), [], 600).outcome is Outcome.NOTHING_TO_DO


def test_what_was_stopped_goes_on_after_the_lines_that_are_known() -> None:
    server = Server("alive\napplied\n", "alive\nconfirmed\n")
    working = job(server)
    assert resume(working, entry("1"), 600).outcome is Outcome.DONE


def test_an_apply_that_was_stopped_is_not_confirmed() -> None:
    server = Server("alive\nstep\t01\n", "alive\nstopped\n")
    told = job(server)
    told.stop = lambda: True
    done = apply(told, PLAN, EntryHead("e", "me", "T"))
    assert done.outcome is Outcome.STOPPED
    assert server.words == ["stop"]


def test_what_was_undone_while_the_word_was_on_its_way_is_told() -> None:
    server = Server("alive\napplied\n", "alive\nunconfirmed\nundoing\nundone\t01\nundone\n")
    done = apply(job(server), PLAN, EntryHead("e", "me", "T"))
    assert (done.outcome, done.undone) == (Outcome.ROLLED_BACK, ("tables",))


def test_titles_come_from_the_journal_when_an_entry_goes_back() -> None:
    steps = (EntryStep("tables", "Write", "done"), EntryStep("main.cf", "Set", "done"))
    server = Server("alive\nundone\t02\nundone\t01\nundone\n")
    done = roll_back(job(server), [replace(entry("1"), steps=steps)], 600)
    assert done.undone == ("main.cf", "tables")
