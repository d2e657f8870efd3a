"""Start the window."""

from __future__ import annotations

import gc
import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QLibraryInfo, QLocale, QTimer, QTranslator
from PySide6.QtWidgets import QApplication

from mailwright import __version__
from mailwright.i18n import language, preferred_language, set_language

if TYPE_CHECKING:
    from mailwright.interview import Answers

STARTED_WITHIN = 2_000
"""Milliseconds after which everything that a start loads is there."""


def main(answers: Answers | None = None) -> int:
    """Show the main window until it is closed; return the exit code.

    With `answers` the wizard opens too, filled in with them.
    """
    # Looking for garbage while everything is loaded for good takes a twentieth of the start.
    gc.disable()
    from mailwright_ui.crashes import catch_mistakes
    from mailwright_ui.main_window import MainWindow
    from mailwright_ui.theme import follow_system
    from mailwright_ui.world import World

    application = QApplication(sys.argv)
    application.setApplicationName("mailwright")
    application.setApplicationDisplayName("Mailwright")
    application.setApplicationVersion(__version__)
    application.setDesktopFileName("mailwright")
    set_language(preferred_language(QLocale.system().uiLanguages()))
    translate_qt(application)
    follow_system(application)
    catch_mistakes()
    window = MainWindow(World())
    window.show()
    if answers is not None:
        window.set_up_with(answers)
    QTimer.singleShot(STARTED_WITHIN, collect_garbage)
    return application.exec()


def collect_garbage() -> None:
    """Look for garbage from now on, but never again among what the start has loaded."""
    gc.freeze()
    gc.enable()


def translate_qt(application: QApplication) -> None:
    """Give Qt's own texts (buttons, menus of text fields) the chosen language."""
    translator = QTranslator(application)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if translator.load(QLocale(language()), "qtbase", "_", folder):
        application.installTranslator(translator)
