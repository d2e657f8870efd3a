"""The charts of the dashboard, each with its sentence, its legend and the same as a table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from mailwright.i18n import N_, _
from mailwright.model.figures import Snapshot
from mailwright_ui.dashboard.chart import LOOKS, UNREAD, Chart, Columns, Rows, paint_boxes
from mailwright_ui.dashboard.series import ChartData, over_time, queue_ages, queue_states
from mailwright_ui.dashboard.table import Table
from mailwright_ui.widgets.text import bold, muted, plain

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from mailwright_ui.dashboard.chart import Look


@dataclass(frozen=True, slots=True)
class Panel:
    """A chart of the dashboard: its title, its kind, and its data of a snapshot and a range."""

    id: str
    title: str
    kind: Callable[[str], Chart]
    data: Callable[[Snapshot, int], ChartData]


PANELS = (
    Panel("over-time", N_("Attempts over time"), Columns, over_time),
    Panel("states", N_("Queue by state"), Rows, lambda seen, _hours: queue_states(seen.queue)),
    Panel("ages", N_("Queue by age"), Rows, lambda seen, _hours: queue_ages(seen.queue)),
)
"""Every chart; another one is another line."""


class ChartPanel(QFrame):
    """A chart, or the same as a table where the person wants it so."""

    def __init__(self, panel: Panel) -> None:
        super().__init__()
        self._panel = panel
        self.setFrameShape(QFrame.Shape.StyledPanel)
        title = _(panel.title)
        self.chart = panel.kind(title)
        self.table = Table(title)
        self.summary = muted("")
        self.legend = Legend() if panel.kind is Columns else None
        self.toggle = QPushButton(_("Show as table"))
        self.toggle.setCheckable(True)
        self.toggle.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.toggle.setAccessibleName(_("{title}: show as table").format(title=title))
        self.toggle.toggled.connect(self._turn)
        self._shown = QStackedWidget()
        self._shown.addWidget(self.chart)
        self._shown.addWidget(self.table)
        self._arrange(title)

    def _arrange(self, title: str) -> None:
        head = QHBoxLayout()
        head.addWidget(bold(title), 1)
        head.addWidget(self.toggle, alignment=Qt.AlignmentFlag.AlignTop)
        layout = QVBoxLayout(self)
        layout.addLayout(head)
        layout.addWidget(self.summary)
        if self.legend is not None:
            layout.addWidget(self.legend)
        layout.addWidget(self._shown, 1)

    def show_snapshot(self, snapshot: Snapshot, hours: int) -> None:
        """Show what a snapshot says, as chart or as table."""
        data = self._panel.data(snapshot, hours)
        if data == self.chart.data:
            return
        self.chart.show_data(data)
        if data.summary != self.summary.text():
            self.summary.setText(data.summary)
        if self.legend is not None:
            self.legend.show_data(data)
        if self.toggle.isChecked():
            self.table.show_rows(data.columns, rows_of(data))

    def _turn(self, as_table: bool) -> None:  # noqa: FBT001 - the signal toggled(bool) calls it
        self.toggle.setText(_("Show as chart") if as_table else _("Show as table"))
        if as_table:
            self.table.show_rows(self.chart.data.columns, rows_of(self.chart.data))
        self._shown.setCurrentWidget(self.table if as_table else self.chart)


class Swatch(QWidget):
    """A sample of how a part looks."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        side = self.fontMetrics().height()
        self.setFixedSize(QSize(side, side))

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the sample."""
        painter = QPainter(self)
        box = QRectF(self.rect()).adjusted(1, 1, -2, -2)
        paint_boxes(painter, [box], self._look, self.palette())


class Legend(QWidget):
    """Names what the columns are made of."""

    def __init__(self) -> None:
        super().__init__()
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._names: tuple[str, ...] = ()

    def show_data(self, data: ChartData) -> None:
        """Name the parts, and what is not read where something is not."""
        unread = any(bar.values is None for bar in data.bars)
        names = (*data.parts, *([_("Not read")] if unread else []))
        if names == self._names:
            return
        self._names = names
        while (item := self._layout.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        looks = (*LOOKS[: len(data.parts)], UNREAD)
        for name, look in zip(names, looks, strict=False):
            self._layout.addWidget(Swatch(look))
            self._layout.addWidget(plain(name))
            self._layout.addSpacing(self.fontMetrics().height())
        self._layout.addStretch()


def rows_of(data: ChartData) -> list[tuple[str, ...]]:
    """Return a chart's bars as the rows of a table."""
    unread = tuple(_("not read") for _part in data.parts)
    return [
        (bar.spoken, *(unread if bar.values is None else map(str, bar.values))) for bar in data.bars
    ]
