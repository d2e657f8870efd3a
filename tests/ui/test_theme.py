from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication, QLineEdit

from mailwright_ui.theme import TITLE_SCALE, dress, enlarged, palette

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

Role = QPalette.ColorRole
SCHEMES = [Qt.ColorScheme.Light, Qt.ColorScheme.Dark]
TEXT_ON = [
    (Role.WindowText, Role.Window),
    (Role.Text, Role.Base),
    (Role.Text, Role.AlternateBase),
    (Role.PlaceholderText, Role.Base),
    (Role.ButtonText, Role.Button),
    (Role.ToolTipText, Role.ToolTipBase),
    (Role.HighlightedText, Role.Highlight),
    (Role.Link, Role.Window),
    (Role.LinkVisited, Role.Window),
    (Role.PlaceholderText, Role.Window),
    (Role.BrightText, Role.Window),
    (Role.BrightText, Role.Base),
]


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(("text", "background"), TEXT_ON)
def test_text_can_be_read(scheme: Qt.ColorScheme, text: Role, background: Role) -> None:
    colours = palette(scheme)
    assert contrast(colours.color(text), colours.color(background)) >= 4.5


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("background", [Role.Window, Role.Base])
def test_outlines_can_be_seen(scheme: Qt.ColorScheme, background: Role) -> None:
    colours = palette(scheme)
    assert contrast(colours.color(Role.Mid), colours.color(background)) >= 3


@pytest.mark.parametrize("scheme", SCHEMES)
def test_an_input_is_drawn_with_its_outline(qtbot: QtBot, scheme: Qt.ColorScheme) -> None:
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    before = QPalette(application.palette())
    dress(application, scheme)
    edit = QLineEdit()
    qtbot.addWidget(edit)
    edit.resize(120, 30)
    edit.show()
    edit.clearFocus()
    picture = edit.grab().toImage()
    row = [picture.pixelColor(x, 15) for x in range(4)]
    strongest = max(contrast(colour, palette(scheme).color(Role.Window)) for colour in row)
    application.setStyle("Fusion")
    application.setPalette(before)
    assert strongest >= 3


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_focus_can_be_seen(scheme: Qt.ColorScheme) -> None:
    colours = palette(scheme)
    assert contrast(colours.color(Role.Highlight), colours.color(Role.Window)) >= 3


def test_dark_is_dark() -> None:
    assert palette(Qt.ColorScheme.Dark).color(Role.Window).lightnessF() < 0.2
    assert palette(Qt.ColorScheme.Light).color(Role.Window).lightnessF() > 0.8


def test_a_desktop_that_does_not_say_gets_the_light_palette() -> None:
    assert palette(Qt.ColorScheme.Unknown) == palette(Qt.ColorScheme.Light)


def test_what_is_disabled_looks_so() -> None:
    colours = palette(Qt.ColorScheme.Light)
    disabled = colours.color(QPalette.ColorGroup.Disabled, Role.ButtonText)
    assert disabled != colours.color(Role.ButtonText)


def test_a_title_grows_with_the_font() -> None:
    font = QFont()
    font.setPointSizeF(12)
    assert enlarged(font).pointSizeF() == 12 * TITLE_SCALE
    assert enlarged(font).bold()


def contrast(one: QColor, other: QColor) -> float:
    """Return the contrast ratio of two colours (WCAG 2.2, "contrast ratio")."""
    darker, lighter = sorted([luminance(one), luminance(other)])
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: QColor) -> float:
    """Return the relative luminance of a colour (WCAG 2.2, "relative luminance")."""
    channels = [colour.redF(), colour.greenF(), colour.blueF()]
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
