from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailwright.i18n import (
    N_,
    VALUE_LIMIT,
    _,
    language,
    ngettext,
    preferred_language,
    render,
    set_language,
    visible,
)

NO_SERVER = N_("No server yet")


def test_english_is_the_language_until_another_is_chosen() -> None:
    assert language() == "en"
    assert _(NO_SERVER) == "No server yet"


@pytest.mark.usefixtures("japanese")
def test_a_marked_text_is_translated_when_it_is_shown() -> None:
    assert language() == "ja"
    assert _(NO_SERVER) == "サーバーはまだありません"


@pytest.mark.usefixtures("japanese")
def test_what_is_in_no_catalogue_stays_as_it_is() -> None:
    assert _(unknown := "mx1.example.jp") == unknown
    assert _("") == ""


def test_a_language_without_a_catalogue_is_refused() -> None:
    with pytest.raises(ValueError, match="tlh"):
        set_language("tlh")


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        (["ja_JP.UTF-8"], "ja"),
        (["ja"], "ja"),
        (["ja-JP"], "ja"),
        (["", "", "ja_JP.eucJP"], "ja"),
        (["C.UTF-8", "ja_JP.UTF-8"], "en"),
        (["POSIX"], "en"),
        (["de_DE.UTF-8", "ja_JP"], "ja"),
        ([], "en"),
    ],
)
def test_the_first_locale_with_a_catalogue_is_preferred(tags: list[str], expected: str) -> None:
    assert preferred_language(tags) == expected


def test_a_count_chooses_the_form() -> None:
    forms = [ngettext("{count} file", "{count} files", count) for count in (0, 1, 2)]
    assert forms == ["{count} files", "{count} file", "{count} files"]


def test_values_are_filled_in_as_they_are() -> None:
    text = render("{host} answered in {seconds:.1f} s", {"host": "mx1", "seconds": 0.25})
    assert text == "mx1 answered in 0.2 s"


def test_a_value_cannot_steer_the_terminal_or_add_a_field() -> None:
    text = render("It said {reply}.", {"reply": "\x1b[2J{host}\r\n"})
    assert text == r"It said \x1b[2J{host}\r\n."


def test_text_direction_cannot_be_turned() -> None:
    assert visible("gpj.\u202eexe\u2028") == r"gpj.\u202eexe\u2028"


def test_readable_text_of_every_language_stays() -> None:
    assert visible("日本語 ümläut — “ok”") == "日本語 ümläut — “ok”"


@given(st.text(), st.integers(1, 40))
def test_shown_text_is_printable_and_bounded(text: str, limit: int) -> None:
    shown = visible(text, limit)
    assert len(shown) <= limit
    assert "\n" not in shown
    assert "\x1b" not in shown


def test_a_long_value_is_cut_where_it_can_be_seen() -> None:
    assert visible("x" * 10_000) == "x" * (VALUE_LIMIT - 1) + "…"
    assert visible("x" * VALUE_LIMIT) == "x" * VALUE_LIMIT


def test_the_pseudo_language_lengthens_every_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAILWRIGHT_PSEUDO", "1")
    assert _("Server") == "[Server~~~]"
    assert ngettext("{count} file", "{count} files", 2) == "[{count} files~~~~~~]"
