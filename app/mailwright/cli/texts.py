"""What the command line says to people, line by line; whatever comes from outside is escaped."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from mailwright.cli import records
from mailwright.i18n import N_, VALUE_LIMIT, _, ngettext, render, visible
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
from mailwright.model.finding import Severity
from mailwright.model.plan import Action

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from mailwright.interview import FieldError
    from mailwright.model.finding import Finding
    from mailwright.model.journal import Entry
    from mailwright.model.plan import Change, Plan
    from mailwright.model.publication import Publication
    from mailwright.usecases.diagnose import Diagnosis

LONGEST_SENTENCE = 4_000
LINES_OF_A_VALUE = 40
"""How many lines of a value of a plan are shown; `--json` has all that the plan holds."""
LINES_OF_EVIDENCE = 8

_SIGNS = {
    Severity.PASS: "✓",
    Severity.INFO: "i",
    Severity.WARN: "!",
    Severity.FAIL: "✕",
    Severity.UNKNOWN: "?",
}
_MARKS = {Action.ADD: "+", Action.CHANGE: "~", Action.REMOVE: "-"}
_INDENT = "      "
_NOTHING_TO_DO = N_("Nothing to do: {server} is as planned.")
_FOR_EVER = N_("This cannot be taken back.")
_TAKEN_BACK = N_("Taken back: {step}")


def sentence(message: str) -> str:
    """Return a message id, or a text that was rendered before, as it may be shown in one line.

    Titles come back from the server's journal, so that any text may stand in their place.
    """
    return visible(_(message), LONGEST_SENTENCE)


def of_plan(plan: Plan, publication: Publication) -> Iterator[str]:
    """Every change with its reason, what to be careful about, and what is to be published."""
    if not plan.changes:
        yield render(_NOTHING_TO_DO, {"server": plan.server})
    for step in plan.steps:
        yield click.style(sentence(step.title), bold=True)
        for change in step.changes:
            yield from _of_change(change)
    for caution in plan.cautions:
        yield f"  ! {sentence(caution)}"
    yield from of_publication(publication)
    if plan.changes:
        yield _totals(plan)


def of_publication(publication: Publication) -> Iterator[str]:
    """The DNS records, the texts for providers, and what else is to be known."""
    yield from records.of_records(publication.records)
    yield from records.of_requests(publication.requests)
    for note in publication.notes:
        yield from of_finding(note)


def _of_change(change: Change) -> Iterator[str]:
    yield f"  {_MARKS[change.action]} {visible(change.id)}"
    if change.before is not None:
        yield from _of_value("-", change.before)
    if change.after is not None:
        yield from _of_value("+", _(change.after))
    yield f"{_INDENT}{sentence(change.why)}"
    if not change.undoable:
        yield f"{_INDENT}! {_(_FOR_EVER)}"


def _of_value(sign: str, value: str) -> Iterator[str]:
    lines = value.splitlines() or [""]
    for line in lines[:LINES_OF_A_VALUE]:
        yield f"{_INDENT}{sign} {visible(line)}".rstrip()
    hidden = len(lines) - LINES_OF_A_VALUE
    if hidden > 0:
        more = ngettext("{count} more line", "{count} more lines", hidden).format(count=hidden)
        yield f"{_INDENT}{sign} … {more}"


def _totals(plan: Plan) -> str:
    counts = dict.fromkeys(Action, 0)
    for change in plan.changes:
        counts[change.action] += 1
    return _("{add} to add, {change} to change, {remove} to remove").format(
        add=counts[Action.ADD], change=counts[Action.CHANGE], remove=counts[Action.REMOVE]
    )


def of_entries(entries: Sequence[Entry]) -> Iterator[str]:
    """Each entry's name, state, who and what."""
    if not entries:
        yield _("Nothing was ever applied on this server.")
    for entry in entries:
        yield f"{visible(entry.id)}  {entry.state.value:12} {visible(entry.who)}"
        yield f"{_INDENT}{sentence(entry.title)}"


def of_field_errors(errors: Iterable[FieldError]) -> Iterator[str]:
    """Each field and what is wrong with it."""
    for error in errors:
        yield f"  {visible(error.field)}: {visible(error.message, LONGEST_SENTENCE)}"


def is_progress(event: Event) -> bool:
    """Tell whether an event says how far the job is, and not what came of it."""
    return not isinstance(event, (FindingMade, RecordsToPublish, Done))


def of_event(event: Event) -> Iterator[str]:
    """What happened."""
    return _LINES[type(event)](event)


