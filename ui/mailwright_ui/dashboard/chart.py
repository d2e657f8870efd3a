"""Two small charts, painted: columns over time made of parts, and rows with a number each.

No colour stands alone: each part has a pattern of its own, and all of it stands in a table too.
Each call into Qt may have to wait for a thread that reads a log, so what can be counted before is
counted before, and what looks the same is painted at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QEvent, QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QHelpEvent, QPainter, QPalette, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from mailwright.i18n import _
from mailwright_ui.dashboard.series import ChartData

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QPaintEvent

    from mailwright_ui.dashboard.series import Bar

Role = QPalette.ColorRole
Look = tuple[Role, Qt.BrushStyle]
LOOKS: tuple[Look, ...] = (
    (Role.Highlight, Qt.BrushStyle.SolidPattern),
    (Role.PlaceholderText, Qt.BrushStyle.BDiagPattern),
    (Role.BrightText, Qt.BrushStyle.DiagCrossPattern),
)
"""Colour and pattern of the parts, in their order."""

UNREAD: Look = (Role.PlaceholderText, Qt.BrushStyle.Dense7Pattern)
COLUMNS_LINES, ROW_LINES, BAR_LINES = 9, 1.5, 5
FILLED = 0.7
"""Share of its place that a bar takes."""

LEAST = 2.0
"""Whatever happened can be seen, however rare it was."""

_STEPS = (1, 2, 5, 10)
_FAINT = 0.4
_LEFT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
_RIGHT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight


def paint_boxes(painter: QPainter, boxes: Sequence[QRectF], look: Look, palette: QPalette) -> None:
    """Paint rectangles as a part looks: its pattern on the background, and an outline."""
    if not boxes:
        return
    role, style = look
    colour = palette.color(role)
    painter.setBackgroundMode(Qt.BGMode.OpaqueMode)
    painter.setBackground(palette.color(Role.Base))
    painter.setPen(QPen(colour, 1))
    painter.setBrush(QBrush(colour, style))
    painter.drawRects(list(boxes))
    painter.setBackgroundMode(Qt.BGMode.TransparentMode)


def told(bar: Bar, data: ChartData) -> str:
    """Say what a bar shows."""
    if bar.values is None:
        return "\n".join([bar.spoken, _("not read")])
    numbers = zip(data.parts, bar.values, strict=True)
    return "\n".join([bar.spoken, *(f"{name}: {value}" for name, value in numbers)])


def scale(highest: int) -> int:
    """Return the number at the top of the axis: 1, 2 or 5 times a power of ten, at least 2."""
    power = 1
    while power * 10 < highest:
        power *= 10
    return max(2, next(step * power for step in _STEPS if step * power >= highest))


class Chart(QWidget):
    """What both kinds have in common: data, words for them, and the numbers under the mouse."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.data = ChartData((name,))
        self.line = self.fontMetrics().height()
        self.widths: list[int] = []
        self._labels: tuple[str, ...] = ()
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_data(self, data: ChartData) -> None:
        """Paint other data."""
        labels = tuple(bar.label for bar in data.bars)
        self.data = data
        self.setAccessibleDescription(data.summary)
        if labels != self._labels:
            self._labels = labels
            metrics = self.fontMetrics()
            self.line = metrics.height()
            self.widths = [metrics.horizontalAdvance(label) for label in labels]
            # Told once, and not by an override that every layout would call.
            self.setMinimumSize(self.needs())
        self.update()

    def needs(self) -> QSize:
        """Return the smallest size that shows everything."""
        raise NotImplementedError

    def places(self) -> list[QRectF]:
        """Return the rectangles in which the bars have their places."""
        raise NotImplementedError

    def event(self, event: QEvent) -> bool:
        """Show the numbers of the bar under the mouse."""
        if event.type() == QEvent.Type.ToolTip:
            where = cast("QHelpEvent", event)
            at = QPointF(where.pos())
            bars = zip(self.places(), self.data.bars, strict=True)
            found = next((told(bar, self.data) for place, bar in bars if place.contains(at)), "")
            QToolTip.showText(where.globalPos(), found, self)
            return True
        return super().event(event)


