"""A mistake in the program itself opens a dialog, wherever it is raised."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication

from mailwright_ui.jobs import Job

if TYPE_CHECKING:
    from types import TracebackType

    from PySide6.QtWidgets import QWidget

    from mailwright_ui.crash_dialog import CrashDialog
    from mailwright_ui.jobs import Work


def show_crash(error: BaseException, parent: QWidget | None = None) -> CrashDialog:
    """Open the dialog; it does not hold up what else is going on."""
    from mailwright_ui.crash_dialog import CrashDialog

    dialog = CrashDialog(error, parent)
    dialog.open()
    return dialog


def start_job(work: Work[object], parent: QWidget) -> Job[object]:
    """Make a job of a window whose mistakes open the dialog; its signals are still to connect."""
    job = Job(work, parent)
    job.crashed.connect(lambda error: show_crash(error, parent.window()))
    # Whoever called connects first: the thread's news are looked at by a timer.
    job.start()
    return job


def catch_mistakes() -> None:
    """Open the dialog for what is raised on the window's thread too."""

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if isinstance(error, Exception) and QApplication.instance() is not None:
            show_crash(error, QApplication.activeWindow())
        else:
            sys.__excepthook__(kind, error, trace)

    sys.excepthook = hook
