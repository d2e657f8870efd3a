"""How the window says what the core reports: signs, sentences, and its own ways to a remedy."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mailwright.i18n import N_, _, ngettext, render, visible
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
    from collections.abc import Callable, Iterable, Iterator

    from mailwright.errors import MailwrightError
    from mailwright.model.finding import Finding
    from mailwright.model.plan import Change

LONGEST_SENTENCE = 4_000
LONGEST_EVIDENCE = 8_000
"""The most characters of a server's own words that are shown."""

SIGNS = {
    Severity.PASS: "✓",
    Severity.INFO: "ⓘ",
    Severity.WARN: "!",
    Severity.FAIL: "✕",
    Severity.UNKNOWN: "?",
}
SPOKEN = {
    Severity.PASS: N_("in order"),
    Severity.INFO: N_("to know"),
    Severity.WARN: N_("warning"),
    Severity.FAIL: N_("failed"),
    Severity.UNKNOWN: N_("not known"),
}
"""The signs in words."""

ACTIONS = {Action.ADD: N_("add"), Action.CHANGE: N_("change"), Action.REMOVE: N_("remove")}
MARKS = {Action.ADD: "+", Action.CHANGE: "~", Action.REMOVE: "−"}

_REMEDIES = {
    "setup.no-relay-password": N_("Type it on the page “How mail leaves”."),
    "transport.sudo-refused": N_("Type the password of sudo on the page “Connect”."),
    "transport.no-password": N_("Type it on the page “Connect”."),
    "transport.key-file": N_(
        "Name the private key's file on the page “Connect”, and type its passphrase there."
    ),
    "host-key.unconfirmed": N_(
        "Open the server's set-up, edit “Connect”, and compare the host key there."
    ),
}
"""Remedies that name a command where the window has a page, by the code of the error."""

_BUTTONS = {
    "mailwright apply PROFILE": N_("&Open set-up"),
    "mailwright history SERVER": N_("&History …"),
    "mailwright plan PROFILE": N_("&Open set-up"),
    "mailwright rollback SERVER": N_("Take &back …"),
    "mailwright verify PROFILE": N_("Check a&gain"),
}
"""What is pressed in the window instead of a command that a remedy names."""

_STOPPED = N_("Go on, or take back what was done so far.")
_LEFT = N_("Read what is left below; the saved copies are in the server's journal.")


def sentence(message: str) -> str:
    """Return a message id, or a text that was rendered before, as it may be shown in one line."""
    return visible(_(message), LONGEST_SENTENCE)


def lines(text: str, limit: int = LONGEST_EVIDENCE) -> str:
    """Return a text from outside with its lines, each made safe to show; the end is kept."""
    return "\n".join(visible(line, LONGEST_SENTENCE) for line in text[-limit:].splitlines())


def remedy_of(error: MailwrightError) -> str:
    """What the person can do in the window; empty where nothing is known to help."""
    own = _REMEDIES.get(error.code)
    return _(own) if own else by_button(error.remedy or "")


def by_button(text: str) -> str:
    """Name the window's buttons in a text instead of commands; these are alike in any language."""
    for command, label in _BUTTONS.items():
        text = text.replace(command, f"“{spoken_label(_(label))}”")
    return text


def spoken_label(label: str) -> str:
    """Return a button's text without its access key (`&Open`, `開く(&O)`) and its ellipsis."""
    return re.sub(r"\(&.\)|&| …$", "", label)


def error_text(error: MailwrightError) -> str:
    """The error as it is copied: what, what to do, and its code."""
    return "\n".join(part for part in (error.message, remedy_of(error), error.code) if part)


def finding_message(finding: Finding) -> str:
    """What was found."""
    return render(finding.kind.message, finding.args)


def finding_remedy(finding: Finding) -> str:
    """What to do about it; empty for what is in order."""
    kind = finding.kind
    if kind.severity in {Severity.PASS, Severity.INFO}:
        return ""
    return by_button(render(kind.remedy, finding.args))


