"""Start the window."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QApplication

from mailwright import __version__
from mailwright.errors import MailwrightError
from mailwright.i18n import preferred_language, set_language
from mailwright_ui.main_window import MainWindow
from mailwright_ui.theme import follow_system

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mailwright_ui.main_window import KnownServer


def main() -> int:
    """Show the main window until it is closed; return the exit code."""
    application = QApplication(sys.argv)
    application.setApplicationName("mailwright")
    application.setApplicationDisplayName("Mailwright")
    application.setApplicationVersion(__version__)
    application.setDesktopFileName("mailwright")
    set_language(preferred_language(QLocale.system().uiLanguages()))
    follow_system(application)
    window = MainWindow(known_servers())
    window.show()
    return application.exec()


def known_servers() -> Sequence[KnownServer] | MailwrightError:
    """Return the servers in this desktop's history, or the error that tells why not."""
    from mailwright.bootstrap import build

    try:
        return build().journal.known_servers()
    except MailwrightError as error:
        return error
