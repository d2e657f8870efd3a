"""The look: one style on every system, a light and a dark palette; widgets name roles, no colours.

Text has a contrast of at least 4.5:1 to its background, and what is not text of 3:1
(WCAG 2.2, 1.4.3 and 1.4.11); tests/ui/test_theme.py measures it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QProxyStyle, QStyle

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter
    from PySide6.QtWidgets import QApplication, QStyleOption, QWidget

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
    Role.BrightText: "#b3261e",
    Role.Mid: "#7d838c",
}
"""BrightText is what went wrong, Mid the outline of what can be filled in."""
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
    Role.BrightText: "#ffb4ab",
    Role.Mid: "#7b828d",
}
DISABLED = {
    Qt.ColorScheme.Light: "#8a9099",
    Qt.ColorScheme.Dark: "#757b84",
}
Primitive = QStyle.PrimitiveElement
OUTLINED = frozenset(
    {
        Primitive.PE_Frame,
        Primitive.PE_FrameGroupBox,
        Primitive.PE_FrameLineEdit,
        Primitive.PE_IndicatorCheckBox,
        Primitive.PE_IndicatorRadioButton,
        Primitive.PE_PanelLineEdit,
    }
)
FUSION_DARKENS = 140
"""By so many per cent Fusion makes the window's colour darker for an outline."""
TITLE_SCALE = 1.5
LARGEST_SHARE = 0.9
# All sizes are counted in lines of text (the height of the font): it grows with the person's font,
# and letters are about half as wide, whatever the script.


class Outlined(QProxyStyle):
    """Fusion, with outlines of inputs and frames that can be seen on both palettes.

    Fusion derives an outline from the colour of the window, and reaches 2:1 on the light palette
    and less than 1.2:1 on the dark one.
    """

    def __init__(self) -> None:
        super().__init__("Fusion")

    def drawPrimitive(  # noqa: N802 - Qt's name
        self,
        element: QStyle.PrimitiveElement,
        option: QStyleOption,
        painter: QPainter,
        /,
        widget: QWidget | None = None,
    ) -> None:
        """Draw an outline from a colour of its own, which the palette has no role for."""
        if element not in OUTLINED:
            super().drawPrimitive(element, option, painter, widget)
            return
        given = QPalette(option.palette)
        changed = QPalette(given)
        changed.setColor(Role.Window, given.color(Role.Mid).lighter(FUSION_DARKENS))
        option.palette = changed
        super().drawPrimitive(element, option, painter, widget)
        option.palette = given


def dress(application: QApplication, scheme: Qt.ColorScheme) -> None:
    """Give the program its style and the palette of a scheme."""
    application.setStyle(Outlined())
    application.setPalette(palette(scheme))


def follow_system(application: QApplication) -> None:
    """Take the style and the palette that fits the desktop's scheme, now and when it changes."""
    hints = application.styleHints()
    dress(application, hints.colorScheme())
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


def fixed(font: QFont) -> QFont:
    """Return the font for what a computer wrote, as large as the person's own font."""
    letters = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    letters.setPointSizeF(font.pointSizeF())
    return letters


def give_size(window: QWidget, width: int, height: int) -> None:
    """Give a window its first size in lines of text, at most nine tenths of the screen."""
    line = window.fontMetrics().height()
    screen = window.screen().availableSize() * LARGEST_SHARE
    window.resize(QSize(line * width, line * height).boundedTo(screen))
