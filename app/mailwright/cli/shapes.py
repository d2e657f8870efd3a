"""The JSON forms that `--json` prints: stable, documented, versioned."""

from __future__ import annotations

import re
from dataclasses import fields
from typing import TYPE_CHECKING

from mailwright.i18n import _, render
from mailwright.model.events import FindingMade

if TYPE_CHECKING:
    from mailwright.errors import MailwrightError
    from mailwright.model.dns_records import DnsRecord
    from mailwright.model.events import Event
    from mailwright.model.finding import Finding
    from mailwright.model.journal import Entry
    from mailwright.model.plan import Change, Plan

SCHEMA_VERSION = 1

Shape = dict[str, object]


def text_of(message: str) -> str:
    """A message id in the chosen language; an empty one stays empty."""
    return _(message) if message else ""


def of_finding(finding: Finding) -> Shape:
    """A finding: `id` and `args` are the stable part, the texts are for people."""
    kind = finding.kind
    return {
        "id": kind.id,
        "severity": kind.severity.value,
        "subject": finding.subject,
        "message": render(kind.message, finding.args),
        "remedy": render(kind.remedy, finding.args) if kind.remedy else "",
        "evidence": finding.evidence,
        "source": kind.source,
        "args": dict(finding.args),
    }


def of_change(change: Change) -> Shape:
    """One difference of a plan."""
    return {
        "id": change.id,
        "action": change.action.value,
        "before": change.before,
        "after": change.after,
        "why": text_of(change.why),
        "undoable": change.undoable,
    }


def of_plan(plan: Plan, records: tuple[DnsRecord, ...]) -> Shape:
    """A plan and the DNS records that the person should publish."""
    return {
        "schema_version": SCHEMA_VERSION,
        "server": plan.server,
        "changes": [of_change(change) for change in plan.changes],
        "cautions": [text_of(caution) for caution in plan.cautions],
        "dns_records": [
            {
                "name": record.name,
                "type": record.type,
                "value": record.value,
                "why": text_of(record.why),
            }
            for record in records
        ],
    }


def of_event(event: Event) -> Shape:
    """An event: its kind (`step_started`) and its fields."""
    kind = re.sub(r"(?<!^)(?=[A-Z])", "_", type(event).__name__).lower()
    if isinstance(event, FindingMade):
        return {"event": "finding", **of_finding(event.finding)}
    shape: Shape = {"event": kind}
    for field in fields(event):
        value = getattr(event, field.name)
        shape[field.name] = list(value) if isinstance(value, tuple) else value
    for name in ("title", "reason"):
        if isinstance(shape.get(name), str):
            shape[name] = text_of(str(shape[name]))
    return shape


def of_entry(entry: Entry) -> Shape:
    """An entry of a server's journal."""
    return {
        "id": entry.id,
        "state": entry.state.value,
        "who": entry.who,
        "title": text_of(entry.title),
        "follows": entry.follows,
        "steps": [
            {"id": step.id, "title": text_of(step.title), "state": step.state}
            for step in entry.steps
        ],
    }


def of_error(error: MailwrightError) -> Shape:
    """An error: `code` and `args` are the stable part."""
    return {
        "event": "error",
        "code": error.code,
        "message": error.message,
        "remedy": error.remedy,
        "args": {name: str(value) for name, value in error.arguments.items()},
    }
