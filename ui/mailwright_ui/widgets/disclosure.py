"""Something folded away behind a button that says what it is."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QToolButton, QVBoxLayout, QWidget


class Fold(QObject):
    """A button with a triangle, and what it opens; whoever makes it lays both out."""

    def __init__(self, label: str, content: QWidget, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.content = content
        self.button = QToolButton()
        self.button.setText(label)
        self.button.setCheckable(True)
        self.button.setAutoRaise(True)
        self.button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.button.toggled.connect(self.open)
        self.open(opened=False)

    def open(self, opened: bool) -> None:  # noqa: FBT001 - the signal toggled(bool) calls it
        """Show or hide the content."""
        self.button.setChecked(opened)
        self.button.setArrowType(Qt.ArrowType.DownArrow if opened else Qt.ArrowType.RightArrow)
        self.content.setVisible(opened)

    @property
    def opened(self) -> bool:
        """Whether the content is shown."""
        return self.button.isChecked()


class Disclosure(QWidget):
    """A fold whose content is below its button."""

    def __init__(self, label: str, content: QWidget) -> None:
        super().__init__()
        self.fold = Fold(label, content, self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.fold.button)
        layout.addWidget(content)

    def open(self) -> None:
        """Show the content."""
        self.fold.open(opened=True)

    @property
    def opened(self) -> bool:
        """Whether the content is shown."""
        return self.fold.opened
