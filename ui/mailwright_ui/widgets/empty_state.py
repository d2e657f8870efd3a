"""What a view shows before it has anything to show: icon, title, one sentence, one action."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from mailwright_ui.theme import enlarged
from mailwright_ui.widgets.text import plain

if TYPE_CHECKING:
    from PySide6.QtGui import QIcon

ICON_LINES = 5
"""The icon is as high as this many lines of text, so that it grows with the person's font."""

SENTENCE_LINES = 30
"""A sentence is as wide as this many lines are high: about 60 letters, comfortable to read."""


class EmptyState(QWidget):
    """Icon, title, one sentence and one action, in the middle of the view."""

    def __init__(self, icon: QIcon, title: str, sentence: str, action: str) -> None:
        super().__init__()
        self.action = QPushButton(action)
        self.action.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        layout = QVBoxLayout(self)
        layout.setSpacing(self.fontMetrics().height())
        layout.addStretch()
        for widget in (self._picture(icon), self._title(title), self._sentence(sentence)):
            layout.addWidget(widget, alignment=Qt.AlignmentFlag.AlignHCenter)
        layout.addWidget(self.action, alignment=Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch()
        self.setFocusProxy(self.action)

    def _picture(self, icon: QIcon) -> QLabel:
        picture = QLabel()
        side = self.fontMetrics().height() * ICON_LINES
        picture.setPixmap(icon.pixmap(side, side))
        return picture

    def _title(self, text: str) -> QLabel:
        title = plain(text)
        title.setFont(enlarged(self.font()))
        return title

    def _sentence(self, text: str) -> QLabel:
        sentence = plain(text)
        sentence.setWordWrap(True)
        sentence.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        # A label that breaks its lines tells a layout no height of its own.
        width = self.fontMetrics().height() * SENTENCE_LINES
        sentence.setFixedSize(width, sentence.heightForWidth(width))
        return sentence
