"""Findings as they come, and how many there are of each kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from mailwright.i18n import _
from mailwright.model.finding import Severity
from mailwright_ui.widgets.message import finding_message
from mailwright_ui.widgets.text import bold

if TYPE_CHECKING:
    from mailwright.model.finding import Finding

WORST_FIRST = (Severity.FAIL, Severity.UNKNOWN, Severity.WARN, Severity.INFO, Severity.PASS)


class FindingList(QWidget):
    """The worst above, each in the order in which it came; the first line counts them."""

    def __init__(self) -> None:
        super().__init__()
        self.findings: list[Finding] = []
        self._totals = bold("")
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.addWidget(self._totals)
        self._shown: list[tuple[int, QWidget]] = []
        self._totals.hide()

    def clear(self) -> None:
        """Show none."""
        for _rank, widget in self._shown:
            widget.hide()
            widget.deleteLater()
        self.findings, self._shown = [], []
        self._totals.hide()

    def add(self, finding: Finding) -> None:
        """Show one more."""
        rank = WORST_FIRST.index(finding.severity)
        place = sum(other <= rank for other, _widget in self._shown)
        widget = finding_message(finding)
        self._shown.insert(place, (rank, widget))
        self._layout.insertWidget(place + 1, widget)
        self.findings.append(finding)
        self._totals.setText(totals(self.findings))
        self._totals.show()


def totals(findings: list[Finding]) -> str:
    """Say how many findings there are of each severity."""
    counts = dict.fromkeys(Severity, 0)
    for finding in findings:
        counts[finding.severity] += 1
    text = _(
        "{failed} wrong, {warned} to look at, {unknown} not known, {passed} in order, "
        "{told} to know"
    )
    return text.format(
        failed=counts[Severity.FAIL],
        warned=counts[Severity.WARN],
        unknown=counts[Severity.UNKNOWN],
        passed=counts[Severity.PASS],
        told=counts[Severity.INFO],
    )
