"""A page's fields as a form: relevance, advanced fields folded away, errors at their field."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from mailwright.i18n import _, visible
from mailwright.interview import FieldError, FieldErrors, page_errors, with_value
from mailwright.interview.in_force import in_force
from mailwright_ui.widgets.disclosure import Disclosure
from mailwright_ui.widgets.inputs import SecretInput, input_for
from mailwright_ui.widgets.text import alarming, muted, plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mailwright.interview import Answers, Field, Page, SecretQuestion
    from mailwright_ui.widgets.inputs import Input


class Row(QWidget):
    """An input with its explanation below and, when there is one, the error."""

    def __init__(self, label: str, explanation: str, given: Input) -> None:
        super().__init__()
        self.input = given
        self.label = plain(label)
        self.label.setWordWrap(True)
        self.label.setBuddy(given)
        self.explanation = explanation
        given.name(label, explanation)
        self._error = alarming("")
        self._error.hide()
        layout = self._layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(self.fontMetrics().height() // 5)
        layout.addWidget(given)
        layout.addWidget(self._error)
        layout.addWidget(muted(explanation))

    def add_below(self, more: QWidget) -> None:
        """Show something more below the explanation."""
        self._layout.addWidget(more)

    def show_all(self, *, shown: bool) -> None:
        """Show or hide the row with its label."""
        self.setVisible(shown)
        self.label.setVisible(shown)

    @property
    def error(self) -> str:
        """The error that is shown; empty for none."""
        return self._error.text().removeprefix("✕ ") if not self._error.isHidden() else ""

    def tell(self, error: str) -> None:
        """Show an error, or none."""
        self._error.setText(f"✕ {error}" if error else "")
        self._error.setVisible(bool(error))
        for part in self.input.parts():
            part.setAccessibleDescription(f"{error} {self.explanation}".strip())


class Form(QWidget):
    """The fields and secrets of one page.

    `changed` comes with every key press. Answers are read when they are asked for; those of
    fields that do not arise stay what they were.
    """

    changed = Signal()

    def __init__(self, page: Page) -> None:
        super().__init__()
        self.page = page
        self.rows: dict[str, Row] = {}
        self.secrets: list[tuple[SecretQuestion, Row]] = []
        self._told = False
        self._filling = False
        self._base: Answers | None = None
        self._plain = _form_layout(self)
        folded = QWidget()
        self._folded = _form_layout(folded)
        for field in page.fields:
            self._add_field(field)
        for question in page.secrets:
            self._add_secret(question)
        self.advanced = Disclosure(_("More settings"), folded)
        self._plain.addWidget(self.advanced, self._plain.rowCount(), 0, 1, 2)

    def _add_field(self, field: Field) -> None:
        row = Row(_(field.label), _(field.help), input_for(field))
        row.input.changed.connect(self._on_change)
        self.rows[field.id] = row
        _add(self._folded if field.advanced else self._plain, row)

    def _add_secret(self, question: SecretQuestion) -> None:
        row = Row(_(question.label), _(question.help), SecretInput())
        row.input.changed.connect(self._on_change)
        self.secrets.append((question, row))
        _add(self._plain, row)

    def fill(self, answers: Answers) -> None:
        """Show answers; what they say of other pages decides which fields arise."""
        self._filling = True
        self._base = answers
        for field in self.page.fields:
            table, _dot, key = field.id.partition(".")
            self.rows[field.id].input.fill(getattr(getattr(answers, table), key))
        self._filling = False
        self._arrange(answers)

    def _on_change(self) -> None:
        if self._filling or self._base is None:
            return
        answers, errors = self.read(self._base)
        self._arrange(answers)
        if self._told:
            self.tell((*errors, *page_errors(self.page, answers)))
        self.changed.emit()

    def read(self, answers: Answers) -> tuple[Answers, tuple[FieldError, ...]]:
        """Return the answers with what is typed here, and an error for what cannot be held."""
        errors: list[FieldError] = []
        for field in self.page.fields:
            answer = self.rows[field.id].input.answer()
            if answer is None and field.default is not None:
                errors.append(FieldError(field.id, "required"))
                continue
            try:
                answers = with_value(answers, field.id, answer)
            except FieldErrors as wrong:
                errors += wrong.errors
        self._base = answers
        asked = {field.id for field in self.page.fields if field.relevant(answers)}
        return answers, tuple(error for error in errors if error.field in asked)

    def errors(self, answers: Answers) -> tuple[Answers, tuple[FieldError, ...]]:
        """Return the answers as `read` does, with every error of this page."""
        answers, unread = self.read(answers)
        known = {error.field for error in unread}
        rest = (error for error in page_errors(self.page, answers) if error.field not in known)
        return answers, (*unread, *rest)

    def typed_secrets(self) -> dict[str, str]:
        """Return the secrets that were typed and are wanted, by their kind."""
        return {
            question.kind: str(row.input.answer())
            for question, row in self.secrets
            if not row.isHidden() and row.input.answer()
        }

    def empty_secrets(self) -> None:
        """Forget what was typed, once it is stored."""
        for _question, row in self.secrets:
            row.input.fill("")

    def mark_stored(self, kinds: frozenset[str]) -> None:
        """Say of the secrets that are stored that they need not be typed."""
        for question, row in self.secrets:
            held = question.kind in kinds
            row.input.hint(_("Stored in the keyring; type to replace it") if held else "")

    def tell_secret(self, kind: str, error: str) -> None:
        """Show an error, or none, at the secrets of a kind."""
        for question, row in self.secrets:
            if question.kind == kind:
                row.tell(error)
                if error and not row.isHidden():
                    row.input.setFocus(Qt.FocusReason.OtherFocusReason)

    def tell(self, errors: Iterable[FieldError]) -> None:
        """Show each error at its field, and none elsewhere; the first gets the focus once."""
        texts: dict[str, str] = {}
        for error in errors:
            texts.setdefault(error.field, error.message)
        for name, row in self.rows.items():
            row.tell(texts.get(name, ""))
        if texts and not self._told:
            first = next((name for name in self.rows if name in texts), None)
            if first is not None:
                self.show_field(first)
        self._told = bool(texts)

    def show_field(self, name: str) -> None:
        """Unfold what hides a field, and give it the focus."""
        if any(field.id == name and field.advanced for field in self.page.fields):
            self.advanced.open()
        self.rows[name].input.setFocus(Qt.FocusReason.OtherFocusReason)

    def shown(self) -> Mapping[str, Row]:
        """Return the rows of the fields that arise now."""
        return {name: row for name, row in self.rows.items() if not row.isHidden()}

    def _arrange(self, answers: Answers) -> None:
        for field in self.page.fields:
            row = self.rows[field.id]
            row.show_all(shown=field.relevant(answers))
            row.input.hint(_hint(field, answers))
        for question, row in self.secrets:
            row.show_all(shown=question.relevant(answers))
        self._fold()

    def _fold(self) -> None:
        """Fold advanced fields away where there are others; nothing folds away nothing."""
        advanced = {field.id for field in self.page.fields if field.advanced}
        shown = set(self.shown())
        self.advanced.setVisible(bool(shown & advanced))
        alone = bool(shown) and shown <= advanced
        self.advanced.fold.button.setVisible(not alone)
        if alone:
            self.advanced.open()


def _hint(field: Field, answers: Answers) -> str:
    """What holds without an answer; nothing where it holds by itself."""
    holds = in_force(answers, field.id)
    return "" if holds is None or isinstance(holds, tuple) else _in_words(field, holds)


def shown_answer(field: Field, answers: Answers) -> str:
    """Return the answer that holds, in the words of the choices where there are any."""
    holds = in_force(answers, field.id)
    if isinstance(holds, tuple):
        return ", ".join(_in_words(field, each) for each in holds) or "–"
    return "–" if holds in (None, "") and not field.choices() else _in_words(field, holds)


def _in_words(field: Field, answer: object) -> str:
    labels = {choice.value: _(choice.label) for choice in field.choices()}
    return labels.get(str(answer), visible(str(answer)))


def _add(layout: QGridLayout, row: Row) -> None:
    place = layout.rowCount()
    align = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop
    layout.addWidget(row.label, place, 0, align)
    layout.addWidget(row, place, 1)


def _form_layout(parent: QWidget) -> QGridLayout:
    # Not QFormLayout: it does not measure its rows anew when one of them grows or goes.
    layout = QGridLayout(parent)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setColumnStretch(1, 1)
    layout.setVerticalSpacing(parent.fontMetrics().height())
    return layout
