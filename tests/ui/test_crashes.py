from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from mailwright_ui.crash_dialog import CrashDialog
from mailwright_ui.crashes import catch_mistakes, start_job
from tests.support.person import labelled, texts, wait_until
from tests.ui.accessibility import unlabelled

if TYPE_CHECKING:
    import pytest
    from pytestqt.qtbot import QtBot

    from mailwright_ui.jobs import Emit, Stop

CRASHES = True
SECRET = "tr0ub4dor&3"


def dialogs() -> list[CrashDialog]:
    found = [each for each in QApplication.topLevelWidgets() if isinstance(each, CrashDialog)]
    return [each for each in found if each.isVisible()]


def test_a_mistake_in_a_job_opens_a_report_without_secrets(qtbot: QtBot) -> None:
    def work(_emit: Emit, _stop: Stop) -> object:
        raise KeyError(SECRET)

    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    start_job(work, window)
    wait_until(lambda: bool(dialogs()))
    (dialog,) = dialogs()
    shown = texts(dialog)
    assert "This is a mistake in Mailwright itself." in shown
    assert "KeyError" in dialog.report.toPlainText()
    assert SECRET not in shown
    assert unlabelled(dialog) == []
    QTest.mouseClick(labelled(dialog, "Copy the report"), Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == dialog.report.toPlainText()
    QGuiApplication.clipboard().clear()
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialogs() == []


def test_a_mistake_on_the_windows_own_thread_opens_it_too(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    catch_mistakes()
    error = ValueError(SECRET)
    sys.excepthook(ValueError, error, None)
    (dialog,) = dialogs()
    assert "ValueError" in dialog.report.toPlainText()
    dialog.close()
