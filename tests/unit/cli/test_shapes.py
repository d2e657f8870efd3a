from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from mailwright.cli import shapes
from mailwright.errors import MailwrightError
from mailwright.interview import FieldError, FieldErrors
from mailwright.model.dns_records import DnsRecord
from mailwright.model.events import Done, FindingMade, Outcome, RecordsToPublish, StepStarted
from mailwright.model.finding import FindingKind, Severity
from mailwright.model.journal import Entry, EntryState, EntryStep
from mailwright.model.plan import Action, Change, Plan, Step
from mailwright.model.publication import Publication, ReverseRequest

PUBLICATION = Publication(
    (DnsRecord("a.example", "TXT", f'v=DKIM1; p={"A" * 300}"', "Needed"),),
    (ReverseRequest("192.0.2.1", "1.2.0.192.in-addr.arpa", "mx.a.example"),),
    (FindingKind("records.no-mx", Severity.WARN, "No MX").found("a.example"),),
)
CHANGE = Change("relayhost", Action.CHANGE, "", "[r]:587", "Why it changes")


def test_a_plan_has_the_documented_form() -> None:
    plan = Plan("mx1", (Step("s", "S", ":", (), ":", ":", (CHANGE,)),), cautions=("Careful",))
    shape = shapes.of_plan(plan, PUBLICATION)
    assert shape["server"] == "mx1"
    assert shape["cautions"] == ["Careful"]
    assert shape["changes"] == [
        {
            "id": "relayhost",
            "action": "change",
            "before": "",
            "after": "[r]:587",
            "why": "Why it changes",
            "undoable": True,
        }
    ]
    assert json.loads(json.dumps(shape)) == shape


def test_what_is_to_be_published_is_ready_to_paste() -> None:
    shape: dict[str, Any] = shapes.of_publication(PUBLICATION)
    (record,) = shape["dns_records"]
    value = record["value"]
    assert "".join(record["strings"]) == value
    assert [len(text) for text in record["strings"]] == [255, len(value) - 255]
    first, second = (text.replace('"', '\\"') for text in record["strings"])
    assert record["quoted"] == f'"{first}" "{second}"'
    (request,) = shape["provider_texts"]
    assert (request["address"], request["hostname"]) == ("192.0.2.1", "mx.a.example")
    assert "1.2.0.192.in-addr.arpa PTR mx.a.example" in request["text"]
    assert [note["id"] for note in shape["notes"]] == ["records.no-mx"]
    event = shapes.of_event(RecordsToPublish(PUBLICATION))
    assert event == {"event": "records_to_publish", **shape}
    assert shapes.of_plan(Plan("mx1", ()), PUBLICATION).items() >= shape.items()
    assert shapes.of_findings((), 1.0, PUBLICATION) == {"findings": [], "seconds": 1.0, **shape}


def test_events_are_named_after_what_happened() -> None:
    assert shapes.of_event(StepStarted("s", "Write", 1, 2)) == {
        "event": "step_started",
        "step": "s",
        "title": "Write",
        "index": 1,
        "total": 2,
    }
    done = shapes.of_event(Done(Outcome.ROLLED_BACK, "e", ("s",), ("left",)))
    assert (done["event"], done["outcome"], done["left"]) == ("done", "rolled-back", ["left"])


def test_a_finding_keeps_its_stable_part_beside_its_texts() -> None:
    kind = FindingKind("spf.x", Severity.FAIL, "{count} records", "Publish {count}")
    shape = shapes.of_event(FindingMade(kind.found("a.example", "v=spf1", count=2)))
    assert (shape["event"], shape["id"], shape["severity"]) == ("finding", "spf.x", "fail")
    assert (shape["message"], shape["remedy"]) == ("2 records", "Publish 2")
    assert shape["args"] == {"count": 2}


def test_a_journal_keeps_the_order_of_its_entries() -> None:
    entry = Entry("1", EntryState.LEFT, "me", "Set-up", None, (EntryStep("s", "S", "left"),))
    assert shapes.of_entries((entry,)) == {
        "entries": [
            {
                "id": "1",
                "state": "left",
                "who": "me",
                "title": "Set-up",
                "follows": None,
                "steps": [{"id": "s", "title": "S", "state": "left"}],
            }
        ]
    }


def test_an_error_keeps_numbers_as_numbers() -> None:
    args = {"thing": Path("/way"), "limit": 4096}
    shape = shapes.of_error(MailwrightError("a.b", "No {thing} over {limit}", args=args))
    assert shape == {
        "event": "error",
        "code": "a.b",
        "message": "No /way over 4096",
        "remedy": "",
        "args": {"thing": "/way", "limit": 4096},
    }


def test_mistakes_in_answers_come_with_the_error() -> None:
    error = FieldErrors((FieldError("server.port", "out-of-range", {"lowest": 1, "highest": 2}),))
    assert shapes.of_error(error)["errors"] == [
        {
            "field": "server.port",
            "code": "out-of-range",
            "message": "A number from 1 to 2 belongs here.",
            "args": {"lowest": 1, "highest": 2},
        }
    ]