class Columns(Chart):
    """Columns made of parts, one for each piece of time."""

    def needs(self) -> QSize:
        """Room in which columns can still be told apart."""
        return QSize(self.line * COLUMNS_LINES, self.line * COLUMNS_LINES)

    def area(self) -> QRectF:
        """Return where the columns stand, without the axes."""
        top = str(scale(self.data.highest))
        left = self.fontMetrics().horizontalAdvance(top) + self.line // 2
        width = max(1, self.width() - left - 1)
        return QRectF(left, self.line / 2, width, self.height() - self.line * 2)

    def places(self) -> list[QRectF]:
        """Return the rectangles in which the columns have their places."""
        area = self.area()
        left, top, height = area.left(), area.top(), area.height()
        width = area.width() / max(1, len(self.data.bars))
        return [QRectF(left + width * n, top, width, height) for n in range(len(self.data.bars))]

    def boxes(self) -> tuple[list[list[QRectF]], list[QRectF]]:
        """Return the rectangles of each part, and those of what was not read."""
        parts: list[list[QRectF]] = [[] for _part in self.data.parts]
        unread = []
        highest = scale(self.data.highest)
        for place, bar in zip(self.places(), self.data.bars, strict=True):
            left, width, room = place.left(), place.width(), place.height()
            foot = place.bottom()
            if bar.values is None:
                unread.append(place)
            for boxes, value in zip(parts, bar.values or (), strict=False):
                if value:
                    height = max(LEAST, room * value / highest)
                    foot -= height
                    margin = width * (1 - FILLED) / 2
                    boxes.append(QRectF(left + margin, foot, width * FILLED, height))
        return parts, unread

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint axes, then columns."""
        painter = QPainter(self)
        palette = self.palette()
        parts, unread = self.boxes()
        for place in unread:
            painter.fillRect(place, QBrush(palette.color(UNREAD[0]), UNREAD[1]))
        self._axes(painter, palette)
        for boxes, look in zip(parts, LOOKS, strict=False):
            paint_boxes(painter, boxes, look, palette)
        painter.setPen(palette.color(Role.WindowText))
        for box, label in self._shown_labels():
            painter.drawText(box, _LEFT, label)

    def _axes(self, painter: QPainter, palette: QPalette) -> None:
        area = self.area()
        top = scale(self.data.highest)
        faint = QColor(palette.color(Role.PlaceholderText))
        faint.setAlphaF(_FAINT)
        values = (0, top // 2, top)
        heights = [area.bottom() - area.height() * value / top for value in values]
        painter.setPen(QPen(faint, 1))
        painter.drawLines([QLineF(area.left(), y, area.right(), y) for y in heights])
        painter.setPen(palette.color(Role.WindowText))
        for value, y in zip(values, heights, strict=True):
            width = area.left() - self.line / 4
            painter.drawText(QRectF(0, y - self.line / 2, width, self.line), _RIGHT, str(value))

    def _shown_labels(self) -> list[tuple[QRectF, str]]:
        """As many labels as have room, each below the first column that it is for."""
        shown: list[tuple[QRectF, str]] = []
        free, before = 0.0, ""
        right, top = self.width(), self.height() - self.line * 1.3
        rows = zip(self.places(), self.widths, self.data.bars, strict=True)
        for place, width, bar in rows:
            left = min(place.left(), right - width)
            if left >= free and bar.label != before:
                shown.append((QRectF(left, top, width + 1, self.line), bar.label))
                free = left + width + self.line
            before = bar.label
        return shown


class Rows(Chart):
    """One row for each bar: its name, the bar, its number."""

    def needs(self) -> QSize:
        """Room for every row, the longest name and a bar."""
        height = self.line * ROW_LINES * max(1, len(self.data.bars))
        return QSize(max(self.widths, default=0) + self.line * BAR_LINES, int(height))

    def places(self) -> list[QRectF]:
        """Return the rectangles in which the rows have their places."""
        height, width = self.line * ROW_LINES, self.width()
        return [QRectF(0, height * n, width, height) for n in range(len(self.data.bars))]

    def boxes(self) -> list[QRectF]:
        """Return the rectangle of each row's bar; one for nothing has no width."""
        left = max(self.widths, default=0) + self.line / 2
        highest = self.data.highest
        room = self.width() - left - self.line / 2
        room -= self.fontMetrics().horizontalAdvance(str(highest))
        found = []
        for place, bar in zip(self.places(), self.data.bars, strict=True):
            width = max(LEAST, room * bar.total / highest) if bar.total else 0.0
            height = place.height() * FILLED
            top = place.top() + (place.height() - height) / 2
            found.append(QRectF(left, top, width, height))
        return found

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the rows."""
        painter = QPainter(self)
        palette = self.palette()
        boxes = self.boxes()
        paint_boxes(painter, [box for box in boxes if box.width()], LOOKS[0], palette)
        painter.setPen(palette.color(Role.WindowText))
        for place, box, bar in zip(self.places(), boxes, self.data.bars, strict=True):
            painter.drawText(place, _LEFT, bar.label)
            painter.drawText(
                place.adjusted(box.right() + self.line / 3, 0, 0, 0), _LEFT, str(bar.total)
            )
