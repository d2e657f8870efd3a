"""What a snapshot says: five answers, the charts, the causes and the domains."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QVBoxLayout, QWidget

from mailwright.datafiles import data_path
from mailwright.i18n import _
from mailwright_ui.dashboard import texts
from mailwright_ui.dashboard.causes import CauseList, Domains
from mailwright_ui.dashboard.panels import PANELS, ChartPanel
from mailwright_ui.dashboard.readings import QUESTIONS, Memory, readings
from mailwright_ui.dashboard.slices import Slices
from mailwright_ui.widgets.empty_state import EmptyState
from mailwright_ui.widgets.stat_tile import StatTile
from mailwright_ui.widgets.text import muted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from PySide6.QtGui import QResizeEvent

    from mailwright.model.figures import Figures, Snapshot


COLUMNS = 7
Place = tuple[int, int, int, int]
"""Row, column, rows and columns in a grid of equal columns."""

LAYOUTS: tuple[tuple[int, tuple[Place, ...]], ...] = (
    (52, ((0, 0, 1, 3), (0, 3, 1, 2), (0, 5, 1, 2), (1, 0, 1, 7), (2, 0, 1, 4), (2, 4, 1, 3))),
    (36, ((0, 0, 1, 7), (1, 0, 1, 4), (1, 4, 1, 3), (2, 0, 1, 7), (3, 0, 1, 7), (4, 0, 1, 7))),
    (0, tuple((row, 0, 1, 7) for row in range(6))),
)
"""From how many lines of width on, the places of the charts, of what else, causes and domains."""


class TileRow(QWidget):
    """The tiles beside one another, in as many rows as the width needs."""

    def __init__(self) -> None:
        super().__init__()
        self.tiles = {name: StatTile(_(question)) for name, question in QUESTIONS.items()}
        self._columns = 0
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._place(len(self.tiles))
        # One tile's width is enough: the others go below.
        self.setMinimumWidth(self._tile_width())
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def _tile_width(self) -> int:
        return max(tile.minimumWidth() for tile in self.tiles.values())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Arrange anew for another width."""
        super().resizeEvent(event)
        room = self.width() + self._grid.spacing()
        fitting = room // (self._tile_width() + self._grid.spacing())
        self._place(max(1, min(len(self.tiles), fitting)))

    def _place(self, columns: int) -> None:
        if columns == self._columns:
            return
        for column in range(len(self.tiles)):
            self._grid.setColumnStretch(column, int(column < columns))
        self._columns = columns
        for number, tile in enumerate(self.tiles.values()):
            self._grid.addWidget(tile, number // columns, number % columns)


class DashboardView(QWidget):
    """Shows snapshots, and how old they are: `tick` says so while none comes.

    `wanted_set_up` comes when the person wants to send a test message.
    """

    wanted_set_up = Signal()

    def __init__(self, clock: Callable[[], float]) -> None:
        super().__init__()
        self.hours = 0
        self.snapshot: Snapshot | None = None
        self._clock = clock
        self._memory = Memory()
        self.tiles = TileRow()
        self.panels = {panel.id: ChartPanel(panel) for panel in PANELS}
        self.causes = CauseList()
        self.domains = Domains()
        self.more = muted("")
        self.empty = _no_mail()
        self.empty.action.clicked.connect(self.wanted_set_up)
        self._details = QWidget()
        self._places: tuple[Place, ...] = ()
        self._arrange()
        self.slices = Slices(tuple(self._parts()), self)

    def _arrange(self) -> None:
        self._grid = QGridLayout(self._details)
        self._grid.setContentsMargins(0, 0, 0, 0)
        for column in range(COLUMNS):
            self._grid.setColumnStretch(column, 1)
        self._place(LAYOUTS[0][1])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.tiles)
        layout.addWidget(self.empty)
        layout.addWidget(self._details)
        layout.addStretch()
        self.empty.hide()

    def _place(self, places: tuple[Place, ...]) -> None:
        if places == self._places:
            return
        self._places = places
        parts = (*self.panels.values(), self.more, self.causes, self.domains)
        for part, place in zip(parts, places, strict=True):
            self._grid.addWidget(part, *place)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Put the charts below one another where they have no room beside."""
        super().resizeEvent(event)
        room = self.width() // self.fontMetrics().height()
        self._place(next(places for lines, places in LAYOUTS if room >= lines))

    def show_snapshot(self, snapshot: Snapshot, hours: int) -> None:
        """Show a snapshot of so many hours, part by part; of several at once the newest."""
        if hours != self.hours:
            # Numbers of another range are no earlier ones of this.
            self._memory = Memory()
        self.snapshot, self.hours = snapshot, hours
        self._memory.add(snapshot)
        self.slices.ask()

    def tick(self) -> None:
        """Say how old the readings are now."""
        for name in self.tiles.tiles:
            self._draw_tile(name)

    def _parts(self) -> Iterator[Callable[[], None]]:
        for name in self.tiles.tiles:
            yield partial(self._draw_tile, name)
        for panel in self.panels.values():
            yield partial(self._draw_panel, panel)
        yield from (self._draw_causes, self._draw_domains, self._draw_more)

    def _draw_tile(self, name: str) -> None:
        if self.snapshot is None:
            return
        reading = readings(self.snapshot, self._memory, self._clock())[name]
        lines = (reading.state, reading.detail, reading.trend, reading.threshold)
        tile = self.tiles.tiles[name]
        tile.answer(reading.severity, reading.value, (*lines, _read(reading.read_at)))

    def _draw_panel(self, panel: ChartPanel) -> None:
        if self.snapshot is not None:
            panel.show_snapshot(self.snapshot, self.hours)

    def _draw_causes(self) -> None:
        if self.snapshot is not None:
            is_read = self.snapshot.read_at is not None
            self.causes.show_figures(self.snapshot.figures, is_read=is_read)

    def _draw_domains(self) -> None:
        if self.snapshot is not None:
            self.domains.show_figures(self.snapshot.figures)

    def _draw_more(self) -> None:
        if self.snapshot is not None:
            more = _told(self.snapshot.figures)
            if more != self.more.text():
                self.more.setText(more)
            none_yet = is_without_mail(self.snapshot)
            if self.empty.isHidden() is none_yet:
                self.empty.setVisible(none_yet)
                self._details.setVisible(not none_yet)


def _read(read_at: float | None) -> str:
    if read_at is None:
        return _("No reading yet")
    return _("Last reading {time}").format(time=texts.clock(read_at, seconds=True))


def is_without_mail(snapshot: Snapshot) -> bool:
    """Tell whether all was read, and no mail was there."""
    figures = snapshot.figures
    if snapshot.read_at is None or snapshot.queue is None or not snapshot.is_complete:
        return False
    return not (figures.messages or figures.hours or figures.refused or snapshot.queue.total)


def _told(figures: Figures) -> str:
    """What else was counted, where there is something to say."""
    told = []
    if figures.since is not None:
        told.append(_("Counted since {time}.").format(time=texts.moment(figures.since)))
    if figures.delay_median is not None and figures.delay_p95 is not None:
        text = _("Half of the mail arrived within {median:.1f} s, 95 % within {p95:.1f} s.")
        told.append(text.format(median=figures.delay_median, p95=figures.delay_p95))
    if figures.refused:
        text = _("Refused when handed in: {count}.")
        told.append(text.format(count=figures.refused))
    if figures.unparsed:
        text = _("Lines of the log that could not be read: {unparsed} of {lines}.")
        told.append(text.format(unparsed=figures.unparsed, lines=figures.lines))
    return " ".join(told)


def _no_mail() -> EmptyState:
    from PySide6.QtGui import QIcon

    return EmptyState(
        QIcon(str(data_path("icons/mailwright.svg"))),
        _("No mail seen yet – send a test message"),
        _(
            "The set-up sends one at its end; or send one with any program that uses this server. "
            "It appears here within seconds."
        ),
        _("&Open the set-up"),
    )
