from __future__ import annotations

import re

import pytest

from mailwright.engine import remote
from mailwright.engine.entry import EntryHead
from mailwright.errors import MailwrightError
from mailwright.model.journal import EntryState
from mailwright.model.plan import Plan, Step
from mailwright.transport.base import CommandResult
from mailwright.transport.memory import MemoryTransport

ENTRY = "20261124T081003.110Z-3c4ec5"
HEAD = EntryHead(ENTRY, "me@here", "Set-up")


def answering(output: str, code: int = 0) -> MemoryTransport:
    return MemoryTransport(lambda _script, _payload: CommandResult(code, output.encode()))


def test_an_entry_is_brought_in_one_request() -> None:
    transport = answering("")
    remote.begin(transport, Plan("mx1", ()), HEAD)
    assert len(transport.asked) == 1
    assert f"--unit=mailwright-{ENTRY}" in transport.asked[0][0]


@pytest.mark.parametrize(("alive", "code"), [("yes", "engine.busy"), ("no", "engine.unfinished")])
def test_a_second_desktop_is_told_who_and_since_when(alive: str, code: str) -> None:
    with pytest.raises(MailwrightError) as caught:
        remote.begin(answering(f"{ENTRY}\t{alive}\tann@desk\n", 75), Plan("mx1", ()), HEAD)
    assert caught.value.code == code
    assert "ann@desk" in str(caught.value)
    assert "2026-11-24 08:10 UTC" in str(caught.value)


def test_a_journal_that_cannot_be_written_is_said_in_the_servers_words() -> None:
    with pytest.raises(MailwrightError) as caught:
        remote.begin(answering("mkdir: No space left on device\n", 1), Plan("mx1", ()), HEAD)
    assert caught.value.code == "engine.not-begun"
    assert "No space left" in str(caught.value)


def test_news_are_read_line_by_line() -> None:
    news = remote.follow(answering("alive\nstep\t01\t\nleft\t02\tchanged-since\t/a b\n"), ENTRY, 3)
    assert news.alive
    assert news.lines == (
        remote.Line("step", "01"),
        remote.Line("left", "02", ("changed-since", "/a b")),
    )
    assert remote.follow(answering("idle\n"), ENTRY, 3) == remote.News((), alive=False)


def test_the_journal_is_read_with_its_steps() -> None:
    output = (
        f"entry\t{ENTRY}\tapplying\tno\nwho\tann@desk\ntitle\tSet-up\nfollows\t\n"
        "step\ttables\tWrite\tdone\nstep\tmain.cf\tSet\tpending\n"
        "entry\t2\tconfirmed\tno\nwho\tbob\ntitle\tEnd\nfollows\t1\n"
    )
    first, second = remote.entries(answering(output))
    assert first.state is EntryState.INTERRUPTED  # nobody is at work on it
    assert [(step.id, step.state) for step in first.steps] == [
        ("tables", "done"),
        ("main.cf", "pending"),
    ]
    assert (second.state, second.follows) == (EntryState.CONFIRMED, "1")
    assert remote.entries(answering("")) == ()


def test_only_known_words_are_left_for_the_runner() -> None:
    with pytest.raises(ValueError, match="reboot"):
        remote.give_word(answering(""), ENTRY, "reboot")


def test_an_undo_begins_after_the_lines_that_are_known() -> None:
    assert remote.take_back(answering("7\n"), ENTRY) == 7


def test_what_was_stopped_before_a_reboot_cannot_go_on() -> None:
    with pytest.raises(MailwrightError) as caught:
        remote.resume(answering("", 3), ENTRY)
    assert caught.value.code == "engine.stage-gone"


def test_what_is_sent_is_the_entry_and_then_what_it_writes() -> None:
    secret = b"tr0ub4dor"
    step = Step("one", "One", ":", (), ":", ":", (), (secret,))
    transport = answering("")
    remote.begin(transport, Plan("mx1", (step,)), HEAD)
    script, payload = transport.asked[0]
    first, second = map(int, re.findall(r"head -c (\d+)", script))
    assert first + second == len(payload)
    assert secret not in payload[:first]
    assert secret in payload[first:]
    assert secret.decode() not in script


def test_the_last_words_of_a_step_are_bounded() -> None:
    transport = answering("words\n")
    assert remote.words_of(transport, ENTRY, "02") == "words"
    remote.words_of(transport, ENTRY, "reload")
    scripts = [script for script, _payload in transport.asked]
    assert scripts[0].startswith("tail -c 4000 ")
    assert scripts[0].endswith("/steps/02/out")
    assert scripts[1].endswith(f"{ENTRY}/reload.d/out")


def test_a_state_of_a_living_entry_is_its_own() -> None:
    (found,) = remote.entries(
        answering(f"entry\t{ENTRY}\tapplying\tyes\nwho\tann\ntitle\tT\nfollows\t\n")
    )
    assert found.state is EntryState.APPLYING


@pytest.mark.parametrize("state", ["confirmed", "undone", "left", "stopped"])
def test_an_entry_that_rests_is_no_interruption(state: str) -> None:
    (found,) = remote.entries(
        answering(f"entry\t{ENTRY}\t{state}\tno\nwho\tann\ntitle\tT\nfollows\t\n")
    )
    assert found.state.value == state


def test_one_odd_entry_does_not_hide_the_others() -> None:
    output = (
        "noise\nentry\t1\tfrom-the-future\tyes\nwho\tann\x0bdesk\nstep\n"
        "entry\t2\tconfirmed\tno\nwho\tbob\ntitle\tT\nfollows\t\n"
    )
    first, second = remote.entries(answering(output))
    assert first.state is EntryState.APPLYING
    assert second.state is EntryState.CONFIRMED
