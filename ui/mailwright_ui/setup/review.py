"""The hub: every section with its state and a way to change it, and what must be there first."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtWidgets import QFrame, QGridLayout, QVBoxLayout, QWidget, QWizard

from mailwright.i18n import _, visible
from mailwright.interview import PAGES, answer_errors, value
from mailwright.model.finding import Severity
from mailwright_ui.setup.flow import REVIEW
from mailwright_ui.setup.step import Step
from mailwright_ui.widgets.form import shown_answer
from mailwright_ui.widgets.message import sign_line
from mailwright_ui.widgets.text import bold, button, muted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtWidgets import QPushButton

    from mailwright.interview import Answers, FieldError, Page
    from mailwright_ui.jobs import Emit, Stop
    from mailwright_ui.setup.flow import Flow

RELAY = "relay"


class ReviewPage(Step):
    """Goes on once nothing mandatory is missing."""

    def __init__(self, flow: Flow) -> None:
        intro = _(
            "Everything can still be changed. The plan comes next: it compares these answers with "
            "the server, and still changes nothing there."
        )
        super().__init__(flow, REVIEW, _("Review"), intro)
        self.setButtonText(QWizard.WizardButton.NextButton, _("Make the &plan"))
        self.edits: dict[str, QPushButton] = {}
        self.relay_stored: bool | None = None
        self._sections = QWidget()
        self.body.addWidget(self._sections)
        self.body.addStretch()

    def enter(self) -> None:
        """Show the answers as they are, and ask the keyring for the relay's password."""
        self.flow.editing = None
        self.relay_stored = None
        self._draw()
        if self._wants_password():
            self._look_for_password()

    def _wants_password(self) -> bool:
        answers = self.flow.answers
        return any(
            question.kind == RELAY and question.relevant(answers)
            for page in PAGES
            for question in page.secrets
        )

    def _look_for_password(self) -> None:
        if _errors_of(PAGES[0], answer_errors(self.flow.answers)):
            return
        world, name = self.flow.world, self.flow.server_name

        def work(_emit: Emit, _stop: Stop) -> object:
            from mailwright.usecases.secrets import stored_kinds

            return RELAY in stored_kinds(world.parts(), name, {RELAY})

        def then(stored: object) -> None:
            self.relay_stored = cast("bool", stored)
            self._draw()

        self.run(work, then, _("Asking the keyring …"), live=True)

    def _draw(self) -> None:
        self._sections.hide()
        self._sections.deleteLater()
        self._sections = QWidget()
        layout = QVBoxLayout(self._sections)
        layout.setContentsMargins(0, 0, 0, 0)
        errors = answer_errors(self.flow.answers)
        self.edits = {}
        for page in PAGES:
            if self.flow.arises(page.id):
                layout.addWidget(self._section(page, errors))
        self.body.insertWidget(1, self._sections)
        self.completeChanged.emit()

    def _section(self, page: Page, errors: tuple[FieldError, ...]) -> QWidget:
        box = QFrame()
        box.setFrameShape(QFrame.Shape.StyledPanel)
        layout = QGridLayout(box)
        layout.setColumnStretch(0, 1)
        layout.addWidget(bold(_(page.title)), 0, 0)
        edit = button(_("Edit"), lambda: self._edit(page.id))
        edit.setAccessibleName(_("Edit: {section}").format(section=_(page.title)))
        self.edits[page.id] = edit
        layout.addWidget(edit, 0, 1)
        for row, (severity, text) in enumerate(self._states(page, errors), start=1):
            layout.addWidget(sign_line(severity, text), row, 0, 1, 2)
        summary = muted("\n".join(_summary(page, self.flow.answers)))
        layout.addWidget(summary, layout.rowCount(), 0, 1, 2)
        return box

    def _states(self, page: Page, errors: tuple[FieldError, ...]) -> Iterator[tuple[Severity, str]]:
        wrong = _errors_of(page, errors)
        labels = {field.id: _(field.label) for field in page.fields}
        for error in wrong:
            yield Severity.FAIL, f"{labels[error.field]}: {error.message}"
        if page.id == PAGES[0].id and not wrong:
            yield self._server_state()
        elif self._asks_password(page):
            yield self._password_state()
        elif not wrong:
            yield Severity.PASS, _("Complete")

    def _asks_password(self, page: Page) -> bool:
        return self._wants_password() and any(each.kind == RELAY for each in page.secrets)

    def _server_state(self) -> tuple[Severity, str]:
        found = self.flow.found
        if found is None:
            return Severity.INFO, _("Not looked at in this sitting; the plan reads it anew")
        if found.obstacle is not None:
            return Severity.FAIL, found.obstacle.message
        system = found.facts.os_name or f"{found.facts.os_id} {found.facts.os_version}"
        return Severity.PASS, _("Login works; {system}").format(system=visible(system))

    def _password_state(self) -> tuple[Severity, str]:
        if self.relay_stored is None:
            return Severity.UNKNOWN, _("The keyring has not yet said whether it has the password")
        if self.relay_stored:
            return Severity.PASS, _("The relay's password is in the keyring")
        return Severity.FAIL, _("The relay's password is missing")

    def _edit(self, name: str) -> None:
        self.flow.editing = name
        self.flow.go(name)

    def isComplete(self) -> bool:  # noqa: N802 - Qt's name
        """Nothing mandatory may be missing; what is not known holds nothing up."""
        found = self.flow.found
        lacking = (
            bool(answer_errors(self.flow.answers)),
            found is not None and found.obstacle is not None,
            self._wants_password() and self.relay_stored is False,
        )
        return super().isComplete() and not any(lacking)


def _errors_of(page: Page, errors: tuple[FieldError, ...]) -> list[FieldError]:
    asked = {field.id for field in page.fields}
    return [error for error in errors if error.field in asked]


def _summary(page: Page, answers: Answers) -> Iterator[str]:
    """The answers of a section that a person would look for."""
    for field in page.fields:
        told = not field.advanced or value(answers, field.id) != field.default
        if told and field.relevant(answers):
            text = _("{label}: {answer}")
            yield text.format(label=_(field.label), answer=shown_answer(field, answers))
