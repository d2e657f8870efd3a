"""What the result page tells, part by part."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from mailwright.i18n import _, visible
from mailwright.model.events import Done, Outcome
from mailwright.model.finding import Severity
from mailwright_ui import words
from mailwright_ui.widgets.finding_list import FindingList
from mailwright_ui.widgets.message import Message, sign_line
from mailwright_ui.widgets.publication import PublicationList
from mailwright_ui.widgets.text import bold, muted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mailwright.model.finding import Finding
    from mailwright_ui.setup.flow import Job


def sections(job: Job) -> Iterator[QWidget]:
    """Yield what is to be told of a job, the outcome first."""
    if job.done is not None:
        yield _headline(job.done, job.findings)
    if job.failed is not None or (job.done is not None and job.done.left):
        yield _four_things(job)
    if job.findings:
        found = FindingList()
        for finding in job.findings:
            found.add(finding)
        yield titled(_("What was found"), [found])
    if job.done is not None and job.done.outcome in {Outcome.DONE, Outcome.NOTHING_TO_DO}:
        yield _next(job)
        if _to_publish(job):
            yield _publication(job)


def _next(job: Job) -> QWidget:
    """What a person does after a set-up: look into a mailbox, publish, keep an eye on it."""
    steps = [_("Look whether the test message is in the mailbox of its recipient.")]
    if _to_publish(job):
        steps.append(_("Publish the DNS records below, then press “Check again”."))
    steps.append(_("Come back to this set-up at any time from the list of servers."))
    lines = [muted(f"{number}. {text}") for number, text in enumerate(steps, 1)]
    return titled(_("What next"), lines)


def _headline(done: Done, findings: Sequence[Finding]) -> QWidget:
    severity = {
        Outcome.DONE: Severity.PASS,
        Outcome.NOTHING_TO_DO: Severity.PASS,
        Outcome.STOPPED: Severity.WARN,
        Outcome.INTERRUPTED: Severity.UNKNOWN,
    }.get(done.outcome, Severity.FAIL)
    open_ones = sum(each.severity in {Severity.FAIL, Severity.UNKNOWN} for each in findings)
    remedy = words.what_next(done)
    if severity is Severity.PASS and open_ones:
        severity = Severity.WARN
        remedy = _("The checks below found something: look at each that is not ✓.")
    return Message(severity, words.outcome(done), remedy)


def _four_things(job: Job) -> QWidget:
    """What failed, what was undone, what is left, what to do."""
    done, failed = job.done, job.failed
    parts: list[QWidget] = []
    if failed is not None:
        text = _("Step {step} failed: {reason}")
        reason = words.sentence(failed.reason)
        told = text.format(step=visible(failed.step), reason=reason)
        message = Message(Severity.FAIL, told, details=words.lines(failed.output))
        if message.details is not None:
            message.details.open(opened=True)
        parts += [bold(_("What failed")), message]
    undone = [visible(step) for step in (done.undone if done else ())]
    parts.append(bold(_("What was taken back")))
    parts.append(muted(", ".join(undone) or _("Nothing had to be taken back.")))
    parts.append(bold(_("What is left")))
    left = [words.sentence(text) for text in (done.left if done else ())]
    parts += [sign_line(Severity.WARN, text) for text in left]
    if not left:
        parts.append(muted(_("Nothing: the server is what it was before.")))
    parts.append(bold(_("What to do")))
    todo = _("Read the server's own words, put right what they name, then try again.")
    parts.append(muted(todo))
    return titled("", parts)


def _to_publish(job: Job) -> bool:
    publication = job.publication
    return publication is not None and bool(publication.records or publication.requests)


def _publication(job: Job) -> QWidget:
    intro = _("Publish these where the DNS of your domain is kept, then check again.")
    parts: list[QWidget] = [muted(intro)]
    if job.publication is not None:
        parts.append(PublicationList(job.publication))
    return titled(_("DNS records for you to publish"), parts)


def titled(title: str, parts: Sequence[QWidget]) -> QWidget:
    """Return parts below each other, with a title where it is not empty."""
    box = QWidget()
    layout = QVBoxLayout(box)
    layout.setContentsMargins(0, 0, 0, 0)
    if title:
        layout.addWidget(bold(title))
    for part in parts:
        layout.addWidget(part)
    return box
