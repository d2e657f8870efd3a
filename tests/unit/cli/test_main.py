from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

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


def test_japanese_is_chosen_by_option(run: Callable[..., Ran]) -> None:
    english = run("plan", "/does/not/exist.toml").err
    assert run("--lang", "ja", "plan", "/does/not/exist.toml").err != english
    run("--lang", "en", "--version")
