"""The JSON forms that `--json` prints: stable, documented, versioned."""

from __future__ import annotations

import re
from dataclasses import fields
from typing import TYPE_CHECKING

from mailwright.cli import records
from mailwright.i18n import _, render
from mailwright.interview import FieldErrors
from mailwright.model.events import FindingMade, RecordsToPublish

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mailwright.errors import MailwrightError
    from mailwright.interview import FieldError
    from mailwright.model.events import Event
    from mailwright.model.finding import Finding
    from mailwright.model.journal import Entry
    from mailwright.model.plan import Change, Plan
    from mailwright.model.publication import Publication
    from mailwright.usecases.diagnose import Diagnosis

SCHEMA_VERSION = 1
"""Counts up when a form loses or changes a field; new fields may come at any time."""

Shape = dict[str, object]


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


def of_findings(
    findings: Iterable[Finding], seconds: float, publication: Publication | None = None
) -> Shape:
    """The end of a proof, how long it took, and what is missing in the DNS where that was seen."""
    found = [of_finding(finding) for finding in findings]
    to_publish = of_publication(publication) if publication else {}
    return {"findings": found, "seconds": round(seconds, 3), **to_publish}


def of_diagnosis(domain: str, diagnosis: Diagnosis) -> Shape:
    """A diagnosis; `domain` is in A-labels."""
    return {
        "domain": domain,
        **of_findings(diagnosis.findings, diagnosis.seconds),
        "queries": diagnosis.queries,
        "dialogues": diagnosis.dialogues,
    }


def of_change(change: Change) -> Shape:
    """One difference of a plan."""
    return {
        "id": change.id,
        "action": change.action.value,
        "before": change.before,
        "after": change.after,
        "why": _(change.why),
        "undoable": change.undoable,
    }


def of_plan(plan: Plan, publication: Publication) -> Shape:
    """A plan and what the person should have published."""
    return {
        "server": plan.server,
        "changes": [of_change(change) for change in plan.changes],
        "cautions": [_(caution) for caution in plan.cautions],
        **of_publication(publication),
    }


def of_publication(publication: Publication) -> Shape:
    """The DNS records to publish, the texts for providers, and what else is to be known."""
    return {
        "dns_records": [records.record_shape(record) for record in publication.records],
        "provider_texts": [records.request_shape(request) for request in publication.requests],
        "notes": [of_finding(note) for note in publication.notes],
    }


def of_event(event: Event) -> Shape:
    """An event: its kind (`step_started`) and its fields."""
    if isinstance(event, FindingMade):
        return {"event": "finding", **of_finding(event.finding)}
    if isinstance(event, RecordsToPublish):
        return {"event": "records_to_publish", **of_publication(event.publication)}
    shape: Shape = {"event": re.sub(r"(?<!^)(?=[A-Z])", "_", type(event).__name__).lower()}
    for field in fields(event):
        value = getattr(event, field.name)
        shape[field.name] = list(value) if isinstance(value, tuple) else value
    for name, text in shape.items():
        if name in {"title", "reason"} and isinstance(text, str):
            shape[name] = _(text)
    return shape


def of_entry(entry: Entry) -> Shape:
    """An entry of a server's journal."""
    return {
        "id": entry.id,
        "state": entry.state.value,
        "who": entry.who,
        "title": _(entry.title),
        "follows": entry.follows,
        "steps": [
            {"id": step.id, "title": _(step.title), "state": step.state} for step in entry.steps
        ],
    }


def of_entries(entries: Iterable[Entry]) -> Shape:
    """A journal, oldest entry first."""
    return {"entries": [of_entry(entry) for entry in entries]}


def of_error(error: MailwrightError) -> Shape:
    """An error: `code` and `args` are the stable part; mistakes in answers bring `errors`."""
    shape: Shape = {
        "event": "error",
        "code": error.code,
        "message": error.message,
        "remedy": error.remedy or "",
        "args": _plain(error.arguments),
    }
    if isinstance(error, FieldErrors):
        shape["errors"] = of_field_errors(error.errors)
    return shape


def of_field_errors(errors: Iterable[FieldError]) -> list[Shape]:
    """Mistakes in answers, each with its field."""
    return [
        {
            "field": error.field,
            "code": error.code,
            "message": error.message,
            "args": _plain(error.args),
        }
        for error in errors
    ]


def _plain(args: Mapping[str, object]) -> Shape:
    """Numbers stay numbers; paths and the like become text."""
    return {
        name: value if isinstance(value, (int, float, str)) else str(value)
        for name, value in args.items()
    }
