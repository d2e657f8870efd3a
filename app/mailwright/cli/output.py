"""What the command line prints: text for people on both streams, or JSON lines."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from mailwright.cli import shapes
from mailwright.i18n import _, ngettext, render, visible
from mailwright.model.events import (
    ConnectionLost,
    Done,
    Event,
    FindingMade,
    Note,
    Outcome,
    RolledBack,
    StepDone,
    StepFailed,
    StepStarted,
)
from mailwright.model.finding import Severity
from mailwright.model.plan import Action

if TYPE_CHECKING:
    from collections.abc import Callable

    from mailwright.errors import MailwrightError
    from mailwright.model.dns_records import DnsRecord
    from mailwright.model.finding import Finding
    from mailwright.model.journal import Entry
    from mailwright.model.plan import Change, Plan

_SIGNS = {
    Severity.PASS: "✓",
    Severity.INFO: "i",
    Severity.WARN: "!",
    Severity.FAIL: "✕",
    Severity.UNKNOWN: "?",
}
_MARKS = {Action.ADD: "+", Action.CHANGE: "~", Action.REMOVE: "-"}
_INDENT = "      "


@dataclass(frozen=True, slots=True)
class Output:
    """Where results go: one JSON object a line when `as_json`, else text."""

    as_json: bool

    def shape(self, shape: shapes.Shape) -> None:
        """Print a JSON object in one line."""
        click.echo(json.dumps(shape, ensure_ascii=False))

    def plan(self, plan: Plan, records: tuple[DnsRecord, ...]) -> None:
        """Print a plan."""
        if self.as_json:
            self.shape(shapes.of_plan(plan, records))
        else:
            _print_plan(plan, records)

    def event(self, event: Event) -> None:
        """Print an event as it comes."""
        if self.as_json:
            self.shape(shapes.of_event(event))
        else:
            _PRINTERS[type(event)](event)

    def findings(self, findings: list[Finding], seconds: float) -> None:
        """Print the end of a proof; as text the findings were printed as they came."""
        if self.as_json:
            self.shape(
                {
                    "schema_version": shapes.SCHEMA_VERSION,
                    "findings": [shapes.of_finding(finding) for finding in findings],
                    "seconds": round(seconds, 3),
                }
            )

    def entries(self, entries: tuple[Entry, ...]) -> None:
        """Print a journal, oldest first."""
        if self.as_json:
            self.shape(
                {
                    "schema_version": shapes.SCHEMA_VERSION,
                    "entries": [shapes.of_entry(entry) for entry in entries],
                }
            )
            return
        if not entries:
            click.echo(_("Nothing was ever applied on this server."))
        for entry in entries:
            click.echo(f"{entry.id}  {entry.state.value:12} {visible(entry.who)}")
            click.echo(f"{_INDENT}{shapes.text_of(entry.title)}")

    def error(self, error: MailwrightError) -> None:
        """Print an error: what, where, what to do."""
        if self.as_json:
            self.shape(shapes.of_error(error))
        click.echo(error.message, err=True)
        if error.remedy:
            click.echo(error.remedy, err=True)


def _print_plan(plan: Plan, records: tuple[DnsRecord, ...]) -> None:
    if not plan.changes:
        click.echo(_("Nothing to do: {server} is as planned.").format(server=plan.server))
    for step in plan.steps:
        click.echo(click.style(shapes.text_of(step.title), bold=True))
        for change in step.changes:
            _print_change(change)
    for caution in plan.cautions:
        click.echo(f"  ! {shapes.text_of(caution)}")
    if records:
        click.echo(click.style(_("DNS records for you to publish"), bold=True))
    for record in records:
        click.echo(f"  {record.name} {record.type} {visible(record.value)}")
        click.echo(f"{_INDENT}{shapes.text_of(record.why)}")
    if plan.changes:
        click.echo(_totals(plan))


def _totals(plan: Plan) -> str:
    counts = dict.fromkeys(Action, 0)
    for change in plan.changes:
        counts[change.action] += 1
    return _("{add} to add, {change} to change, {remove} to remove").format(
        add=counts[Action.ADD], change=counts[Action.CHANGE], remove=counts[Action.REMOVE]
    )


def _print_change(change: Change) -> None:
    click.echo(f"  {_MARKS[change.action]} {visible(change.id)}")
    for sign, value in (("-", change.before), ("+", change.after)):
        for line in (value or "").splitlines() or ([""] if value == "" else []):
            click.echo(f"{_INDENT}{sign} {visible(line)}")
    click.echo(f"{_INDENT}{shapes.text_of(change.why)}")
    if not change.undoable:
        click.echo(f"{_INDENT}! {_('This cannot be taken back.')}")


def _step_started(event: StepStarted) -> None:
    title = shapes.text_of(event.title)
    click.echo(f"[{event.index}/{event.total}] {title} …", err=True)


def _step_done(event: StepDone) -> None:
    del event


def _step_failed(event: StepFailed) -> None:
    click.echo(f"  ✕ {shapes.text_of(event.reason)}", err=True)
    for line in event.output.splitlines():
        click.echo(f"    {visible(line)}", err=True)


def _rolled_back(event: RolledBack) -> None:
    click.echo(f"  ↶ {_('Taken back: {step}').format(step=event.step)}", err=True)
    for text in event.left:
        click.echo(f"    ! {text}", err=True)


def _connection_lost(event: ConnectionLost) -> None:
    click.echo(f"  ! {event.reason}", err=True)
    minutes = -(-event.undo_after // 60)
    text = ngettext(
        "The server goes on by itself and takes everything back unless it hears from here within "
        "{minutes} minute.",
        "The server goes on by itself and takes everything back unless it hears from here within "
        "{minutes} minutes.",
        minutes,
    )
    click.echo(f"    {text.format(minutes=minutes)}", err=True)


def _note(event: Note) -> None:
    click.echo(event.text, err=True)


def _finding(event: FindingMade) -> None:
    finding = event.finding
    kind = finding.kind
    click.echo(f"  {_SIGNS[kind.severity]} {render(kind.message, finding.args)}")
    if kind.severity in {Severity.PASS, Severity.INFO}:
        return
    if kind.remedy:
        click.echo(f"{_INDENT}{render(kind.remedy, finding.args)}")
    for line in finding.evidence.splitlines()[-8:]:
        click.echo(f"{_INDENT}| {visible(line)}")


def _done(event: Done) -> None:
    texts = {
        Outcome.DONE: _("Done and confirmed."),
        Outcome.NOTHING_TO_DO: _("There was nothing to do."),
        Outcome.FAILED: _("Nothing was done."),
        Outcome.ROLLED_BACK: _("Everything was taken back.")
        if not event.left
        else _("Taken back, except for what is named here:"),
        Outcome.STOPPED: _("Stopped as you asked; what was done so far stays."),
        Outcome.INTERRUPTED: _("Interrupted: the end is not known here."),
    }
    click.echo(texts[event.outcome], err=True)
    for text in event.left:
        click.echo(f"  ! {text}", err=True)
    if event.what_next:
        click.echo(event.what_next, err=True)


_PRINTERS: dict[type, Callable[..., None]] = {
    StepStarted: _step_started,
    StepDone: _step_done,
    StepFailed: _step_failed,
    RolledBack: _rolled_back,
    ConnectionLost: _connection_lost,
    Note: _note,
    FindingMade: _finding,
    Done: _done,
}
