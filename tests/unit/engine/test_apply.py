from __future__ import annotations

from mailwright.engine.apply import Job, apply, resume, roll_back
from mailwright.engine.entry import EntryHead
from mailwright.engine.progress import Session
from mailwright.model.events import Event, Outcome
from mailwright.model.journal import Entry, EntryState
from mailwright.model.plan import Plan
from mailwright.transport.base import CommandResult
from tests.unit.engine.test_progress import Script


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
