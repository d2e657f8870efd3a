"""One question and its answer: sign, value, trend, threshold, and when it was read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout

from mailwright.i18n import _
from mailwright.model.finding import Severity
from mailwright_ui import words
from mailwright_ui.theme import enlarged
from mailwright_ui.widgets.text import bold, muted, plain, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

WIDTH_LINES = 11
"""A tile is at least as wide as this many lines are high."""


class StatTile(QFrame):
    """Says its answer by a sign, a word and, where it failed, a colour."""

    def __init__(self, question: str) -> None:
        super().__init__()
        self.question = question
        self.severity: Severity | None = None
        self.setAccessibleName(question)
        self._texts: tuple[str, ...] = ()
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.setAutoFillBackground(True)
        self.setMinimumWidth(self.fontMetrics().height() * WIDTH_LINES)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.sign = plain("")
        self.value = wrapped("")
        self.state = bold("")
        self.detail = wrapped("")
        self.trend = wrapped("")
        self.threshold = muted("")
        self.reading = muted("")
        self._arrange()

    def _arrange(self) -> None:
        for label in (self.sign, self.value):
            label.setFont(enlarged(label.font()))
        head = QHBoxLayout()
        head.addWidget(self.sign)
        head.addWidget(self.value, 1)
        layout = QVBoxLayout(self)
        layout.setSpacing(self.fontMetrics().height() // 4)
        layout.addWidget(muted(self.question))
        layout.addLayout(head)
        for label in (self.state, self.detail, self.trend):
            layout.addWidget(label)
        layout.addStretch()
        layout.addWidget(self.threshold)
        layout.addWidget(self.reading)

    def answer(self, severity: Severity, value: str, lines: Sequence[str]) -> None:
        """Show an answer; `lines` are its state, detail, trend, threshold and time of reading."""
        texts = (words.SIGNS[severity], value, *lines)
        if texts == self._texts:
            return
        self._texts = texts
        for label, text in zip(self._labels(), texts, strict=True):
            if label.text() != text:
                label.setText(text)
            if label.isHidden() is bool(text):
                label.setVisible(bool(text))
        if severity is not self.severity:
            self._colour(severity)
        self.setAccessibleDescription(". ".join(text for text in texts[1:] if text))

    def _colour(self, severity: Severity) -> None:
        self.severity = severity
        self.sign.setAccessibleName(_(words.SPOKEN[severity]))
        failed = severity is Severity.FAIL
        role = QPalette.ColorRole.BrightText if failed else QPalette.ColorRole.WindowText
        for label in (self.sign, self.value, self.state):
            label.setForegroundRole(role)

    def _labels(self) -> Iterator[QLabel]:
        yield from (self.sign, self.value, self.state, self.detail)
        yield from (self.trend, self.threshold, self.reading)
