"""Something to tell: sign, sentence, what to do, and the very words behind a button."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QWidget

from mailwright.i18n import _
from mailwright.model.finding import Severity
from mailwright_ui import words
from mailwright_ui.theme import fixed
from mailwright_ui.widgets.disclosure import Fold
from mailwright_ui.widgets.text import alarming, bold, button, copy, plain, wrapped

if TYPE_CHECKING:
    from mailwright.errors import MailwrightError
    from mailwright.model.finding import Finding

SIGN_LINES = 1


class Message(QWidget):
    """A sign and a sentence; below them the remedy, the details and a button that copies all."""

    def __init__(
        self, severity: Severity, text: str, remedy: str = "", details: str = "", code: str = ""
    ) -> None:
        super().__init__()
        self.text = text
        self.remedy = remedy
        self.details: Fold | None = None
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setColumnStretch(1, 1)
        sign = self._sign(severity)
        layout.addWidget(sign, 0, 0, Qt.AlignmentFlag.AlignTop)
        failed = severity is Severity.FAIL
        layout.addWidget(alarming(text) if failed else wrapped(text), 0, 1)
        if remedy:
            layout.addWidget(wrapped(remedy), 1, 1)
        if details or code:
            report = "\n".join(part for part in (text, remedy, details, code) if part)
            self._add_details(layout, details or code, report)

    def _add_details(self, layout: QGridLayout, details: str, report: str) -> None:
        """Add the very words beside the sentence, folded away, and the button that copies all."""
        words_of_others = wrapped(details)
        words_of_others.setFont(fixed(words_of_others.font()))
        copying = button(_("Copy"), lambda: copy(report))
        copying.setAccessibleName(_("Copy: {text}").format(text=self.text))
        self.details = Fold(_("Details"), _beside(words_of_others, copying), self)
        self.details.button.setAccessibleName(_("Details: {text}").format(text=self.text))
        layout.addWidget(self.details.button, 0, 2, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self.details.content, 2, 1, 1, 2)

    def _sign(self, severity: Severity) -> QLabel:
        sign = bold(words.SIGNS[severity])
        sign.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        sign.setFixedWidth(self.fontMetrics().height() * SIGN_LINES)
        sign.setAccessibleName(_(words.SPOKEN[severity]))
        sign.setToolTip(_(words.SPOKEN[severity]))
        if severity is Severity.FAIL:
            sign.setForegroundRole(sign.palette().ColorRole.BrightText)
        return sign


def _beside(wide: QWidget, narrow: QWidget) -> QWidget:
    row = QWidget()
    layout = QHBoxLayout(row)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.addWidget(wide, 1)
    layout.addWidget(narrow, alignment=Qt.AlignmentFlag.AlignTop)
    return row


def error_message(error: MailwrightError) -> Message:
    """Return how an expected error is shown in place."""
    return Message(Severity.FAIL, error.message, words.remedy_of(error), code=error.code)


def finding_message(finding: Finding) -> Message:
    """Return how a finding is shown."""
    parts = (words.lines(finding.evidence), finding.kind.source)
    return Message(
        finding.severity,
        words.finding_message(finding),
        words.finding_remedy(finding),
        "\n".join(part for part in parts if part),
    )


def sign_line(severity: Severity, text: str) -> QLabel:
    """Return a line with its sign, for lists in which nothing more is to be said."""
    label = plain(f"{words.SIGNS[severity]}  {text}")
    label.setWordWrap(True)
    label.setAccessibleName(f"{_(words.SPOKEN[severity])}: {text}")
    return label
