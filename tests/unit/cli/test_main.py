from __future__ import annotations

from typing import TYPE_CHECKING

import click
import pytest

from mailwright.cli.main import chosen_language, translate_help

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.unit.cli.conftest import Ran

COMMANDS = ("secret", "profile", "plan", "apply", "verify", "rollback", "history")


def test_every_command_is_listed(run: Callable[..., Ran]) -> None:
    ran = run("--help")
    assert ran.code == 0
    assert all(command in ran.out for command in COMMANDS)


@pytest.mark.parametrize("arguments", [("nonsense",), ("plan",), ("secret", "set", "a", "pin")])
def test_wrong_usage_is_exit_2(run: Callable[..., Ran], arguments: tuple[str, ...]) -> None:
    assert run(*arguments).code == 2


def test_a_secret_file_needs_its_kind(run: Callable[..., Ran]) -> None:
    ran = run("plan", "p.toml", "--secret-file", "/some/file")
    assert ran.code == 2
    assert "relay=PATH" in ran.err


def test_errors_are_texts_and_json(run: Callable[..., Ran]) -> None:
    ran = run("plan", "/does/not/exist.toml", "--json")
    assert ran.code == 2
    assert ran.shapes[0]["code"] == "profile.unreadable"
    assert "/does/not/exist.toml" in ran.err


@pytest.mark.parametrize(
    ("arguments", "lang", "expected"),
    [
        (["--lang", "ja", "--help"], "en_GB.UTF-8", "ja"),
        (["--lang=ja", "plan", "x", "--json"], "", "ja"),
        (["plan", "x", "--json"], "ja_JP.UTF-8", "en"),
        (["plan", "x"], "ja_JP.UTF-8", "ja"),
        (["plan", "x"], "de_DE.UTF-8", "en"),
    ],
)
def test_the_language_is_known_before_help_is_printed(
    arguments: list[str], lang: str, expected: str
) -> None:
    assert chosen_language(arguments, {"LANG": lang}) == expected


@pytest.mark.usefixtures("japanese")
def test_help_is_translated_with_its_options_and_commands() -> None:
    option = click.Option(["--yes"], help="Do not ask; never accepts a host key.")
    child = click.Command(
        "history", params=[option], help="Remove a secret of SERVER from the keyring."
    )
    translate_help(click.Group("all", commands=[child]))
    assert option.help is not None
    assert not option.help.isascii()
    assert not (child.help or "").isascii()


def test_japanese_is_chosen_by_option(run: Callable[..., Ran]) -> None:
    english = run("plan", "/does/not/exist.toml").err
    assert run("--lang", "ja", "plan", "/does/not/exist.toml").err != english
    run("--lang", "en", "--version")
