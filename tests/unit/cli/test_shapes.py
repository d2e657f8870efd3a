from __future__ import annotations

import json
from pathlib import Path

from mailwright.cli import shapes
from mailwright.errors import MailwrightError
from mailwright.interview import FieldError, FieldErrors
from mailwright.model.dns_records import DnsRecord
from mailwright.model.events import Done, FindingMade, Outcome, StepStarted
from mailwright.model.finding import FindingKind, Severity
from mailwright.model.journal import Entry, EntryState, EntryStep
from mailwright.model.plan import Action, Change, Plan, Step

CHANGE = Change("relayhost", Action.CHANGE, "", "[r]:587", "Why it changes")


def test_a_plan_has_the_documented_form() -> None:
    plan = Plan("mx1", (Step("s", "S", ":", (), ":", ":", (CHANGE,)),), cautions=("Careful",))
    shape = shapes.of_plan(plan, (DnsRecord("a.example", "TXT", "v=spf1 -all", "Needed"),))
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
