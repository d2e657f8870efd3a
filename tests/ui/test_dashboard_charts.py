"""What the charts count, what they paint, and the same as a table."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QHelpEvent, QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip

from mailwright.model.figures import Attempts, HourCount, QueueSnapshot, Snapshot
from mailwright_ui.dashboard.chart import LOOKS, Chart, Columns, Rows, scale
from mailwright_ui.dashboard.panels import PANELS, ChartPanel, rows_of
from mailwright_ui.dashboard.series import (
    Bar,
    ChartData,
    over_time,
    queue_ages,
    queue_states,
)
from mailwright_ui.theme import palette
from tests.support.clocks import in_utc
from tests.support.deliveries import BUSY, HOUR, LOST, NOW, QUEUE, START, UNREAD
from tests.ui.accessibility import reachable, unlabelled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

Role = QPalette.ColorRole


@pytest.fixture(autouse=True)
def utc() -> Iterator[None]:
    with in_utc():
        yield


def test_each_hour_is_a_column_of_what_became_of_the_attempts() -> None:
    data = over_time(BUSY, 24)
    assert data.parts == ("Sent", "Deferred", "Bounced or given up")
    assert len(data.bars) == 24
    assert data.bars[0].values == (0, 0, 0)
    assert data.bars[-1] == Bar("2:00\u202fPM", "4 Mar, 2:00\u202fPM", (12, 1, 0))
    assert [sum(part) for part in zip(*(bar.values or () for bar in data.bars), strict=True)] == [
        BUSY.figures.attempts.sent,
        BUSY.figures.attempts.deferred,
        BUSY.figures.attempts.bounced,
    ]
    assert data.summary == (
        "589 sent, 48 deferred, 11 bounced or given up. Most from 4 Mar, 5:00\u202fAM: 76."
    )


def test_recipients_given_up_count_as_bounced() -> None:
    hour = HourCount(START, Attempts(expired=2, bounced=1), 0, 3)
    data = over_time(replace(BUSY, figures=replace(BUSY.figures, hours=(hour,))), 24)
    assert data.bars[0].values == (0, 0, 3)


def test_hours_that_nobody_read_are_no_zeros() -> None:
    later = replace(LOST, taken_at=NOW + 3 * HOUR)
    values = [bar.values for bar in over_time(later, 24).bars]
    assert values[-3:] == [None, None, None]
    assert values[-4] == (12, 1, 0)
    begun = replace(BUSY, figures=replace(BUSY.figures, since=NOW - 2 * HOUR, hours=()))
    values = [bar.values for bar in over_time(begun, 24).bars]
    assert values == [None] * 21 + [(0, 0, 0)] * 3
    assert {bar.values for bar in over_time(UNREAD, 24).bars} == {None}


@pytest.mark.parametrize(("hours", "bars"), [(6, 6), (24, 24), (24 * 7, 29), (24 * 30, 31)])
def test_longer_times_have_wider_columns(hours: int, bars: int) -> None:
    data = over_time(BUSY, hours)
    assert len(data.bars) == bars
    if hours >= 24:
        assert sum(bar.total for bar in data.bars) == 589 + 48 + 11
    assert len({bar.spoken for bar in data.bars}) == bars


def test_the_queue_is_told_by_state_and_by_age() -> None:
    states = queue_states(QUEUE)
    assert [bar.total for bar in states.bars] == [0, 0, 1, 4, 0]
    assert states.bars[3].label == "deferred: waits for the next try"
    ages = queue_ages(QUEUE)
    assert [(bar.label, bar.total) for bar in ages.bars] == [
        ("under 5 min", 1),
        ("5 min to 1 h", 3),
        ("1 h to 6 h", 1),
        ("6 h to 1 day", 0),
        ("1 day to 5 days", 0),
        ("over 5 days", 0),
    ]
    assert ages.summary == "5 of 5 listed at 2:03:05\u202fPM. The oldest has waited for 42 min."


def test_a_queue_that_was_not_read_has_no_bars() -> None:
    assert queue_states(None).bars == ()
    assert queue_ages(None).bars == ()
    assert queue_ages(QueueSnapshot(NOW, {"deferred": 3})).bars == ()


def test_a_queue_with_a_name_from_outside_is_shown_safely() -> None:
    data = queue_states(QueueSnapshot(NOW, {"x\x1b": 1}))
    assert data.bars[0].label == r"x\x1b"


@pytest.mark.parametrize(
    ("highest", "top"), [(0, 2), (1, 2), (2, 2), (3, 5), (6, 10), (10, 10), (11, 20), (760, 1000)]
)
def test_the_axis_ends_at_a_round_number(highest: int, top: int) -> None:
    assert scale(highest) == top


def painted(chart: Chart, data: ChartData, qtbot: QtBot) -> dict[int, set[str]]:
    """Show a chart, and return the colours in the place of each bar."""
    qtbot.addWidget(chart)
    chart.setPalette(palette(Qt.ColorScheme.Light))
    chart.resize(400, 200)
    chart.show_data(data)
    picture = chart.grab().toImage()
    colours: dict[int, set[str]] = {}
    for index in range(len(data.bars)):
        place = chart.places()[index].toRect()
        colours[index] = {
            QColor(picture.pixel(x, y)).name()
            for x in range(place.left(), min(place.right(), picture.width()))
            for y in range(place.top(), min(place.bottom(), picture.height()))
        }
    return colours


def name_of(part: int) -> str:
    return palette(Qt.ColorScheme.Light).color(LOOKS[part][0]).name()


def test_each_part_of_a_column_is_painted_in_its_own_way(qtbot: QtBot) -> None:
    bars = tuple(
        Bar(str(number), str(number), values)
        for number, values in enumerate([(9, 0, 0), (0, 9, 0), (0, 0, 9), (0, 0, 0), (50, 1, 1)])
    )
    found = painted(Columns("x"), ChartData(("t", "a", "b", "c"), bars), qtbot)
    assert [[name_of(part) in found[bar] for part in range(3)] for bar in range(5)] == [
        [True, False, False],
        [False, True, False],
        [False, False, True],
        [False, False, False],
        [True, True, True],
    ]
    assert len({style for _role, style in LOOKS}) == len(LOOKS)


def test_a_label_stands_below_the_first_column_that_it_is_for(qtbot: QtBot) -> None:
    chart = Columns("x")
    qtbot.addWidget(chart)
    names = [f"{name} day of all" for name in ("first", "second", "third") for _hour in range(3)]
    chart.show_data(ChartData(("t", "n"), tuple(Bar(name, name, (1,)) for name in names)))
    chart.resize(900, 200)
    lefts = [place.left() for place in chart.places()]
    shown = [(box.left(), label) for box, label in chart._shown_labels()]
    assert shown == [(lefts[place], names[place]) for place in (0, 3, 6)]
    chart.resize(chart.minimumSize())
    assert len(chart._shown_labels()) < 3


def test_a_column_that_was_not_read_is_told_from_an_empty_one(qtbot: QtBot) -> None:
    bars = (Bar("0", "0", None), Bar("1", "1", (0,)))
    found = painted(Columns("x"), ChartData(("t", "a"), bars), qtbot)
    assert found[0] != found[1]


def test_rows_are_as_long_as_their_numbers(qtbot: QtBot) -> None:
    bars = tuple(Bar(f"{n}", f"{n}", (n,)) for n in (0, 1, 100))
    chart = Rows("x")
    found = painted(chart, ChartData(("t", "a"), bars), qtbot)
    assert [name_of(0) in found[bar] for bar in range(3)] == [False, True, True]
    picture = chart.grab().toImage()
    lengths = [
        sum(
            QColor(picture.pixel(x, int(chart.places()[bar].center().y()))).name() == name_of(0)
            for x in range(picture.width())
        )
        for bar in range(3)
    ]
    assert lengths[0] == 0
    assert 0 < lengths[1] < 8
    assert lengths[2] > 200


def test_the_numbers_of_a_column_are_told_under_the_mouse(qtbot: QtBot) -> None:
    chart = Columns("x")
    qtbot.addWidget(chart)
    chart.resize(400, 200)
    chart.show()
    chart.show_data(over_time(BUSY, 24))
    at = chart.places()[23].center().toPoint()
    QApplication.sendEvent(chart, QHelpEvent(QHelpEvent.Type.ToolTip, at, chart.mapToGlobal(at)))
    assert QToolTip.text() == ("4 Mar, 2:00\u202fPM\nSent: 12\nDeferred: 1\nBounced or given up: 0")
    nowhere = QPoint(0, 0)
    event = QHelpEvent(QHelpEvent.Type.ToolTip, nowhere, chart.mapToGlobal(nowhere))
    QApplication.sendEvent(chart, event)
    QTest.qWait(400)
    assert not QToolTip.isVisible()


@pytest.fixture
def panel(qtbot: QtBot) -> ChartPanel:
    shown = ChartPanel(PANELS[0])
    qtbot.addWidget(shown)
    shown.show_snapshot(BUSY, 24)
    with qtbot.waitExposed(shown):
        shown.show()
    return shown


def test_a_chart_is_shown_as_a_table_by_key(panel: ChartPanel) -> None:
    assert panel.chart.isVisible()
    assert panel.chart.accessibleDescription() == panel.summary.text()
    panel.toggle.setFocus()
    QTest.keyClick(panel.toggle, Qt.Key.Key_Space)
    assert panel.table.isVisible()
    assert not panel.chart.isVisible()
    assert cells(panel) == rows_of(over_time(BUSY, 24))
    assert cells(panel)[-1] == ("4 Mar, 2:00\u202fPM", "12", "1", "0")
    assert panel.table in reachable(panel)
    assert unlabelled(panel) == []
    QTest.keyClick(panel.toggle, Qt.Key.Key_Space)
    assert panel.chart.isVisible()


def test_the_table_follows_and_the_chosen_row_stays(panel: ChartPanel) -> None:
    panel.toggle.click()
    panel.table.setFocus()
    panel.table.setCurrentCell(3, 0)
    QTest.keyClick(panel.table, Qt.Key.Key_Down)
    more: Snapshot = replace(BUSY, figures=replace(BUSY.figures, hours=BUSY.figures.hours[:-1]))
    panel.show_snapshot(more, 24)
    assert cells(panel)[-1] == ("4 Mar, 2:00\u202fPM", "0", "0", "0")
    assert panel.table.currentRow() == 4


def test_what_was_not_read_is_said_in_table_and_legend(panel: ChartPanel) -> None:
    panel.toggle.click()
    panel.show_snapshot(UNREAD, 24)
    assert set(cells(panel)[0][1:]) == {"not read"}
    assert panel.summary.text() == "The log was not read yet."


def cells(panel: ChartPanel) -> list[tuple[str, ...]]:
    found = []
    for row in range(panel.table.rowCount()):
        items = [panel.table.item(row, column) for column in range(panel.table.columnCount())]
        found.append(tuple(item.text() if item else "" for item in items))
    return found
