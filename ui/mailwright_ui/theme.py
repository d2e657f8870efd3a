"""The look: one style on every system, a light and a dark palette; widgets name roles, no colours.

Text has a contrast of at least 4.5:1 to its background, and what is not text of 3:1
(WCAG 2.2, 1.4.3 and 1.4.11); tests/ui/test_theme.py measures it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QPalette

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

Role = QPalette.ColorRole

LIGHT = {
    Role.Window: "#f4f5f7",
    Role.WindowText: "#1c1e21",
    Role.Base: "#ffffff",
    Role.AlternateBase: "#eef0f3",
    Role.Text: "#1c1e21",
    Role.PlaceholderText: "#60656d",
    Role.Button: "#e7e9ed",
    Role.ButtonText: "#1c1e21",
    Role.ToolTipBase: "#ffffff",
    Role.ToolTipText: "#1c1e21",
    Role.Highlight: "#1858b8",
    Role.HighlightedText: "#ffffff",
    Role.Link: "#1858b8",
    Role.LinkVisited: "#6a3fa0",
    Role.Accent: "#1858b8",
}
DARK = {
    Role.Window: "#1e2024",
    Role.WindowText: "#eceef1",
    Role.Base: "#16181b",
    Role.AlternateBase: "#24272c",
    Role.Text: "#eceef1",
    Role.PlaceholderText: "#a0a6af",
    Role.Button: "#33373d",
    Role.ButtonText: "#eceef1",
    Role.ToolTipBase: "#33373d",
    Role.ToolTipText: "#eceef1",
    Role.Highlight: "#8ab4ff",
    Role.HighlightedText: "#101214",
    Role.Link: "#8ab4ff",
    Role.LinkVisited: "#c3a5f5",
    Role.Accent: "#8ab4ff",
}
DISABLED = {
    Qt.ColorScheme.Light: "#8a9099",
    Qt.ColorScheme.Dark: "#757b84",
}
TITLE_SCALE = 1.5


def follow_system(application: QApplication) -> None:
    """Take the style and the palette that fits the desktop's scheme, now and when it changes."""
    application.setStyle("Fusion")
    hints = application.styleHints()
    application.setPalette(palette(hints.colorScheme()))
    hints.colorSchemeChanged.connect(lambda scheme: application.setPalette(palette(scheme)))


def palette(scheme: Qt.ColorScheme) -> QPalette:
    """Return the palette of a scheme; a desktop that does not say gets the light one."""
    dark = scheme == Qt.ColorScheme.Dark
    colours = QPalette()
    for role, name in (DARK if dark else LIGHT).items():
        colours.setColor(role, QColor(name))
    muted = QColor(DISABLED[Qt.ColorScheme.Dark if dark else Qt.ColorScheme.Light])
    for role in (Role.WindowText, Role.Text, Role.ButtonText):
        colours.setColor(QPalette.ColorGroup.Disabled, role, muted)
    return colours


def enlarged(font: QFont) -> QFont:
    """Return the font of a title, in proportion to the person's own font."""
    title = QFont(font)
    title.setPointSizeF(font.pointSizeF() * TITLE_SCALE)
    title.setBold(True)
    return title
