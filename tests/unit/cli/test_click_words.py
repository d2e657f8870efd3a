from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
from babel.messages.extract import extract_from_dir

from mailwright.cli.click_words import WORDS, counted_words
from mailwright.cli.localized import use_language

if TYPE_CHECKING:
    import pytest


def test_the_installed_click_asks_for_each_of_these_words() -> None:
    folder = Path(click.__file__).parent
    asked = {
        text if isinstance(text, str) else text[0]
        for _file, _line, text, _comments, _context in extract_from_dir(
            folder, [("**.py", "python")]
        )
    }
    assert {*WORDS, *counted_words()} - asked == set()


def test_click_speaks_the_chosen_language(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGE", "en")
    use_language("ja")
    error = click.MissingParameter(param_type="argument", param_hint="'SERVER'")
    assert error.format_message().isascii() is False
    use_language("en")
    assert error.format_message() == "Missing argument 'SERVER'."
