"""What a person without a mouse, or without sight, meets in a window."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QLineEdit, QWidget


def reachable(window: QWidget) -> list[QWidget]:
    """Return the visible widgets that the Tab key reaches."""
    return [
        widget
        for widget in window.findChildren(QWidget)
        if widget.isVisible() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
    ]


def unlabelled(window: QWidget) -> list[str]:
    """Name the reachable widgets that a screen reader would have no name for."""
    return [
        f"{type(widget).__name__} {widget.objectName()}".strip()
        for widget in reachable(window)
        if not spoken(widget)
    ]


def spoken(widget: QWidget) -> str:
    """Return the name by which a screen reader calls a widget."""
    interface = QAccessible.queryAccessibleInterface(widget)
    return interface.text(QAccessible.Text.Name).strip()


def cut_off(window: QWidget) -> list[str]:
    """Name the visible labels and buttons whose text does not fit into them."""
    return [
        str(widget.property("text"))
        for widget in window.findChildren(QWidget)
        if widget.isVisible()
        and widget.property("text")
        and not isinstance(widget, QLineEdit)  # what is typed into it scrolls
        and not _fits(widget)
    ]


def _fits(widget: QWidget) -> bool:
    if widget.property("wordWrap"):
        return widget.heightForWidth(widget.width()) <= widget.height()
    hint = widget.sizeHint()
    return hint.width() <= widget.width() and hint.height() <= widget.height()
