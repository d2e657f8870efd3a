"""The server at work: steps, what goes on now, the log, and the wish to stop."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtWidgets import QPlainTextEdit, QProgressBar

from mailwright.errors import MailwrightError
from mailwright.i18n import _
from mailwright.model.events import Event, Note, StepDone, StepStarted
from mailwright_ui import words
from mailwright_ui.crashes import start_job
from mailwright_ui.setup.flow import PROGRESS, REVIEW, Job
from mailwright_ui.setup.step import Step
from mailwright_ui.theme import fixed
from mailwright_ui.widgets.disclosure import Disclosure
from mailwright_ui.widgets.message import error_message
from mailwright_ui.widgets.step_list import StepList
from mailwright_ui.widgets.text import alarming, bold, button

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mailwright.model.publication import Publication
    from mailwright.usecases.parts import Parts
    from mailwright.usecases.setup import Planned
    from mailwright_ui.jobs import Emit, Stop
    from mailwright_ui.setup.flow import Flow

LOG_LINES = 10_000
LOG_HEIGHT_LINES = 12


class ProgressPage(Step):
    """No way back from here, and no Cancel: the work ends, or stops after a step."""

    def __init__(self, flow: Flow) -> None:
        super().__init__(flow, PROGRESS, _("At work"))
        self.now = bold("")
        self.bar = QProgressBar()
        self.bar.setAccessibleName(_("Progress"))
        self.steps = StepList()
        self.warning = alarming("")
        self.log = QPlainTextEdit()
        self.log.setReadOnly(True)
        self.log.setMaximumBlockCount(LOG_LINES)
        self.log.setTabChangesFocus(True)
        self.log.setAccessibleName(_("Log"))
        self.log.setFont(fixed(self.log.font()))
        self.log.setMinimumHeight(self.fontMetrics().lineSpacing() * LOG_HEIGHT_LINES)
        self.disclosure = Disclosure(_("&Log"), self.log)
        self.review = button(_("Back to the &review"), lambda: self.flow.go(REVIEW))
        self.body.addWidget(self.now)
        self.body.addWidget(self.bar)
        self.body.addWidget(self.steps, 1)
        self.body.addWidget(self.warning)
        self.body.addWidget(self.disclosure)
        self.body.addWidget(self.review)
        self._leaving = False
        self._stopping = False

    def enter(self) -> None:
        """Begin; what was agreed to on the plan page is done now."""
        self.flow.job = Job()
        self._leaving = self._stopping = False
        self.warning.hide()
        self.review.hide()
        self.log.clear()
        steps = list(self._steps())
        self.steps.show_steps(steps)
        self.bar.setRange(0, len(steps))
        self.bar.setValue(0)
        self.now.setText(_("Beginning …"))
        self._start()

    def _steps(self) -> Iterable[tuple[str, str]]:
        planned, stopped = self.flow.planned, self.flow.stopped
        if stopped is not None:
            return [(step.id, step.title) for step in stopped.steps]
        return [] if planned is None else [(step.id, step.title) for step in planned.plan.steps]

    def _start(self) -> None:
        world, planned, stopped = self.flow.world, self.flow.planned, self.flow.stopped
        if planned is None:
            raise ValueError("nothing was planned")

        def work(emit: Emit, stop: Stop) -> object:
            from mailwright.usecases import setup

            parts = world.parts()
            try:
                if stopped is None:
                    setup.carry_out(parts, planned, emit, stop)
                else:
                    setup.carry_on(parts, planned, stopped, emit, stop)
            finally:
                planned.close()
            return missing(parts, planned)

        job = self._job = start_job(work, self)
        job.emitted.connect(self.hear)
        job.succeeded.connect(self._succeeded)
        job.failed.connect(self._broken)
        job.crashed.connect(lambda _error: self._broken(None))

    def hear(self, event: object) -> None:
        """Show an event, and keep what the result tells."""
        told = cast("Event", event)
        self.flow.job.hear(told)
        self.steps.hear(told)
        if isinstance(told, (StepDone, StepStarted)):
            self.bar.setValue(sum(sign == "✓" for sign in self.steps.signs.values()))
        if isinstance(told, Note) and self.bar.value() == self.bar.maximum():
            self.bar.setRange(0, 0)
        if text := words.now(told):
            self.now.setText(text)
        for line in words.log(told):
            self.log.appendPlainText(line)

    def stop(self) -> None:
        """Pass on the wish to stop after the step that is under way."""
        if self._job is not None:
            self._job.stop()
        self._stopping = True
        self.now.setText(_("Stopping after this step …"))
        self.completeChanged.emit()

    @property
    def can_stop(self) -> bool:
        """Whether it still makes sense to wish that."""
        return self.working and not self._stopping

    def want_to_leave(self) -> bool:
        """Warn at the first wish to close the window; leave at the second."""
        if not self.working or self._leaving:
            return True
        self._leaving = True
        self.warning.setText(
            _(
                "The server is at work. Close once more to leave it alone: it goes on by itself, "
                "and takes back what no desktop confirms within some minutes. Its history tells "
                "how it ended."
            )
        )
        self.warning.show()
        return False

    def _succeeded(self, publication: object) -> None:
        if self.flow.job.publication is None:
            self.flow.job.publication = cast("Publication", publication)
        self.flow.planned = None
        if self.current:
            self.pass_on()

    def _broken(self, error: object) -> None:
        """Nothing was begun, or it is not known how it ended: the error says which."""
        self.flow.planned = None
        self.bar.setRange(0, 1)
        self.now.setText(_("This ended before its time"))
        self.review.show()
        self.tell(error_message(error) if isinstance(error, MailwrightError) else None)
        self.completeChanged.emit()

    def isComplete(self) -> bool:  # noqa: N802 - Qt's name
        """The page goes on by itself."""
        return False


def missing(parts: Parts, planned: Planned) -> Publication:
    """Return what is missing in the DNS; where the proof has told already, that counts."""
    from mailwright.model.publication import Publication
    from mailwright.model.requirements import Route
    from mailwright.usecases.dns import publication

    if planned.requirements.route is Route.DIRECT:
        return Publication()
    return publication(parts, planned.requirements, planned.seen)
