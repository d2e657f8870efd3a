"""How it ended: what was proven, what is to be published, and on failure the four things."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtWidgets import QCheckBox, QFileDialog, QGridLayout, QVBoxLayout, QWidget, QWizard

from mailwright.i18n import _, visible
from mailwright.model.events import Done, Outcome
from mailwright.model.finding import Severity
from mailwright_ui.servers.take_back import TakeBack
from mailwright_ui.setup.flow import PLAN, RESULT, REVIEW, Job
from mailwright_ui.setup.host_key import Answer
from mailwright_ui.setup.progress import missing
from mailwright_ui.setup.result_parts import sections, titled
from mailwright_ui.setup.step import Step
from mailwright_ui.widgets.message import Message, finding_message
from mailwright_ui.widgets.text import button

if TYPE_CHECKING:
    from PySide6.QtWidgets import QPushButton

    from mailwright.model.publication import Publication
    from mailwright.usecases.gate import Gate
    from mailwright_ui.jobs import Emit, Stop
    from mailwright_ui.setup.flow import Flow

COLUMNS = 3


class ResultPage(Step):
    """The last page; everything on it can be done again later from the server's set-up."""

    def __init__(self, flow: Flow) -> None:
        super().__init__(flow, RESULT, _("Result"))
        self.setButtonText(QWizard.WizardButton.FinishButton, _("&Close"))
        self.offers: dict[str, QPushButton] = {}
        self.taking_back: TakeBack | None = None
        self.gate: Gate | None = None
        self._shown = QWidget()
        self.body.addWidget(self._shown)
        self.body.addStretch()

    def enter(self) -> None:
        """Show what the job told."""
        self.gate = None
        self.setTitle(_("Result on {server}").format(server=visible(self.flow.server_name)))
        self._draw()

    def _draw(self) -> None:
        self._shown.hide()
        self._shown.deleteLater()
        self._shown = QWidget()
        layout = QVBoxLayout(self._shown)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(self.fontMetrics().height())
        job = self.flow.job
        for widget in sections(job):
            layout.addWidget(widget)
        layout.addWidget(self._action_row(job))
        self.taking_back = TakeBack(self.flow.world, self.flow.server_name)
        layout.addWidget(self.taking_back)
        self.body.insertWidget(0, self._shown)
        self.completeChanged.emit()

    def _action_row(self, job: Job) -> QWidget:
        actions = {
            "check": (_("Check a&gain"), self._check),
            "go-on": (_("&Go on"), lambda: self.flow.go(PLAN)),
            "retry": (_("&Try again"), lambda: self.flow.go(PLAN)),
            "edit": (_("&Edit answers"), lambda: self.flow.go(REVIEW)),
            "let-out": (_("&Let mail out …"), self._let_out),
            "take-back": (_("Take &back …"), self._take_back),
            "save": (_("&Save a report …"), self._save),
        }
        box = QWidget()
        layout = QGridLayout(box)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setColumnStretch(COLUMNS, 1)
        self.offers = {name: button(*actions[name]) for name in self._names(job.done)}
        for place, made in enumerate(self.offers.values()):
            layout.addWidget(made, place // COLUMNS, place % COLUMNS)
        return box

    def _names(self, done: Done | None) -> tuple[str, ...]:
        offered = _offered(done)
        return (*offered, "let-out") if self.gate is not None else offered

    def _check(self, agreed: Gate | None = None) -> None:
        """Connect anew, prove again, and ask the DNS again.

        `agreed` is a gate whose every reason the person has read and overruled.
        """
        from mailwright.interview import requirements

        world, wanted, asked = self.flow.world, requirements(self.flow.answers), Overruling(agreed)

        def work(emit: Emit, _stop: Stop) -> object:
            from mailwright.usecases import setup

            parts = world.parts()
            planned = setup.plan(parts, wanted, Answer())
            try:
                setup.verify(parts, planned, emit, asked)
            finally:
                planned.close()
            return missing(parts, planned)

        fresh = Job(self.flow.job.done)
        self.run(
            work,
            lambda found: self._checked(fresh, found, asked),
            _("Checking again …"),
            fresh.hear,
        )

    def _checked(self, fresh: Job, publication: object, asked: Overruling) -> None:
        fresh.publication = fresh.publication or cast("Publication", publication)
        self.flow.job = fresh
        self.gate = asked.gate
        self._draw()

    def _let_out(self) -> None:
        """Show what speaks against it, and ask whether mail shall leave nevertheless."""
        if self.gate is None:
            return
        gate = self.gate
        parts: list[QWidget] = [finding_message(reason) for reason in gate.all_reasons]
        sure = QCheckBox(_("I have read this; receivers may refuse the mail or take it for spam"))
        go = button(_("&Let all mail out now"), lambda: self._check(gate))
        go.setEnabled(False)
        sure.toggled.connect(go.setEnabled)
        self.tell(titled(_("Let mail out although this is not in order?"), [*parts, sure, go]))

    def _take_back(self) -> None:
        if self.taking_back is not None:
            self.taking_back.begin()
            self.area.ensureWidgetVisible(self.taking_back)

    def _save(self) -> None:
        name, _filter = QFileDialog.getSaveFileName(self, _("Save a report"), "mailwright.txt")
        if name:
            self._write(Path(name))

    def _write(self, path: Path) -> None:
        try:
            path.write_text("\n".join((*self.flow.job.log, "")), encoding="utf-8")
        except OSError as error:
            text = _("The report cannot be written: {reason}")
            reason = visible(error.strerror or type(error).__name__)
            self.tell(Message(Severity.FAIL, text.format(reason=reason)))


class Overruling:
    """Answers whether mail may leave before its records are seen: yes only to what was agreed to.

    The gate that was asked about is kept in `gate`. It is called in jobs.
    """

    def __init__(self, agreed: Gate | None) -> None:
        self._agreed = agreed
        self.gate: Gate | None = None

    def __call__(self, gate: Gate) -> bool:
        """Tell whether the person has read these very reasons."""
        if gate == self._agreed:
            return True
        self.gate = gate
        return False


def _offered(done: Done | None) -> tuple[str, ...]:
    """What can be done after this end."""
    outcome = Outcome.INTERRUPTED if done is None else done.outcome
    if done is not None and outcome is Outcome.ROLLED_BACK and done.left:
        return ("retry", "take-back", "edit", "save")
    return {
        Outcome.DONE: ("check", "take-back", "save"),
        Outcome.NOTHING_TO_DO: ("check", "take-back", "save"),
        Outcome.FAILED: ("retry", "edit", "save"),
        Outcome.ROLLED_BACK: ("retry", "edit", "save"),
        Outcome.STOPPED: ("go-on", "take-back", "edit", "save"),
        Outcome.INTERRUPTED: ("retry", "take-back", "save"),
    }[outcome]
