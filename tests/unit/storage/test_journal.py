from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, get_args

import pytest

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
from mailwright.model.journal import Entry, EntryState, EntryStep
from mailwright.model.publication import Publication
from mailwright.model.server import Server
from mailwright.storage.database import Database
from mailwright.storage.journal import Journal, KnownServer, StoredEvent, event_line

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MX1 = Server("mx1", "mx1.example.jp")
FIRST = Entry(
    "20261124T074351Z-1",
    EntryState.APPLYING,
    "taro@desk",
    "Set up mx1",
    steps=(EntryStep("main.cf", "Settings", "running"), EntryStep("map", "リレー", "pending")),
)
SECOND = Entry("20261125T074351Z-1", EntryState.CONFIRMED, "taro@desk", "Rest", follows=FIRST.id)
KIND = FindingKind("spf.ok", Severity.PASS, "SPF holds {count} addresses.")

EVENTS: dict[str, Event] = {
    "step_started": StepStarted("main.cf", "設定", 1, 3),
    "step_done": StepDone("main.cf"),
    "step_failed": StepFailed("main.cf", "exit 1", 'line "1"\nline 2\x1b[31m'),
    "rolled_back": RolledBack("main.cf", ("a package",)),
    "connection_lost": ConnectionLost("timed out", 600),
    "note": Note("Waiting"),
    "finding_made": FindingMade(KIND.found("example.jp", "v=spf1 -all", count=2)),
    "records_to_publish": RecordsToPublish(
        Publication((DnsRecord("example.jp", "TXT", "v=spf1 -all", "Needed"),))
    ),
    "done": Done(Outcome.ROLLED_BACK, FIRST.id, ("main.cf",), (), "Try again"),
}


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    database = Database(tmp_path / "a.db")
    times = iter(range(1_000, 2_000))
    yield Journal(database, clock=lambda: float(next(times)))
    database.close()


def test_entries_come_back_as_they_were_put(journal: Journal) -> None:
    journal.meet(MX1)
    journal.put("mx1", SECOND)
    journal.put("mx1", FIRST)
    assert journal.entries("mx1") == (FIRST, SECOND)
    assert journal.entries("mx2") == ()


def test_an_entry_is_put_again_as_it_goes_on(journal: Journal) -> None:
    journal.meet(MX1)
    journal.put("mx1", FIRST)
    journal.append("mx1", FIRST.id, Note("kept"))
    later = replace(FIRST, state=EntryState.UNDONE, steps=())
    journal.put("mx1", later)
    assert journal.entries("mx1") == (later,)
    assert len(journal.events("mx1", FIRST.id)) == 1


def test_events_keep_their_order_and_time(journal: Journal) -> None:
    journal.meet(MX1)
    journal.put("mx1", FIRST)
    for event in EVENTS.values():
        journal.append("mx1", FIRST.id, event)
    stored = journal.events("mx1", FIRST.id)
    assert stored[0] == StoredEvent(1_002.0, event_line(EVENTS["step_started"]))
    assert [json.loads(event.line)["event"] for event in stored] == list(EVENTS)
    assert journal.events("mx1", SECOND.id) == ()


def test_there_is_a_line_for_each_kind_of_event() -> None:
    assert {type(event) for event in EVENTS.values()} == set(get_args(Event))
    for name, event in EVENTS.items():
        line = event_line(event)
        assert "\n" not in line
        assert json.loads(line)["event"] == name
    finding = json.loads(event_line(EVENTS["finding_made"]))["finding"]
    assert (finding["kind"]["id"], finding["args"]) == ("spf.ok", {"count": 2})


def test_known_servers_come_latest_first_with_their_last_entry(journal: Journal) -> None:
    journal.meet(MX1)
    journal.meet(Server("mx2", "192.0.2.1"))
    journal.put("mx1", FIRST)
    journal.put("mx1", SECOND)
    assert journal.known_servers() == (
        KnownServer("mx1", replace(SECOND, steps=()), 1_003.0),
        KnownServer("mx2", None, 1_001.0),
    )
    journal.meet(Server("mx2", "mx2.example.jp"))
    assert journal.known_servers()[0] == KnownServer("mx2", None, 1_004.0)


def test_a_forgotten_server_leaves_nothing(journal: Journal) -> None:
    journal.meet(MX1)
    journal.put("mx1", FIRST)
    journal.append("mx1", FIRST.id, Note("kept"))
    journal.forget("mx1")
    assert journal.known_servers() == ()
    assert journal.entries("mx1") == ()
    assert journal.events("mx1", FIRST.id) == ()
