from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from mailwright.datafiles import data_path
from mailwright.engine import progress, remote
from mailwright.engine.progress import Follower, Session
from mailwright.errors import MailwrightError
from mailwright.model.events import (
    ConnectionLost,
    Event,
    Outcome,
    RolledBack,
    StepDone,
    StepFailed,
    StepStarted,
)
from mailwright.model.journal import EntryState
from mailwright.transport.base import CommandResult

if TYPE_CHECKING:
    from mailwright.transport.base import Transport

RUNNER = data_path("server/runner.sh").read_text()
TITLES = {"01": ("tables", "Write"), "02": ("main.cf", "Set")}


class Script:
    """Answers each question about news with the next of its lines."""

    def __init__(self, *answers: str | None) -> None:
        self.answers = list(answers)
        self.words: list[str] = []

    def run(self, script: str, payload: bytes = b"", *, limit: float = 60.0) -> CommandResult:
        del payload, limit
        if script.startswith("tail"):
            return CommandResult(0, b"the server's words\n")
        if "turns" not in script:
            self.words.append(script.rpartition("/")[2])
            return CommandResult(0, b"")
        answer = self.answers.pop(0)
        if answer is None:
            raise MailwrightError("transport.lost", "lost")
        return CommandResult(0, answer.encode())

    def close(self) -> None:
        """Nothing to end."""


def follower(script: Script, *again: Script | None) -> tuple[Follower, list[Event]]:
    told: list[Event] = []
    rest = list(again)

    def reconnect() -> Transport:
        found = rest.pop(0)
        if found is None:
            raise MailwrightError("transport.unreachable", "away")
        return found

    session = Session(script, reconnect, pauses=(0.0, 0.0))
    return Follower(session, "entry", 600, TITLES, told.append), told


def test_lines_become_events() -> None:
    following, told = follower(Script("alive\nstep\t01\t\ndone\t01\t\n", "alive\napplied\n"))
    assert following.until("applied") == "applied"
    assert told == [StepStarted("tables", "Write", 1, 2), StepDone("tables")]
    assert following.seen == 3


def test_a_failure_tells_the_servers_words_and_what_went_back() -> None:
    lines = "alive\nfailed\t02\t1\nundoing\nleft\t02\tchanged-since\t/etc/x\nundone\t01\nleft\n"
    following, told = follower(Script(lines))
    done = following.finish(following.until("applied", "undone", "left"))
    assert isinstance(told[0], StepFailed)
    assert told[0].output == "the server's words"
    assert RolledBack("tables") in told
    assert done.outcome is Outcome.ROLLED_BACK
    assert done.undone == ("tables",)
    assert "/etc/x" in done.left[0]


def test_a_connection_that_comes_back_goes_on_where_it_was() -> None:
    second = Script("alive\ndone\t01\n", "alive\napplied\n")
    following, told = follower(Script("alive\nstep\t01\n", None), second)
    assert following.until("applied") == "applied"
    assert any(isinstance(event, ConnectionLost) for event in told)
    assert StepDone("tables") in told


def test_a_server_that_stays_away_is_told_with_what_it_will_do() -> None:
    following, _told = follower(Script(None), None, None)
    done = following.finish(following.until("applied"))
    assert done.outcome is Outcome.INTERRUPTED
    assert "10" in done.what_next


def test_a_refused_host_key_at_the_reconnect_is_not_passed_over() -> None:
    following, _told = follower(Script(None))

    def refuse() -> Transport:
        raise MailwrightError("host-key.changed", "changed")

    following.session.reconnect = refuse
    with pytest.raises(MailwrightError, match="changed"):
        following.until("applied")


def test_a_runner_that_is_gone_is_an_interruption() -> None:
    following, _told = follower(Script("idle\n", "idle\n"))
    assert following.finish(following.until("applied")).outcome is Outcome.INTERRUPTED


def test_the_wish_to_stop_is_passed_on_once() -> None:
    script = Script("alive\nstep\t01\n", "alive\nstopped\n")
    following, _told = follower(script)
    assert following.until("stopped", stop=lambda: True) == "stopped"
    assert script.words == ["stop"]


def test_an_entry_without_words_of_its_own_ends_as_it_ended() -> None:
    following, told = follower(Script("alive\nunconfirmed\nundoing\nundone\n"))
    assert following.until("undone", "left") == "undone"
    assert told == []


def test_an_undone_step_is_not_taken_for_the_end() -> None:
    following, _told = follower(
        Script("alive\nundone\t01\n", "alive\nleft\t02\tqueue-kept\t7\nleft\n")
    )
    assert following.until("undone", "left") == "left"
    assert following.undone == ["tables"]
    assert "7" in following.left[0]


def test_a_line_whose_words_could_not_be_read_is_told_once_the_connection_is_back() -> None:
    class Breaks(Script):
        def run(self, script: str, payload: bytes = b"", *, limit: float = 60.0) -> CommandResult:
            if script.startswith("tail"):
                raise MailwrightError("transport.lost", "lost")
            return super().run(script, payload, limit=limit)

    second = Script("alive\nfailed\t01\t1\nundone\n")
    following, told = follower(Breaks("alive\nfailed\t01\t1\n"), second)
    assert following.until("undone") == "undone"
    assert [type(event) for event in told] == [ConnectionLost, StepFailed]
    assert following.seen == 2


def test_an_error_that_is_no_broken_connection_is_not_passed_over() -> None:
    class Refuses(Script):
        def run(self, script: str, payload: bytes = b"", *, limit: float = 60.0) -> CommandResult:
            return CommandResult(1, b"Permission denied")

    following, _told = follower(Refuses())
    with pytest.raises(MailwrightError, match="Permission denied"):
        following.until("undone")


def test_a_runner_that_is_idle_once_may_only_be_about_to_start() -> None:
    following, _told = follower(Script("idle\n", "alive\n", "idle\n", "alive\napplied\n"))
    assert following.until("applied") == "applied"


def test_everything_that_an_undo_leaves_has_its_sentence() -> None:
    codes = set(re.findall(r"\bleft ([a-z][a-z-]+) [\"$/0-9]", RUNNER))
    assert {"changed-since", "queue-kept", "undo-failed"} <= codes
    assert codes <= set(progress._LEFT) | {"reload"}
    for code in codes - {"reload"}:
        assert "/etc/x" in progress._left_text((code, "/etc/x"))


def test_every_line_about_a_step_becomes_an_event() -> None:
    kinds = set(re.findall(r'say "?([a-z-]+)"? "\$\(name_of_step\)"', RUNNER))
    assert {"step", "done", "refused", "not-saved", "failed", "left", "undone"} == kinds
    for kind in kinds:
        following, told = follower(Script())
        following._tell(remote.Line(kind, "01", ("changed-since", "/etc/x")))
        assert len(told) == 1, kind


def test_the_runner_knows_no_state_that_the_desktop_does_not() -> None:
    states = set(re.findall(r'(?:set_state "\$entry"|finish) ([a-z]+)', RUNNER))
    assert {"applying", "undone", "left", "confirmed"} <= states
    assert states <= {state.value for state in EntryState}


@pytest.mark.parametrize("word", ["confirmed", "stopped", "undone", "left", "lost", "interrupted"])
def test_every_end_says_what_is_next_unless_all_is_well(word: str) -> None:
    following, _told = follower(Script())
    done = following.finish(word)
    assert (done.what_next == "") == (word in {"confirmed", "undone"})
    assert done.entry == "entry"