def _step_started(event: StepStarted) -> Iterator[str]:
    yield f"[{event.index}/{event.total}] {sentence(event.title)} …"


def _step_done(event: StepDone) -> Iterator[str]:
    del event
    return iter(())


def _step_failed(event: StepFailed) -> Iterator[str]:
    yield f"  ✕ {sentence(event.reason)}"
    for line in event.output.splitlines():
        yield f"    {visible(line)}"


def _rolled_back(event: RolledBack) -> Iterator[str]:
    yield f"  ↶ {render(_TAKEN_BACK, {'step': event.step})}"
    for text in event.left:
        yield f"    ! {sentence(text)}"


def _connection_lost(event: ConnectionLost) -> Iterator[str]:
    yield f"  ! {sentence(event.reason)}"
    minutes = -(-event.undo_after // 60)
    text = ngettext(
        "The server goes on by itself and takes everything back unless it hears from here within "
        "{minutes} minute.",
        "The server goes on by itself and takes everything back unless it hears from here within "
        "{minutes} minutes.",
        minutes,
    )
    yield f"    {text.format(minutes=minutes)}"


def _note(event: Note) -> Iterator[str]:
    yield sentence(event.text)


def _finding_made(event: FindingMade) -> Iterator[str]:
    return of_finding(event.finding)


def _records_to_publish(event: RecordsToPublish) -> Iterator[str]:
    # The notes are findings that were told before.
    yield from records.of_records(event.publication.records)
    yield from records.of_requests(event.publication.requests)


def of_finding(finding: Finding) -> Iterator[str]:
    """What was found, and for everything that is not well what to do, with the very words."""
    kind = finding.kind
    yield f"  {_SIGNS[kind.severity]} {render(kind.message, finding.args)}"
    if kind.severity is Severity.PASS:
        return
    if kind.remedy:
        yield f"{_INDENT}{render(kind.remedy, finding.args)}"
    record = str(finding.args.get("record", ""))
    if len(record) > VALUE_LIMIT:  # cut in the sentence, and there to be copied
        yield f"{_INDENT}{visible(record, LONGEST_SENTENCE)}"
    if kind.severity is Severity.INFO:
        return
    for line in finding.evidence.splitlines()[-LINES_OF_EVIDENCE:]:
        yield f"{_INDENT}| {visible(line)}"


def of_diagnosis(diagnosis: Diagnosis) -> Iterator[str]:
    """How many findings there are of each severity, and what they cost."""
    counts = dict.fromkeys(Severity, 0)
    for finding in diagnosis.findings:
        counts[finding.severity] += 1
    yield _(
        "{failed} wrong, {warned} to look at, {unknown} not known, {passed} in order, "
        "{told} to know"
    ).format(
        failed=counts[Severity.FAIL],
        warned=counts[Severity.WARN],
        unknown=counts[Severity.UNKNOWN],
        passed=counts[Severity.PASS],
        told=counts[Severity.INFO],
    )
    asked = ngettext("{count} DNS question", "{count} DNS questions", diagnosis.queries)
    met = ngettext("{count} mail server", "{count} mail servers", diagnosis.dialogues)
    yield _("{questions}, {servers}, {seconds:.2f} s").format(
        questions=asked.format(count=diagnosis.queries),
        servers=met.format(count=diagnosis.dialogues),
        seconds=diagnosis.seconds,
    )


def _done(event: Done) -> Iterator[str]:
    yield _outcome(event)
    for text in event.left:
        yield f"  ! {sentence(text)}"
    if event.what_next:
        yield sentence(event.what_next)


def _outcome(event: Done) -> str:
    if event.outcome is Outcome.ROLLED_BACK and event.left:
        return _("Taken back, except for what is named here:")
    return {
        Outcome.DONE: _("Done and confirmed."),
        Outcome.NOTHING_TO_DO: _("There was nothing to do."),
        Outcome.FAILED: _("Nothing was done."),
        Outcome.ROLLED_BACK: _("Everything was taken back."),
        Outcome.STOPPED: _("Stopped as you asked; what was done so far stays."),
        Outcome.INTERRUPTED: _("Interrupted: the end is not known here."),
    }[event.outcome]


_LINES: dict[type, Callable[..., Iterator[str]]] = {
    StepStarted: _step_started,
    StepDone: _step_done,
    StepFailed: _step_failed,
    RolledBack: _rolled_back,
    ConnectionLost: _connection_lost,
    Note: _note,
    FindingMade: _finding_made,
    RecordsToPublish: _records_to_publish,
    Done: _done,
}
