"""Start the window."""

from __future__ import annotations

import sys

from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator
from PySide6.QtWidgets import QApplication

from mailwright import __version__
from mailwright.i18n import language, preferred_language, set_language
from mailwright_ui.crashes import catch_mistakes
from mailwright_ui.main_window import MainWindow
from mailwright_ui.theme import follow_system
from mailwright_ui.world import World


def main() -> int:
    """Show the main window until it is closed; return the exit code."""
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
    return application.exec()


def translate_qt(application: QApplication) -> None:
    """Give Qt's own texts (buttons, menus of text fields) the chosen language."""
    translator = QTranslator(application)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if translator.load(QLocale(language()), "qtbase", "_", folder):
        application.installTranslator(translator)
