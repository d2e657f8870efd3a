"""Commands and options of click whose help is translated when it is printed."""

from __future__ import annotations

import gettext
import os
from copy import copy
from functools import partial
from typing import TYPE_CHECKING

import click

from mailwright.datafiles import data_path
from mailwright.i18n import DOMAIN, N_, _, set_language

if TYPE_CHECKING:
    from collections.abc import Iterator

LANGUAGE_CHOSEN = "mailwright.language"
"""Where a context notes that `--lang` was given."""

_HELP = N_("Show this message and exit.")


def use_language(language: str) -> None:
    """Choose the language of every text, of click's own words too (see `click_words`)."""
    set_language(language)
    # click looks its words up by Python's gettext, which takes the language from here.
    os.environ["LANGUAGE"] = language
    gettext.bindtextdomain(DOMAIN, str(data_path("locale")))
    gettext.textdomain(DOMAIN)


class Option(click.Option):
    """An option whose `help` is a message id."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """Return the option and its translated help."""
        shown = copy(self)
        shown.help = _(shown.help) if shown.help else ""
        return click.Option.get_help_record(shown, ctx)


class _Translated(click.Command):
    """A command whose `help` is a message id."""

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what the command does."""
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(self._about())

    def get_short_help_str(self, limit: int = 45) -> str:
        """Return what the command does, for the list of commands: whole, and never cut."""
        del limit
        return self._about()

    def _about(self) -> str:
        return _(self.help) if self.help else ""

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Return `--help`, which click made in the language of that moment."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = _(_HELP)
        return option


class Command(_Translated):
    """See `click.Command`."""


class Group(_Translated, click.Group):
    """See `click.Group`; its commands are `Command`s."""

    command_class = Command
    group_class = type


option = partial(click.option, cls=Option)


def commands(group: click.Group, path: str = "") -> Iterator[tuple[str, click.Command]]:
    """Yield every command below a group with its words (`profile new`), groups too."""
    for name, command in group.commands.items():
        words = f"{path} {name}".strip()
        yield words, command
        if isinstance(command, click.Group):
            yield from commands(command, words)
