from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QTreeWidget, QVBoxLayout, QWidget

from mailwright.errors import MailwrightError
from mailwright.i18n import set_language
from mailwright.model.journal import Entry, EntryState
from mailwright_ui.main_window import FIRST_COMMAND, STATES, MainWindow, moment
from mailwright_ui.widgets.empty_state import EmptyState
from tests.ui.accessibility import cut_off, reachable, unlabelled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import TypeAlias

    from pytestqt.qtbot import QtBot

    Opened: TypeAlias = Callable[["list[Known] | MailwrightError"], MainWindow]


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
def opened(qtbot: QtBot) -> Iterator[Opened]:
    """Open main windows, and wait until they can be typed into."""
    windows = []

    def open_window(servers: list[Known] | MailwrightError) -> MainWindow:
        window = MainWindow(servers)
        qtbot.addWidget(window)
        windows.append(window)
        with qtbot.waitActive(window):
            window.show()
            window.activateWindow()
        return window

    yield open_window
    QGuiApplication.clipboard().clear()


def test_without_a_server_the_window_says_how_to_begin(opened: Opened) -> None:
    window = opened([])
    assert isinstance(window.centralWidget(), EmptyState)
    texts = [label.text() for label in window.findChildren(QLabel)]
    assert "No server yet" in texts
    assert any(FIRST_COMMAND in text for text in texts)


def test_the_command_is_copied_by_keyboard(opened: Opened, qtbot: QtBot) -> None:
    window = opened([])
    QTest.keyClick(window, Qt.Key.Key_Tab)
    focused = QApplication.focusWidget()
    assert focused in reachable(window)
    QTest.keyClick(focused, Qt.Key.Key_Space)
    assert QGuiApplication.clipboard().text() == "mailwright profile new my-server.toml"
    assert window.statusBar().currentMessage() == f"Copied: {FIRST_COMMAND}"


def test_the_access_key_copies_the_command(opened: Opened, qtbot: QtBot) -> None:
    window = opened([])
    QTest.keyClick(window, Qt.Key.Key_C, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: QGuiApplication.clipboard().text() == FIRST_COMMAND)


def test_servers_are_listed_with_what_was_applied_last(opened: Opened) -> None:
    tree = opened(SERVERS).centralWidget()
    assert isinstance(tree, QTreeWidget)
    assert texts_of(tree, column=0) == ["mx1.example.jp", "mx2.example.jp"]
    assert texts_of(tree, column=1) == ["Set-up through a relay", "Nothing applied yet"]
    assert texts_of(tree, column=2) == ["applied and confirmed", ""]
    assert texts_of(tree, column=3) == [moment(MARCH)] * 2


def test_every_state_of_an_entry_has_words() -> None:
    assert set(STATES) == set(EntryState)
    assert len(set(STATES.values())) == len(EntryState)


def test_a_history_that_cannot_be_read_is_told_with_its_remedy(
    opened: Opened, qtbot: QtBot
) -> None:
    window = opened(UNREADABLE)
    text = "The database /home/me/journal.db cannot be used\nLook whether the disk is full."
    assert text in [label.text() for label in window.findChildren(QLabel)]
    assert cut_off(window) == []
    QTest.keyClick(window, Qt.Key.Key_C, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: QGuiApplication.clipboard().text() == text)


def texts_of(tree: QTreeWidget, column: int) -> list[str]:
    rows = (tree.topLevelItem(index) for index in range(tree.topLevelItemCount()))
    return [row.text(column) for row in rows if row]


@pytest.mark.parametrize(("language", "expected"), [("en", "3/4/26"), ("ja", "2026/03/04")])
def test_a_moment_is_written_as_its_language_does(language: str, expected: str) -> None:
    set_language(language)
    assert expected in moment(MARCH)


def test_a_name_from_outside_cannot_break_the_list(opened: Opened) -> None:
    tree = opened([Known("a\u202eb\n", None)]).centralWidget()
    assert isinstance(tree, QTreeWidget)
    assert texts_of(tree, column=0) == [r"a\u202eb\n"]


def test_markup_from_outside_is_shown_and_not_obeyed(opened: Opened) -> None:
    window = opened(MailwrightError("example", "<a href='x'>{reply}</a>", args={"reply": "<b>no"}))
    formats = {label.textFormat() for label in window.findChildren(QLabel) if label.text()}
    assert formats == {Qt.TextFormat.PlainText}


@pytest.mark.parametrize("servers", [[], SERVERS], ids=["empty", "servers"])
def test_everything_that_can_be_reached_has_a_name(opened: Opened, servers: list[Known]) -> None:
    window = opened(servers)
    assert reachable(window)
    assert unlabelled(window) == []


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
    texts = [label.text() for label in window.findChildren(QLabel)]
    assert "サーバーはまだありません" in texts
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
