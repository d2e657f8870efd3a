"""The window of a server's deliveries: what it shows, by keys and clicks, from literals."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, replace
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QMainWindow

from mailwright.errors import MailwrightError
from mailwright.i18n import set_language
from mailwright.model.figures import CauseCount, DomainCount
from mailwright.usecases.watch import GAP
from mailwright_ui.dashboard.dashboard import DashboardWindow
from mailwright_ui.dashboard.windows import Dashboards
from mailwright_ui.main_window import MainWindow
from mailwright_ui.world import World
from tests.support.clocks import in_utc
from tests.support.deliveries import (
    BUSY,
    CAUSES,
    EMPTY,
    HOSTILE,
    LOST,
    NOW,
    SERVER,
    TROUBLE,
    UNREAD,
)
from tests.support.person import labelled, settle, texts, wait_until
from tests.ui.accessibility import cut_off, reachable, unlabelled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

    from mailwright.model.figures import Snapshot
    from mailwright.usecases.parts import Parts
    from mailwright_ui.jobs import Emit, Stop, Work
    from mailwright_ui.widgets.stat_tile import StatTile

GONE = MailwrightError(
    "transport.unreachable", "{host} does not answer.", args={"host": "mx1"}, remedy="Look at it."
)


class Watched:
    """A server that is watched: it tells what the test lets it tell."""

    def __init__(self) -> None:
        self.now = NOW
        self.begun: list[int] = []
        self.ended = threading.Semaphore(0)
        self._news: SimpleQueue[Snapshot | MailwrightError] = SimpleQueue()

    def clock(self) -> float:
        return self.now

    def watch(self, hours: int) -> Work[object]:
        def work(emit: Emit, stop: Stop) -> object:
            self.begun.append(hours)
            try:
                while not stop():
                    self._tell(emit)
            finally:
                self.ended.release()
            return None

        return work

    def _tell(self, emit: Emit) -> None:
        try:
            told = self._news.get(timeout=0.01)
        except Empty:
            return
        if isinstance(told, MailwrightError):
            raise told
        emit(told)

    def tell(self, told: Snapshot | MailwrightError) -> None:
        self._news.put(told)


@pytest.fixture(autouse=True)
def utc() -> Iterator[None]:
    with in_utc():
        yield


@pytest.fixture
def watched() -> Watched:
    return Watched()


@pytest.fixture
def window(qtbot: QtBot, watched: Watched) -> Iterator[DashboardWindow]:
    made = DashboardWindow(SERVER, watched.watch, watched.clock)
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
    qtbot.addWidget(made)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    yield made
    made.close()
    wait_until(lambda: not made.feed.running)


def show(window: DashboardWindow, watched: Watched, snapshot: Snapshot) -> None:
    """Let a snapshot come, and wait until it is drawn."""
    watched.now = snapshot.taken_at
    watched.tell(snapshot)
    wait_until(lambda: window.view.snapshot is snapshot and not window.view.slices.drawing)
    settle()


def tile(window: DashboardWindow, name: str) -> StatTile:
    return window.view.tiles.tiles[name]


def signs(window: DashboardWindow) -> str:
    return "".join(each.sign.text() for each in window.view.tiles.tiles.values())


def test_it_says_that_it_connects_and_then_what_is_there(
    window: DashboardWindow, watched: Watched
) -> None:
    assert f"Connecting to {SERVER} …" in texts(window)
    assert not window.view.isVisible()
    show(window, watched, BUSY)
    assert "Connecting" not in texts(window)
    assert window.status.text() == (
        "Connected: the journal is read every few seconds, last at 2:03:05\u202fPM."
    )
    assert signs(window) == "✓✓✓✓?"
    assert tile(window, "errors").value.text() == "1.8 %"
    assert tile(window, "errors").threshold.text() == "Goal: below 3 %"
    assert tile(window, "queue").reading.text() == "Last reading 2:03:05\u202fPM"
    assert tile(window, "lists").value.text() == "Not checked yet"
    assert "Half of the mail arrived within 0.4 s, 95 % within 8.2 s." in window.view.more.text()


def test_the_state_is_said_by_sign_word_and_colour(
    window: DashboardWindow, watched: Watched
) -> None:
    show(window, watched, BUSY)
    before = tile(window, "errors").value.foregroundRole()
    show(window, watched, TROUBLE)
    assert signs(window) == "✕✕✕✕?"
    errors = tile(window, "errors")
    assert errors.state.text() == "in trouble"
    assert errors.value.foregroundRole() != before
    assert errors.accessibleName() == "Error rate"
    assert errors.accessibleDescription().startswith("10.3 %. in trouble. 62 of 602")


def test_a_lost_connection_is_told_in_place_and_so_is_its_return(
    window: DashboardWindow, watched: Watched
) -> None:
    show(window, watched, BUSY)
    show(window, watched, LOST)
    assert "cannot be reached: The connection broke." in texts(window)
    assert window.status.text() == "Connection lost; connecting again …"
    assert signs(window) == "?????"
    assert tile(window, "errors").value.text() == "Was: 1.8 %"
    assert tile(window, "errors").state.text() == "No reading for 6 min"
    assert not window.again.isVisible()
    back = replace(BUSY, taken_at=NOW + 400, read_at=NOW + 400)
    show(window, watched, back)
    assert "cannot be reached" not in texts(window)
    assert "✓  Connected again at 2:09\u202fPM." in texts(window)
    assert tile(window, "errors").value.text() == "1.8 %"
    watched.now += 61
    window._tick()
    assert "Connected again" not in texts(window)


def test_figures_grow_old_while_nothing_comes(window: DashboardWindow, watched: Watched) -> None:
    show(window, watched, BUSY)
    watched.now = NOW + 125
    window._tick()
    assert tile(window, "queue").state.text() == "No reading for 2 min"
    assert tile(window, "queue").value.text() == "Was: 5 messages"


def test_a_server_that_cannot_be_reached_can_be_tried_again(
    window: DashboardWindow, watched: Watched
) -> None:
    watched.tell(GONE)
    wait_until(window.again.isVisible)
    assert "mx1 does not answer." in texts(window)
    assert "Look at it." in texts(window)
    assert not window.view.isVisible()
    QTest.mouseClick(window.again, Qt.MouseButton.LeftButton)
    show(window, watched, BUSY)
    assert watched.begun == [24, 24]
    assert "does not answer" not in texts(window)
    assert not window.again.isVisible()


def test_after_a_failure_the_last_figures_stay_and_are_said_to_be_old(
    window: DashboardWindow, watched: Watched
) -> None:
    show(window, watched, BUSY)
    watched.now = NOW + 90
    watched.tell(GONE)
    wait_until(window.again.isVisible)
    assert window.status.text() == "Not watching: what is shown below is from before."
    assert tile(window, "errors").value.text() == "Was: 1.8 %"
    QTest.keyClick(window, Qt.Key.Key_F5)
    wait_until(lambda: watched.begun == [24, 24])


def test_another_period_is_chosen_by_keys_and_counted_anew(
    window: DashboardWindow, watched: Watched
) -> None:
    show(window, watched, BUSY)
    QTest.keyClick(window, Qt.Key.Key_P, Qt.KeyboardModifier.AltModifier)
    wait_until(window.range.hasFocus)
    QTest.keyClick(window.range, Qt.Key.Key_Down)
    wait_until(lambda: watched.begun == [24, 24 * 7])
    assert watched.ended.acquire(timeout=5)
    show(window, watched, TROUBLE)
    assert len(window.view.panels["over-time"].chart.data.bars) == 29
    assert tile(window, "blocked").trend.text() == "No earlier reading yet"


def test_what_comes_late_of_another_period_is_not_shown(
    window: DashboardWindow, watched: Watched
) -> None:
    show(window, watched, BUSY)
    window.feed._wanted = 6
    window.feed._hear(TROUBLE)
    assert window.view.snapshot is BUSY


def test_the_watch_ends_with_the_window(window: DashboardWindow, watched: Watched) -> None:
    show(window, watched, BUSY)
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert not window.isVisible()
    assert watched.ended.acquire(timeout=5)
    wait_until(lambda: not window.feed.running)


def test_before_any_mail_it_says_how_to_begin(
    window: DashboardWindow, watched: Watched, qtbot: QtBot
) -> None:
    show(window, watched, EMPTY)
    assert "No mail seen yet – send a test message" in texts(window)
    assert signs(window) == "?✓???"
    assert not window.view.panels["over-time"].isVisible()
    with qtbot.waitSignal(window.wanted_set_up) as told:
        QTest.mouseClick(labelled(window, "Open the set-up"), Qt.MouseButton.LeftButton)
    assert told.args == [SERVER]
    show(window, watched, BUSY)
    assert window.view.panels["over-time"].isVisible()
    assert "No mail seen yet" not in texts(window)


def test_a_log_that_is_not_there_is_not_an_empty_one(
    window: DashboardWindow, watched: Watched
) -> None:
    show(window, watched, UNREAD)
    assert "keeps no mail log that could be found" in texts(window)
    assert "install rsyslog" in texts(window)
    assert "No mail seen yet" not in texts(window)
    assert tile(window, "errors").value.text() == "Not known"
    assert tile(window, "errors").reading.text() == "No reading yet"
    assert "Nothing failed" not in texts(window)
    assert texts(window).count("The log was not read yet.") == 2
    assert tile(window, "queue").value.text() == "5 messages"


def test_older_lines_are_said_to_be_read_still(window: DashboardWindow, watched: Watched) -> None:
    show(window, watched, replace(BUSY, is_complete=False))
    assert "Reading older lines of the log …" in texts(window)
    assert tile(window, "errors").state.text() == "Older lines are still being read"
    show(window, watched, BUSY)
    assert "Reading older lines" not in texts(window)


def test_troubles_that_stay_are_not_drawn_anew(window: DashboardWindow, watched: Watched) -> None:
    gap = GAP.found(SERVER, server=SERVER)
    show(window, watched, replace(BUSY, troubles=(gap,)))
    (shown,) = (each for each in window.findChildren(QLabel) if "has gaps" in each.text())
    show(window, watched, replace(BUSY, taken_at=NOW + 5, troubles=(gap,)))
    assert shown.isVisible()


def test_causes_say_what_how_often_and_what_to_do(
    window: DashboardWindow, watched: Watched
) -> None:
    show(window, watched, BUSY)
    first = window.view.causes.rows["user_unknown"]
    assert first.title.text() == "The address does not exist: 7 failed, 0 waiting"
    assert first.advice.text().startswith("What to do: Take these addresses off your lists")
    assert first.places.text() == "At: bigmail.example, shop.example"
    assert not first.example.isVisible()
    button = first.disclosure.fold.button
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Space)
    assert first.example.isVisible()
    assert "550 5.1.1 <nobody@bigmail.example>" in first.example.text()


def test_what_was_opened_stays_open_and_keeps_the_focus(
    window: DashboardWindow, watched: Watched
) -> None:
    show(window, watched, BUSY)
    row = window.view.causes.rows["greylisted"]
    row.disclosure.fold.button.setFocus()
    QTest.keyClick(row.disclosure.fold.button, Qt.Key.Key_Space)
    many = (replace(CAUSES[2], pending=99), *CAUSES[:2])
    show(window, watched, replace(BUSY, figures=replace(BUSY.figures, causes=many)))
    assert window.view.causes.rows["greylisted"] is row
    assert row.title.text().endswith("0 failed, 99 waiting")
    assert row.y() < window.view.causes.rows["user_unknown"].y()
    assert row.example.isVisible()
    assert QApplication.focusWidget() is row.disclosure.fold.button
    assert "too_large" not in window.view.causes.rows


def test_words_from_outside_are_bounded_and_shown_as_they_are(
    window: DashboardWindow, watched: Watched
) -> None:
    causes = (
        CauseCount("user_unknown", 1, 0, HOSTILE, ("<i>a</i>.example",)),
        CauseCount("a class that is no more", 1, 0, "x" * 9000, ()),
    )
    domains = (DomainCount("b\u202e.example", 1, 0, 0, 0), DomainCount("", 0, 1, 0, 0))
    show(
        window,
        watched,
        replace(BUSY, figures=replace(BUSY.figures, causes=causes, domains=domains)),
    )
    rows = window.view.causes.rows
    assert rows["user_unknown"].example.text() == (
        r"550 5.1.1 <b>no</b> \x1b]0;owned\x07\u202euser"
    )
    assert len(rows["a class that is no more"].example.text()) == 300
    table = window.view.domains.table
    found = [item.text() if (item := table.item(row, 0)) else "" for row in range(2)]
    assert found == [r"b\u202e.example", "(no domain)"]
    assert {label.textFormat() for label in window.findChildren(QLabel) if label.text()} == {
        Qt.TextFormat.PlainText
    }


def test_causes_beyond_the_most_frequent_are_counted(
    window: DashboardWindow, watched: Watched
) -> None:
    ids = ("user_unknown", "too_large", "mailbox_full", "greylisted", "tls_failure", "loop")
    more = ("null_mx", "virus_or_attachment")
    causes = tuple(CauseCount(each, 2, 1, "", ()) for each in (*ids, *more))
    show(window, watched, replace(BUSY, figures=replace(BUSY.figures, causes=causes)))
    assert tuple(window.view.causes.rows) == ids
    assert "2 more causes, for 6 recipients in all" in texts(window)


def test_the_domains_are_a_table_that_is_walked_by_keys(
    window: DashboardWindow, watched: Watched
) -> None:
    show(window, watched, BUSY)
    table = window.view.domains.table
    table.setFocus()
    table.setCurrentCell(0, 0)
    QTest.keyClick(table, Qt.Key.Key_Down)
    assert table.currentRow() == 1
    row = [table.item(1, column) for column in range(5)]
    assert [item.text() if item else "" for item in row] == ["shop.example", "131", "4", "0", "2"]
    show(window, watched, TROUBLE)
    assert table.currentRow() == 1


@pytest.mark.parametrize("snapshot", [BUSY, TROUBLE, EMPTY, LOST, UNREAD])
@pytest.mark.parametrize("width", [1200, 800, 520])
def test_everything_has_a_name_and_fits(
    window: DashboardWindow, watched: Watched, snapshot: Snapshot, width: int
) -> None:
    window.resize(width, 900)
    show(window, watched, snapshot)
    for panel in window.view.panels.values():
        if panel.isVisible():
            panel.toggle.click()
    settle()
    assert reachable(window)
    assert unlabelled(window) == []
    assert cut_off(window) == []


@pytest.mark.parametrize("language", ["en", "ja"])
def test_longer_and_other_texts_fit(
    qtbot: QtBot, watched: Watched, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if language == "en":
        monkeypatch.setenv("MAILWRIGHT_PSEUDO", "1")
    set_language(language)
    window = DashboardWindow(SERVER, watched.watch, watched.clock)
    with qtbot.waitExposed(window):
        window.show()
    show(window, watched, TROUBLE)
    assert cut_off(window) == []
    window.close()
    assert watched.ended.acquire(timeout=5)


class Main(QMainWindow):
    """A main window with its dashboards; nothing is reached."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self.dashboards = Dashboards(world, self)


