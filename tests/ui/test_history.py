from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from mailwright_ui.servers.history import HistoryWindow
from mailwright_ui.world import World
from tests.support.memory import OTHER_KEY
from tests.support.person import Button, labelled, settle, texts, wait_until
from tests.ui.accessibility import cut_off, unlabelled
from tests.unit.usecases.practice import PASSWORD

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from tests.support.person import Person
    from tests.unit.usecases.practice import Practice

NAME = "198.51.100.7"


@pytest.fixture
def applied(person: Person, server: Practice) -> Practice:
    """The server after a set-up and its first delivery."""
    person.to_review(PASSWORD)
    person.next("plan")
    person.press(Button.CommitButton)
    person.arrive("result")
    return server


@pytest.fixture
def window(applied: Practice, qtbot: QtBot) -> HistoryWindow:
    made = HistoryWindow(World(lambda: applied.parts), NAME)
    qtbot.addWidget(made)
    made.show()
    wait_until(lambda: made.tree.topLevelItemCount() > 0)
    settle()
    return made


def titles(window: HistoryWindow) -> list[str]:
    rows = (window.tree.topLevelItem(at) for at in range(window.tree.topLevelItemCount()))
    return [row.text(0) for row in rows if row]


def states(window: HistoryWindow) -> list[str]:
    rows = (window.tree.topLevelItem(at) for at in range(window.tree.topLevelItemCount()))
    return [row.text(1) for row in rows if row]


def choose(window: HistoryWindow, place: int) -> None:
    item = window.tree.topLevelItem(place)
    assert item is not None
    window.tree.setCurrentItem(item)


def test_the_copy_is_shown_at_once_the_newest_first(window: HistoryWindow) -> None:
    assert titles(window)[0] == "First delivery seen"
    assert titles(window)[1].startswith("Set-up: ")
    assert "the server itself was not asked yet" in texts(window)
    top = window.tree.topLevelItem(1)
    assert top is not None
    assert [top.text(1), top.text(2)] == ["applied and confirmed", "me@here"]
    assert top.childCount() == 7
    assert unlabelled(window) == []
    assert cut_off(window) == []


def test_the_server_itself_is_asked_on_request(window: HistoryWindow, applied: Practice) -> None:
    applied.journal.pop()
    QTest.mouseClick(labelled(window, "Ask the server"), Qt.MouseButton.LeftButton)
    wait_until(lambda: "As the server itself tells it." in texts(window))
    assert len(titles(window)) == 1


def test_nothing_is_taken_back_before_a_person_has_seen_what(
    window: HistoryWindow, applied: Practice
) -> None:
    choose(window, 1)
    QTest.mouseClick(labelled(window, "Take back to before"), Qt.MouseButton.LeftButton)
    wait_until(lambda: "This would be taken back" in texts(window))
    assert [entry.state for entry in applied.journal] == ["confirmed"] * 2
    QTest.keyClick(window, Qt.Key.Key_Return)
    QTest.keyClick(window.taking_back.go, Qt.Key.Key_Return)
    assert [entry.state for entry in applied.journal] == ["confirmed"] * 2
    QTest.mouseClick(labelled(window, "Leave everything"), Qt.MouseButton.LeftButton)
    assert not window.taking_back.isVisible()


def test_what_was_agreed_to_is_taken_back_and_the_list_tells(
    window: HistoryWindow, applied: Practice
) -> None:
    choose(window, 1)
    QTest.mouseClick(labelled(window, "Take back to before"), Qt.MouseButton.LeftButton)
    wait_until(lambda: "This would be taken back" in texts(window))
    QTest.keyClick(labelled(window, "Take back these 2 changes"), Qt.Key.Key_Space)
    wait_until(lambda: "Everything was taken back." in texts(window))
    assert [entry.state for entry in applied.journal] == ["undone"] * 2
    wait_until(lambda: states(window) == ["taken back"] * 2)


def test_what_is_left_is_named(window: HistoryWindow, applied: Practice) -> None:
    applied.leaves = "changed-since\t/etc/postfix/main.cf"
    choose(window, 1)
    QTest.mouseClick(labelled(window, "Take back to before"), Qt.MouseButton.LeftButton)
    wait_until(lambda: "This would be taken back" in texts(window))
    QTest.keyClick(labelled(window, "Take back these 2 changes"), Qt.Key.Key_Space)
    wait_until(lambda: "Taken back, except for what is named here:" in texts(window))
    assert "/etc/postfix/main.cf was changed by somebody else since" in texts(window)


def test_something_applied_meanwhile_is_not_taken_back_unseen(
    window: HistoryWindow, applied: Practice
) -> None:
    choose(window, 0)
    QTest.mouseClick(labelled(window, "Take back to before"), Qt.MouseButton.LeftButton)
    wait_until(lambda: "This would be taken back" in texts(window))
    first = applied.journal[0]
    applied.journal.append(type(first)("20990101T000000.000Z-aaaaaa"))
    QTest.keyClick(labelled(window, "Take back this 1 change"), Qt.Key.Key_Space)
    wait_until(lambda: "Something was applied on" in texts(window))
    assert [entry.state for entry in applied.journal] == ["confirmed"] * 3


def test_a_changed_host_key_is_told(window: HistoryWindow, applied: Practice) -> None:
    applied.key = OTHER_KEY
    QTest.mouseClick(labelled(window, "Ask the server"), Qt.MouseButton.LeftButton)
    wait_until(lambda: "has changed" in texts(window))
    assert len(titles(window)) == 2