def counts(changes: Iterable[Change]) -> str:
    """How many things are added, changed and removed."""
    found = dict.fromkeys(Action, 0)
    for change in changes:
        found[change.action] += 1
    return _("{add} to add, {change} to change, {remove} to remove").format(
        add=found[Action.ADD], change=found[Action.CHANGE], remove=found[Action.REMOVE]
    )


def outcome(done: Done) -> str:
    """How a job ended, in one sentence."""
    if done.outcome is Outcome.ROLLED_BACK and done.left:
        return _("Taken back, except for what is named here:")
    return {
        Outcome.DONE: _("Done and confirmed."),
        Outcome.NOTHING_TO_DO: _("There was nothing to do."),
        Outcome.FAILED: _("Nothing was done."),
        Outcome.ROLLED_BACK: _("Everything was taken back."),
        Outcome.STOPPED: _("Stopped as you asked; what was done so far stays."),
        Outcome.INTERRUPTED: _("Interrupted: the end is not known here."),
    }[done.outcome]


def what_next(done: Done) -> str:
    """What the person can do now; empty where nothing is to be done."""
    if done.outcome is Outcome.STOPPED:
        return _(_STOPPED)
    if done.outcome is Outcome.ROLLED_BACK and done.left:
        return _(_LEFT)
    return sentence(done.what_next)


def now(event: Event) -> str:
    """What goes on now, in the present tense; empty for events that say nothing about it."""
    if isinstance(event, StepStarted):
        text = _("Step {index} of {total}: {title} …")
        return text.format(index=event.index, total=event.total, title=sentence(event.title))
    if isinstance(event, Note):
        return sentence(event.text)
    if isinstance(event, StepFailed):
        return _("That failed; what was done before is being taken back …")
    return _lost(event) if isinstance(event, ConnectionLost) else ""


def _lost(event: ConnectionLost) -> str:
    minutes = -(-event.undo_after // 60)
    text = ngettext(
        "The connection broke. The server goes on by itself and takes everything back unless it "
        "hears from here within {minutes} minute. Connecting again …",
        "The connection broke. The server goes on by itself and takes everything back unless it "
        "hears from here within {minutes} minutes. Connecting again …",
        minutes,
    )
    return text.format(minutes=minutes)


def log(event: Event) -> Iterator[str]:
    """Lines for the log: everything that an event says."""
    return _LINES.get(type(event), _now)(event)


def _now(event: Event) -> Iterator[str]:
    yield now(event)


def _step_done(event: StepDone) -> Iterator[str]:
    yield f"✓ {visible(event.step)}"


def _step_failed(event: StepFailed) -> Iterator[str]:
    yield f"✕ {sentence(event.reason)}"
    yield from (f"  | {line}" for line in lines(event.output).splitlines())


def _rolled_back(event: RolledBack) -> Iterator[str]:
    yield render(N_("Taken back: {step}"), {"step": event.step})
    yield from (f"  ! {sentence(text)}" for text in event.left)


def _connection_lost(event: ConnectionLost) -> Iterator[str]:
    yield f"! {sentence(event.reason)}"
    yield _lost(event)


def _finding_made(event: FindingMade) -> Iterator[str]:
    finding = event.finding
    yield f"{SIGNS[finding.severity]} {finding_message(finding)}"
    yield from (f"  | {line}" for line in lines(finding.evidence).splitlines())


def _records_to_publish(event: RecordsToPublish) -> Iterator[str]:
    for record in event.publication.records:
        yield f"{visible(record.name)} {record.type} {visible(record.value, LONGEST_SENTENCE)}"


def _done(event: Done) -> Iterator[str]:
    yield outcome(event)
    yield from (f"  ! {sentence(text)}" for text in event.left)


_LINES: dict[type, Callable[..., Iterator[str]]] = {
    StepDone: _step_done,
    StepFailed: _step_failed,
    RolledBack: _rolled_back,
    ConnectionLost: _connection_lost,
    FindingMade: _finding_made,
    RecordsToPublish: _records_to_publish,
    Done: _done,
}
