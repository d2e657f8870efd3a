from __future__ import annotations

import json

from mailwright.cli import shapes
from mailwright.errors import MailwrightError
from mailwright.model.dns_records import DnsRecord
from mailwright.model.events import Done, FindingMade, Outcome, StepStarted
from mailwright.model.finding import FindingKind, Severity
from mailwright.model.journal import Entry, EntryState, EntryStep
from mailwright.model.plan import Action, Change, Plan, Step

CHANGE = Change("relayhost", Action.CHANGE, "", "[r]:587", "Why it changes")


def test_a_plan_has_the_documented_form() -> None:
    plan = Plan("mx1", (Step("s", "S", ":", (), ":", ":", (CHANGE,)),), cautions=("Careful",))
    shape = shapes.of_plan(plan, (DnsRecord("a.example", "TXT", "v=spf1 -all", "Needed"),))
    assert shape["schema_version"] == 1
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


def test_entries_and_errors() -> None:
    entry = Entry("1", EntryState.LEFT, "me", "Set-up", None, (EntryStep("s", "S", "left"),))
    assert shapes.of_entry(entry)["state"] == "left"
    error = MailwrightError("a.b", "No {thing}", args={"thing": "way"})
    assert shapes.of_error(error)["message"] == "No way"
    assert shapes.text_of("") == ""
