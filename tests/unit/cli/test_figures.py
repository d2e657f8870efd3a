from __future__ import annotations

import json
from dataclasses import replace

from mailwright.cli.figures import (
    lines_of_figures,
    lines_of_snapshot,
    shape_of_figures,
    shape_of_snapshot,
)
from mailwright.i18n import set_language
from mailwright.model.figures import (
    AgeBand,
    Attempts,
    CauseCount,
    DomainCount,
    Figures,
    HourCount,
    Outcomes,
    QueueSnapshot,
    Snapshot,
)
from mailwright.usecases.watch import NO_LOG

HOSTILE = "\x1b]0;owned\x07\u202e"
CAUSE = CauseCount("mailbox_full", 1, 2, f"over quota {HOSTILE}", ("y.example",))
FIGURES = Figures(
    since=0.0,
    messages=5,
    attempts=Attempts(3, 4, 1, 0),
    outcomes=Outcomes(delivered=3, failed=1, pending=2),
    refused=1,
    causes=(CAUSE,),
    domains=(DomainCount(f"y.example{HOSTILE}", 3, 1, 2, 4),),
    hours=(HourCount(3600.0, Attempts(3, 4, 1, 0), 3, 1),),
    delay_median=1.25,
    delay_p95=9.0,
    lines=100,
    unparsed=2,
)
QUEUE = QueueSnapshot(
    90.0, {"active": 0, "deferred": 2}, 2, 90.0, (AgeBand(None, 2),), 120.0, (CAUSE,),
    (DomainCount("y.example", 0, 0, 2, 0),),
)  # fmt: skip
SNAPSHOT = Snapshot("mx1", 100.0, FIGURES, read_at=90.0, source="journal", queue=QUEUE)


def test_the_figures_have_the_promised_fields() -> None:
    shape = json.loads(json.dumps(shape_of_figures(FIGURES)))
    assert shape["attempts"] == {"sent": 3, "deferred": 4, "bounced": 1, "expired": 0}
    assert shape["outcomes"].items() >= {"delivered": 3, "failed": 1, "pending": 2}.items()
    assert (shape["messages"], shape["rejected"], shape["unparsed"]) == (5, 1, 2)
    assert (shape["error_rate"], shape["meets_goal"]) == (0.25, False)
    assert shape["hours"][0]["hour"] == "1970-01-01T01:00:00+00:00"
    (cause,) = shape["causes"]
    assert (cause["id"], cause["kind"], cause["remedy"]) == ("mailbox_full", "temporary", "wait")
    assert cause["advice"].startswith("Nothing now")


def test_a_snapshot_says_how_old_it_is() -> None:
    shape = json.loads(json.dumps(shape_of_snapshot(SNAPSHOT)))
    assert (shape["event"], shape["server"], shape["age"]) == ("snapshot", "mx1", 10.0)
    assert shape["queue"]["total"] == 2
    assert shape["queue"]["ages"] == [{"below": None, "messages": 2}]
    never = shape_of_snapshot(Snapshot("mx1", 100.0))
    assert (never["age"], never["read_at"], never["queue"]) == (None, None, None)


def test_people_read_what_came_of_the_mail_and_what_to_do() -> None:
    text = "\n".join(lines_of_figures(FIGURES))
    assert "3 delivered, 1 failed, 2 waiting (5 messages)" in text
    assert "Error rate 25.0 % (goal: below 3 %)" in text
    assert "The recipient's mailbox is full: 1 failed, 2 waiting" in text
    assert "Nothing now: the server tries again by itself." in text
    assert "Lines that could not be read: 2 of 100" in text


def test_nothing_from_outside_steers_the_terminal() -> None:
    trouble = NO_LOG.found("mx1", server=HOSTILE)
    shown = replace(SNAPSHOT, server=HOSTILE, source=HOSTILE, troubles=(trouble,))
    text = "\n".join(lines_of_snapshot(shown))
    assert "\x07" not in text
    assert "\u202e" not in text
    assert "\x1b]" not in text
    assert "\\x1b]0;owned" in text


def test_what_is_not_known_is_not_shown_as_nothing() -> None:
    text = "\n".join(lines_of_snapshot(Snapshot("mx1", 100.0)))
    assert "The log was not read yet." in text
    assert "Queue: not known." in text
    assert "delivered" not in text
    assert "Read 10 s ago from journal" in "\n".join(lines_of_snapshot(SNAPSHOT))


def test_causes_are_told_in_the_chosen_language() -> None:
    set_language("ja")
    assert any("受信者のメールボックスが一杯" in line for line in lines_of_figures(FIGURES))
