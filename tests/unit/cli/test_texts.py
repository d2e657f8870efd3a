from __future__ import annotations

from typing import get_args

import pytest

from mailwright.cli import texts
from mailwright.interview import FieldError
from mailwright.model.dns_records import DnsRecord
from mailwright.model.events import (
    ConnectionLost,
    Done,
    Event,
    FindingMade,
    Note,
    Outcome,
    RecordsToPublish,
    RolledBack,
    StepDone,
    StepFailed,
    StepStarted,
)
from mailwright.model.finding import FindingKind, Severity
from mailwright.model.journal import Entry, EntryState
from mailwright.model.plan import Action, Change, Plan, Step
from mailwright.model.publication import Publication, ReverseRequest

HOSTILE = "\x1b]0;owned\x07\u202e\n\x9b2J"
KIND = FindingKind("a.b", Severity.FAIL, "It said {words}", "Ask {words}")
PUBLICATION = Publication(
    (DnsRecord(HOSTILE, "TXT", HOSTILE * 60, HOSTILE),),
    (ReverseRequest(HOSTILE, HOSTILE, HOSTILE),),
    (KIND.found(HOSTILE, HOSTILE, words=HOSTILE),),
)

EVENTS: tuple[Event, ...] = (
    StepStarted(HOSTILE, HOSTILE, 1, 2),
    StepDone(HOSTILE),
    StepFailed(HOSTILE, HOSTILE, HOSTILE),
    RolledBack(HOSTILE, (HOSTILE,)),
    ConnectionLost(HOSTILE, 600),
    Note(HOSTILE),
    FindingMade(KIND.found(HOSTILE, HOSTILE, words=HOSTILE)),
    RecordsToPublish(PUBLICATION),
    Done(Outcome.ROLLED_BACK, HOSTILE, (HOSTILE,), (HOSTILE,), HOSTILE),
)


def plan(*changes: Change, cautions: tuple[str, ...] = ()) -> Plan:
    return Plan("mx1", (Step("s", "Write", ":", (), ":", ":", changes),), cautions=cautions)


def plain(line: str) -> str:
    """A line without the bold type of headings."""
    return line.removeprefix("\x1b[1m").removesuffix("\x1b[0m")


def test_every_event_has_its_words() -> None:
    assert {type(event) for event in EVENTS} == set(get_args(Event)) == set(texts._LINES)


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_no_event_can_steer_the_terminal(event: Event) -> None:
    for line in texts.of_event(event):
        assert plain(line).isprintable(), line


def test_nothing_else_can_steer_the_terminal() -> None:
    change = Change(HOSTILE, Action.CHANGE, HOSTILE, HOSTILE, HOSTILE, undoable=False)
    entry = Entry(HOSTILE, EntryState.LEFT, HOSTILE, HOSTILE)
    lines = [
        *texts.of_plan(plan(change, cautions=(HOSTILE,)), PUBLICATION),
        *texts.of_entries((entry,)),
        *texts.of_field_errors((FieldError(HOSTILE, "host", {"value": HOSTILE}),)),
    ]
    for line in lines:
        assert plain(line).isprintable(), line


def test_a_plan_shows_each_change_with_its_reason() -> None:
    lines = [
        plain(line)
        for line in texts.of_plan(
            plan(
                Change("a", Action.ADD, None, "installed", "Needed"),
                Change("b", Action.CHANGE, "", "x\ny", "Better"),
                Change("c", Action.REMOVE, "1", None, "Gone", undoable=False),
                cautions=("Careful",),
            ),
            Publication((DnsRecord("a.example", "TXT", "v=spf1 -all", "For SPF"),)),
        )
    ]
    assert lines == [
        "Write",
        "  + a",
        "      + installed",
        "      Needed",
        "  ~ b",
        "      -",
        "      + x",
        "      + y",
        "      Better",
        "  - c",
        "      - 1",
        "      Gone",
        "      ! This cannot be taken back.",
        "  ! Careful",
        "DNS records for you to publish",
        "  a.example TXT v=spf1 -all",
        "      For SPF",
        "1 to add, 1 to change, 1 to remove",
    ]


def test_a_long_value_is_cut_where_it_can_be_seen() -> None:
    value = "\n".join(map(str, range(texts.LINES_OF_A_VALUE + 2)))
    lines = list(texts.of_plan(plan(Change("a", Action.ADD, None, value, "w")), Publication()))
    assert "      + … 2 more lines" in lines
    assert len(lines) == texts.LINES_OF_A_VALUE + 5


def test_the_servers_own_words_are_never_translated() -> None:
    change = Change("a", Action.CHANGE, "installed", "installed", "w")
    lines = list(texts.of_plan(plan(change), Publication()))
    assert "      - installed" in lines
    assert "      + installed" in lines


@pytest.mark.parametrize("outcome", Outcome)
def test_every_outcome_has_its_words(outcome: Outcome) -> None:
    (line,) = texts.of_event(Done(outcome))
    assert line.endswith(".")


def test_what_is_not_well_comes_with_its_remedy_and_the_last_of_the_evidence() -> None:
    evidence = "\n".join(map(str, range(20)))
    lines = list(texts.of_finding(KIND.found("x", evidence, words="no")))
    assert lines[:2] == ["  ✕ It said no", "      Ask no"]
    assert lines[2:] == [f"      | {number}" for number in range(12, 20)]
    good = FindingKind("a.b", Severity.PASS, "Well", "Nothing")
    assert list(texts.of_finding(good.found("x", evidence))) == ["  ✓ Well"]
    told = FindingKind("a.b", Severity.INFO, "It waits", "Go on")
    assert list(texts.of_finding(told.found("x", evidence))) == ["  i It waits", "      Go on"]


def test_a_minute_is_one() -> None:
    assert "1 minute." in "".join(texts.of_event(ConnectionLost("broke", 60)))
    assert "11 minutes." in "".join(texts.of_event(ConnectionLost("broke", 601)))
