"""Labels and buttons. Texts quote the outside, so markup is shown instead of obeyed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QPalette
from PySide6.QtWidgets import QLabel, QPushButton, QSizePolicy

from mailwright_ui.theme import enlarged

if TYPE_CHECKING:
    from collections.abc import Callable


def plain(text: str) -> QLabel:
    """Return a label of one line, or of as many as the text has."""
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setText(text)
    return label


def wrapped(text: str) -> QLabel:
    """Return a label that breaks its lines, and whose text can be selected with the mouse."""
    label = plain(text)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
    policy.setHeightForWidth(True)
    label.setSizePolicy(policy)
    return label


def muted(text: str) -> QLabel:
    """Return a label for explanations, which stand back behind what they explain."""
    label = wrapped(text)
    label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
    return label


def alarming(text: str) -> QLabel:
    """Return a label for what went wrong; the words say so too, and not the colour alone."""
    label = wrapped(text)
    label.setForegroundRole(QPalette.ColorRole.BrightText)
    return label


def bold(text: str) -> QLabel:
    """Return a label that breaks its lines, in bold."""
    label = wrapped(text)
    font = label.font()
    font.setBold(True)
    label.setFont(font)
    return label


def title(text: str) -> QLabel:
    """Return a label for the title of a view or page."""
    label = wrapped(text)
    label.setFont(enlarged(label.font()))
    return label


def button(text: str, do: Callable[[], object]) -> QPushButton:
    """Return a button as wide as its text, which does something when it is pressed."""
    made = QPushButton(text)
    made.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
    made.clicked.connect(lambda _checked=False: do())
    return made


def copy(text: str) -> None:
    """Put a text on the clipboard."""
    QGuiApplication.clipboard().setText(text)