@pytest.fixture
def main(qtbot: QtBot) -> Main:
    def parts() -> Parts:
        raise GONE

    made = Main(World(parts))
    qtbot.addWidget(made)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    return made


def test_a_server_has_one_dashboard_and_it_can_be_opened_again(main: Main) -> None:
    first = main.dashboards.open(SERVER)
    assert main.dashboards.open(SERVER) is first
    other = main.dashboards.open("mx2")
    assert set(main.dashboards.windows) == {SERVER, "mx2"}
    first.close()
    assert set(main.dashboards.windows) == {"mx2"}
    assert main.dashboards.open(SERVER) is not first
    other.close()


def test_a_window_that_is_modal_to_the_main_window_leaves_it_alone(
    main: Main, qtbot: QtBot
) -> None:
    wizard = QDialog(main)
    wizard.open()
    dashboard = main.dashboards.open(SERVER)
    wait_until(dashboard.again.isVisible)
    with qtbot.waitActive(dashboard):
        dashboard.activateWindow()
    QTest.mouseClick(dashboard.again, Qt.MouseButton.LeftButton)
    assert not dashboard.again.isVisible()
    wait_until(dashboard.again.isVisible)


def test_dashboards_end_with_the_main_window_and_not_when_it_is_minimised(main: Main) -> None:
    dashboard = main.dashboards.open(SERVER)
    main.showMinimized()
    settle()
    time.sleep(0.05)
    settle()
    assert main.dashboards.windows == {SERVER: dashboard}
    main.close()
    assert main.dashboards.windows == {}


@dataclass(frozen=True)
class Known:
    name: str = SERVER
    last_entry: None = None
    when: float = NOW


def test_the_list_of_servers_opens_the_dashboard_by_key(qtbot: QtBot) -> None:
    def parts() -> Parts:
        raise GONE

    window = MainWindow(World(parts))
    qtbot.addWidget(window)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    wait_until(lambda: "mx1 does not answer." in texts(window))
    window.show_servers([Known()])
    settle()
    QTest.keyClick(window, Qt.Key.Key_D, Qt.KeyboardModifier.AltModifier)
    wait_until(lambda: window.dashboards is not None)
    assert window.dashboards is not None
    dashboard = window.dashboards.windows[SERVER]
    wait_until(dashboard.again.isVisible)
    assert "mx1 does not answer." in texts(dashboard)
    window.close()
    assert window.dashboards.windows == {}
