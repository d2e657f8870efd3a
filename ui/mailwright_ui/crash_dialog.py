"""A mistake in the program itself: a dialog with a report to copy, which holds no secret."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QPlainTextEdit, QVBoxLayout, QWidget

from mailwright.i18n import _
from mailwright.usecases.crash import report
from mailwright_ui.theme import fixed, give_size
from mailwright_ui.widgets.text import copy, wrapped

WIDTH_LINES = 44
HEIGHT_LINES = 24


class CrashDialog(QDialog):
    """Says that it is our mistake, what it may have left, and shows the report."""

    def __init__(self, error: BaseException, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("A mistake in Mailwright"))
        self.report = QPlainTextEdit(report(error))
        self.report.setReadOnly(True)
        self.report.setFont(fixed(self.report.font()))
        self.report.setAccessibleName(_("Report"))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        copying = buttons.addButton(_("&Copy the report"), QDialogButtonBox.ButtonRole.ActionRole)
        copying.clicked.connect(lambda: copy(self.report.toPlainText()))
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(wrapped(_told()))
        layout.addWidget(self.report, 1)
        layout.addWidget(buttons)
        give_size(self, WIDTH_LINES, HEIGHT_LINES)


def _told() -> str:
    return _(
        "This is a mistake in Mailwright itself. Please report the lines below; they hold no "
        "secret. A server that was being changed goes on by itself: it takes everything back "
        "unless it hears from here in time. Its history tells how it ended."
    )
