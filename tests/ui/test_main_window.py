from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QTreeWidget, QVBoxLayout, QWidget

from mailwright.errors import MailwrightError
from mailwright.i18n import set_language
from mailwright.interview import Answers, with_value
from mailwright.model.journal import Entry, EntryState
from mailwright.usecases.profiles import open_profile, save_profile
from mailwright_ui.main_window import MainWindow
from mailwright_ui.servers.server_list import ServerList, moment
from mailwright_ui.servers.states import STATES
from mailwright_ui.setup.flow import Flow
from mailwright_ui.widgets.empty_state import EmptyState
from mailwright_ui.world import World
from tests.support.examples import REQUIREMENTS
from tests.support.person import labelled, settle, texts, wait_until
from tests.ui.accessibility import cut_off, reachable, unlabelled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import TypeAlias

    from pytestqt.qtbot import QtBot

    from mailwright.usecases.parts import Parts
    from tests.unit.usecases.practice import Practice

    Opened: TypeAlias = Callable[["list[Known] | MailwrightError | None"], MainWindow]


MARCH = datetime(2026, 3, 4, 12, tzinfo=UTC).timestamp()


@dataclass(frozen=True)
class Known:
    name: str
    last_entry: Entry | None
    when: float = MARCH


APPLIED = Entry("20260304T120000Z-1", EntryState.CONFIRMED, "me@desk", "Set-up through a relay")
SERVERS = [Known("mx1.example.jp", APPLIED), Known("mx2.example.jp", None)]
UNREADABLE = MailwrightError(
    "storage.failed",
    "The database {path} cannot be used",
    remedy="Look whether the disk is full.",
    args={"path": "/home/me/journal.db"},
)


@pytest.fixture
def opened(qtbot: QtBot, server: Practice) -> Iterator[Opened]:
    """Open main windows, and wait until they can be typed into.

    With a list the window shows that instead of what its world knows.
    """

    def open_window(servers: list[Known] | MailwrightError | None) -> MainWindow:
        def parts() -> Parts:
            if isinstance(servers, MailwrightError):
                raise servers
            return server.parts

        window = MainWindow(World(parts))
        qtbot.addWidget(window)
        with qtbot.waitActive(window):
            window.show()
            window.activateWindow()
        wait_until(lambda: "Looking for servers" not in texts(window))
        if isinstance(servers, list):
            window.show_servers(servers)
        settle()
        return window

    yield open_window
    QGuiApplication.clipboard().clear()


def list_of(window: MainWindow) -> ServerList:
    shown = window.servers.content
    assert isinstance(shown, ServerList)
    return shown


def test_without_a_server_the_window_says_how_to_begin(opened: Opened) -> None:
    window = opened([])
    assert isinstance(window.servers.content, EmptyState)
    shown = texts(window)
    assert "No server yet" in shown
    assert "Nothing is changed before you agree." in shown


@pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_Return])
def test_the_first_set_up_begins_by_keyboard(opened: Opened, key: Qt.Key) -> None:
    window = opened([])
    focused = QApplication.focusWidget()
    assert focused in reachable(window)
    if key == Qt.Key.Key_Space:
        QTest.keyClick(focused, key)
    else:
        QTest.keyClick(window, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    wait_until(lambda: window.wizard is not None and window.wizard.isVisible())
    assert window.wizard is not None
    assert window.wizard.windowTitle().startswith("Set up a server")
    window.wizard.reject()


def test_servers_are_listed_with_what_was_applied_last(opened: Opened) -> None:
    tree = list_of(opened(SERVERS)).tree
    assert texts_of(tree, column=0) == ["mx1.example.jp", "mx2.example.jp"]
    assert texts_of(tree, column=1) == ["Set-up through a relay", "Nothing applied yet"]
    assert texts_of(tree, column=2) == ["applied and confirmed", ""]
    assert texts_of(tree, column=3) == [moment(MARCH)] * 2


def test_the_chosen_server_stays_chosen_when_the_list_is_read_again(opened: Opened) -> None:
    window = opened(SERVERS)
    list_of(window).choose("mx2.example.jp")
    window.show_servers(SERVERS)
    assert list_of(window).chosen == "mx2.example.jp"


def test_every_state_of_an_entry_has_words() -> None:
    assert set(STATES) == set(EntryState)
    assert len(set(STATES.values())) == len(EntryState)


def test_a_server_that_this_desktop_knows_is_found_in_its_own_journal(
    opened: Opened, server: Practice
) -> None:
    server.parts.journal.meet(REQUIREMENTS.server)
    window = opened(None)
    assert texts_of(list_of(window).tree, column=0) == ["mx1"]


def test_a_set_up_is_opened_again_with_its_answers(opened: Opened, server: Practice) -> None:
    server.parts.journal.meet(REQUIREMENTS.server)
    answers = with_value(open_profile(server.parts, "mx1"), "volume.per_day", 77)
    save_profile(server.parts, answers)
    window = opened(None)
    QTest.keyClick(list_of(window).tree, Qt.Key.Key_Return)
    wait_until(lambda: window.wizard is not None and window.wizard.isVisible())
    assert window.wizard is not None
    assert window.wizard.current is window.wizard.steps["review"]
    assert window.wizard.flow.answers == answers
    window.wizard.reject()


def test_answers_that_were_left_half_way_are_kept(opened: Opened, server: Practice) -> None:
    window = opened(None)
    answers = with_value(Answers(), "server.host", "mx9.example.com")
    flow = Flow(window.world, answers)
    flow.found = object()  # type: ignore[assignment] # that there was something is what counts
    server.parts.journal.meet(replace(REQUIREMENTS.server, name="mx9.example.com"))
    window._keep(flow)
    wait_until(lambda: isinstance(window.servers.content, ServerList))
    assert open_profile(server.parts, "mx9.example.com") == answers


def test_closing_keeps_the_answers_of_an_open_set_up(opened: Opened, server: Practice) -> None:
    window = opened(None)
    window.set_up_new()
    assert window.wizard is not None
    window.wizard.flow.answers = with_value(Answers(), "server.host", "mx9.example.com")
    window.wizard.flow.found = object()  # type: ignore[assignment] # as above
    window.close()
    wait_until(lambda: not window.isVisible())
    assert server.parts.profiles.read("mx9.example.com") is not None


def test_the_window_stays_while_a_server_is_at_work(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = opened(None)
    window.set_up_new()
    wizard = window.wizard
    assert wizard is not None
    with monkeypatch.context() as patch:
        patch.setattr(wizard, "reject", lambda: None)
        assert not window.close()
        assert window.isVisible()
    assert window.close()


def test_the_history_of_a_server_opens_beside_the_list(opened: Opened, server: Practice) -> None:
    server.parts.journal.meet(REQUIREMENTS.server)
    window = opened(None)
    QTest.mouseClick(labelled(window, "History"), Qt.MouseButton.LeftButton)
    wait_until(lambda: window.history is not None and window.history.isVisible())
    history = window.history
    assert history is not None
    wait_until(lambda: "Nothing was ever applied" in texts(history))
    assert window.close()
    assert not history.isVisible()


def test_a_profile_that_is_damaged_is_told(opened: Opened, server: Practice) -> None:
    server.parts.journal.meet(REQUIREMENTS.server)
    server.parts.profiles.write("mx1", {}).write_text("= no TOML")
    window = opened(None)
    QTest.mouseClick(labelled(window, "Open set-up"), Qt.MouseButton.LeftButton)
    wait_until(lambda: "is not valid TOML" in window.statusBar().currentMessage())
    assert window.wizard is None


def test_a_history_that_cannot_be_read_is_told_with_its_remedy(
    opened: Opened, qtbot: QtBot
) -> None:
    window = opened(UNREADABLE)
    shown = texts(window)
    assert "The database /home/me/journal.db cannot be used" in shown
    assert "Look whether the disk is full." in shown
    assert cut_off(window) == []
    QTest.mouseClick(labelled(window, "Copy the message"), Qt.MouseButton.LeftButton)
    assert "storage.failed" in QGuiApplication.clipboard().text()


def texts_of(tree: QTreeWidget, column: int) -> list[str]:
    rows = (tree.topLevelItem(index) for index in range(tree.topLevelItemCount()))
    return [row.text(column) for row in rows if row]


@pytest.mark.parametrize(("language", "expected"), [("en", "3/4/26"), ("ja", "2026/03/04")])
def test_a_moment_is_written_as_its_language_does(language: str, expected: str) -> None:
    set_language(language)
    assert expected in moment(MARCH)


def test_a_name_from_outside_cannot_break_the_list(opened: Opened) -> None:
    shown = list_of(opened([Known("a\u202eb\n", None)]))
    assert texts_of(shown.tree, column=0) == [r"a\u202eb\n"]
    assert shown.chosen == "a\u202eb\n"


def test_markup_from_outside_is_shown_and_not_obeyed(opened: Opened) -> None:
    window = opened(MailwrightError("example", "<a href='x'>{reply}</a>", args={"reply": "<b>no"}))
    formats = {label.textFormat() for label in window.findChildren(QLabel) if label.text()}
    assert formats == {Qt.TextFormat.PlainText}


@pytest.mark.parametrize("servers", [[], SERVERS], ids=["empty", "servers"])
def test_everything_that_can_be_reached_has_a_name(opened: Opened, servers: list[Known]) -> None:
    window = opened(servers)
    assert reachable(window)
    assert unlabelled(window) == []


def test_the_views_are_opened_by_their_keys(opened: Opened) -> None:
    window = opened(SERVERS)
    QTest.keyClick(window, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    wait_until(lambda: QApplication.focusWidget() is window.check.domain)
    QTest.keyClick(window, Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    wait_until(lambda: QApplication.focusWidget() is list_of(window).tree)


def test_a_widget_without_a_name_is_noticed(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    QVBoxLayout(window).addWidget(QLineEdit())
    with qtbot.waitExposed(window):
        window.show()
    assert unlabelled(window) == ["QLineEdit"]


@pytest.mark.usefixtures("japanese")
def test_the_window_speaks_japanese(opened: Opened) -> None:
    window = opened([])
    assert "サーバーはまだありません" in texts(window)
    assert cut_off(window) == []


@pytest.mark.parametrize("servers", [[], SERVERS], ids=["empty", "servers"])
def test_longer_texts_fit(
    opened: Opened, servers: list[Known], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAILWRIGHT_PSEUDO", "1")
    assert cut_off(opened(servers)) == []


def test_a_text_that_does_not_fit_is_noticed(qtbot: QtBot) -> None:
    label = QLabel("A long text", parent := QWidget())
    qtbot.addWidget(parent)
    label.resize(10, 10)
    with qtbot.waitExposed(parent):
        parent.show()
    assert cut_off(parent) == ["A long text"]


def test_setting_texts_without_end_does_not_abort_the_interpreter(qtbot: QtBot) -> None:
    """PySide6 6.12.0 lost a reference to None at every call that returns nothing."""
    label = QLabel()
    qtbot.addWidget(label)
    for number in range(200_000):
        label.setText(str(number))
    assert label.text() == "199999"
