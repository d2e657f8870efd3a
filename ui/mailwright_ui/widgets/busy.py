"""That something is going on, and what."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QWidget

from mailwright.i18n import _
from mailwright_ui.widgets.text import plain

BAR_LINES = 10


class Busy(QWidget):
    """A bar without an end and a sentence in the present tense; hidden while nothing goes on."""

    def __init__(self) -> None:
        super().__init__()
        self._text = plain("")
        self._text.setWordWrap(True)
        bar = QProgressBar()
        bar.setRange(0, 0)
        bar.setTextVisible(False)
        bar.setAccessibleName(_("At work"))
        bar.setFixedWidth(self.fontMetrics().height() * BAR_LINES)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(bar)
        layout.addWidget(self._text, 1)
        self.hide()

    def begin(self, text: str) -> None:
        """Show what goes on."""
        self._text.setText(text)
        self.show()

    def end(self) -> None:
        """Show nothing any more."""
        self.hide()
