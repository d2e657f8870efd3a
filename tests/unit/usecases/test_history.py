from __future__ import annotations

import pytest

from mailwright.errors import MailwrightError
from mailwright.model.journal import Entry, EntryState
from mailwright.usecases.history import to_undo


def entry(name: str, follows: str | None = None, state: str = "confirmed") -> Entry:
    return Entry(name, EntryState(state), "me", "T", follows)


ENTRIES = [entry("1"), entry("2", "1"), entry("3"), entry("4", "3"), entry("5", state="undone")]


def ids(entries: tuple[Entry, ...]) -> list[str]:
    return [each.id for each in entries]


def test_the_last_set_up_goes_back_with_what_followed_it() -> None:
    assert ids(to_undo(ENTRIES, None)) == ["4", "3"]


def test_back_to_an_entry_means_to_before_it() -> None:
    assert ids(to_undo(ENTRIES, "1")) == ["4", "3", "2", "1"]
    assert ids(to_undo(ENTRIES, "4")) == ["4"]


def test_nothing_is_left_to_take_back() -> None:
    assert to_undo([entry("1", state="undone")], None) == ()


def test_an_orphan_goes_back_alone() -> None:
    assert ids(to_undo([entry("1", state="undone"), entry("2", "1")], None)) == ["2"]


def test_an_unknown_entry_is_an_error() -> None:
    with pytest.raises(MailwrightError) as caught:
        to_undo(ENTRIES, "9")
    assert caught.value.code == "history.no-entry"
