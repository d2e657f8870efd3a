from __future__ import annotations

import click
import pytest

from mailwright.cli.localized import Command, Group, commands, option
from mailwright.i18n import N_


def test_a_command_without_help_says_nothing() -> None:
    assert Command("bare").get_short_help_str() == ""


@pytest.mark.usefixtures("japanese")
def test_help_is_translated_when_it_is_printed_and_not_before() -> None:
    @click.command(cls=Command, help=N_("Remove a secret of SERVER from the keyring."))
    @option("--yes", is_flag=True, help=N_("Do not ask; never accepts a host key."))
    def forget(yes: object) -> None:
        """Do nothing with `yes`."""

    context = click.Context(forget, info_name="forget")
    shown = forget.get_help(context)
    assert forget.help == "Remove a secret of SERVER from the keyring."
    assert forget.params[0].get_help_record(context) == (
        "--yes",
        "確認せずに実行します。ホスト鍵を承認することはありません。",
    )
    assert "Remove" not in shown
    assert "Do not ask" not in shown


def test_all_commands_of_a_group_are_found_with_their_words() -> None:
    @click.group(cls=Group)
    def everything() -> None:
        """Hold commands."""

    @everything.group("inner")
    def inner() -> None:
        """Hold a command."""

    @inner.command("act")
    def act() -> None:
        """Do nothing."""

    assert [(words, type(command)) for words, command in commands(everything)] == [
        ("inner", Group),
        ("inner act", Command),
    ]
