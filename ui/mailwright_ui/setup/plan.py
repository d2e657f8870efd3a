"""The plan: what would change, and the one button that changes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtWidgets import QVBoxLayout, QWidget, QWizard

from mailwright.i18n import _, ngettext, visible
from mailwright.interview import PAGES, requirements
from mailwright.model.finding import Severity
from mailwright_ui import words
from mailwright_ui.crashes import start_job
from mailwright_ui.setup.connect import HOST_KEY_ERRORS
from mailwright_ui.setup.flow import PLAN, REVIEW
from mailwright_ui.setup.host_key import Answer
from mailwright_ui.setup.step import Step
from mailwright_ui.widgets.change_list import ChangeList
from mailwright_ui.widgets.message import Message
from mailwright_ui.widgets.text import bold, button

if TYPE_CHECKING:
    from mailwright.model.journal import Entry
    from mailwright.usecases.setup import Planned
    from mailwright_ui.jobs import Emit, Stop
    from mailwright_ui.setup.flow import Flow

Commit = QWizard.WizardButton.CommitButton


class PlanPage(Step):
    """The commit page: until its button is pressed nothing was changed anywhere."""

    def __init__(self, flow: Flow) -> None:
        intro = _(
            "Read what would change. Nothing is changed before you apply it; when a step fails, "
            "everything is taken back."
        )
        super().__init__(flow, PLAN, _("Plan"), intro)
        self.setCommitPage(True)
        self.summary = bold("")
        self.changes = ChangeList()
        self._cautions = QWidget()
        self.again = button(_("Make the plan &again"), self.enter)
        self.edit = button(_("&Edit answers"), self._to_answers)
        for widget in (self.summary, self._cautions, self.again, self.edit):
            self.body.addWidget(widget)
        self.body.addWidget(self.changes, 1)
        # Where there is no list, what is said stays together at the top.
        self.body.addStretch()
        self._host_key = False

    def enter(self) -> None:
        """Keep the answers, connect, read the server, compare."""
        self._reset()
        world, wanted, answers = self.flow.world, requirements(self.flow.answers), self.flow.answers

        def work(_emit: Emit, stop: Stop) -> object:
            from mailwright.usecases import profiles, setup

            parts = world.parts()
            profiles.save_profile(parts, answers)
            planned = setup.plan(parts, wanted, Answer())
            stopped = setup.stopped_entry(planned)
            if stop():  # the window is gone: nobody else would end the connection
                planned.close()
            return planned, stopped

        text = _("Reading {server} and comparing; nothing is changed …")
        self.run(work, self._show, text.format(server=visible(wanted.server.name)))

    def _reset(self) -> None:
        self.flow.planned, self.flow.stopped = None, None
        self._host_key = False
        self.summary.setText(_("The plan is being made"))
        self.setButtonText(Commit, _("Apply"))
        for widget in (self.changes, self._cautions, self.again, self.edit):
            widget.hide()

    def _show(self, result: object) -> None:
        planned, stopped = cast("tuple[Planned, Entry | None]", result)
        self.flow.planned, self.flow.stopped = planned, stopped
        name = visible(planned.plan.server)
        if stopped is not None:
            self.summary.setText(_stopped_text(stopped))
            self.setButtonText(Commit, _("Go on on {server}").format(server=name))
        elif not planned.plan.steps:
            text = _("Nothing is to be done: {server} is as these answers want it.")
            self.summary.setText(text.format(server=name))
            self.setButtonText(Commit, _("Check {server} now").format(server=name))
        else:
            self.summary.setText(words.counts(planned.plan.changes))
            self.setButtonText(Commit, _apply_text(len(planned.plan.changes), name))
            self.changes.show_plan(planned.plan)
            self.changes.show()
            self.changes.tree.setFocus()
        self._warn(planned.plan.cautions)

    def _warn(self, cautions: tuple[str, ...]) -> None:
        self.body.removeWidget(self._cautions)
        self._cautions.deleteLater()
        self._cautions = QWidget()
        layout = QVBoxLayout(self._cautions)
        layout.setContentsMargins(0, 0, 0, 0)
        for caution in cautions:
            layout.addWidget(Message(Severity.WARN, words.sentence(caution)))
        self._cautions.setVisible(bool(cautions))
        self.body.insertWidget(2, self._cautions)

    def drop(self, result: object) -> None:
        """End the connection of a plan that nobody waits for."""
        planned, _stopped = cast("tuple[Planned, Entry | None]", result)
        hang_up(planned, self)

    def fail(self, error: object) -> None:
        """Show the error with the ways out of it."""
        super().fail(error)
        self.summary.setText(_("No plan could be made; nothing was changed"))
        self._host_key = getattr(error, "code", "") in HOST_KEY_ERRORS
        self.again.show()
        self.edit.show()

    def _to_answers(self) -> None:
        """A host key is confirmed on the page where one logs in."""
        if self._host_key:
            self.flow.editing = PAGES[0].id
            self.flow.go(PAGES[0].id)
        else:
            self.flow.go(REVIEW)

    def isComplete(self) -> bool:  # noqa: N802 - Qt's name
        """Only a plan can be applied."""
        return super().isComplete() and self.flow.planned is not None


def hang_up(planned: Planned, window: QWidget) -> None:
    """End a plan's connection in a job: the other side may be slow to hear of it."""

    def work(_emit: Emit, _stop: Stop) -> object:
        planned.close()
        return None

    start_job(work, window)


def _apply_text(count: int, server: str) -> str:
    text = ngettext(
        "&Apply {count} change to {server}", "&Apply {count} changes to {server}", count
    )
    return text.format(count=count, server=server)


def _stopped_text(stopped: Entry) -> str:
    count = sum(step.state != "done" for step in stopped.steps)
    text = ngettext(
        "{who} stopped an earlier change: {count} step is still to be done. It goes on as it was "
        "planned then; take it back in the history if that is not what you want.",
        "{who} stopped an earlier change: {count} steps are still to be done. It goes on as it was "
        "planned then; take it back in the history if that is not what you want.",
        count,
    )
    return text.format(who=visible(stopped.who), count=count)
