"""The command `mailwright`."""

from __future__ import annotations

import errno
import io
import os
import sys
from typing import Any, NoReturn

import click

from mailwright import __version__
from mailwright.cli import crash, exits
from mailwright.cli.localized import LANGUAGE_CHOSEN, Group, Option, option, use_language
from mailwright.cli.world import World
from mailwright.i18n import LANGUAGES, N_, _, preferred_language, render

_NO_ROOM = N_("The output cannot be written: {reason}")
_LOCALE = ("LC_ALL", "LC_MESSAGES", "LANG")


class Program(Group):
    """The group of all commands: the outermost place, which turns every end into an exit code."""

    def main(self, *args: Any, **extra: Any) -> NoReturn:
        """Run a command and leave with its exit code."""
        try:
            code = super().main(*args, **{**extra, "standalone_mode": False})
        except click.ClickException as error:
            error.show()
            code = exits.USAGE
        except click.Abort:
            click.echo(_("Aborted!"), err=True)
            code = exits.USAGE
        except Exception as error:  # noqa: BLE001 - whatever comes here is a defect, and is told
            code = _told(error)
        sys.exit(code)

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,
    ) -> click.Context:
        """Choose the environment's language before anything is printed."""
        use_language(preferred_language(os.environ.get(name, "") for name in _LOCALE))
        return super().make_context(info_name, args, parent, **extra)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the commands in the order in which they are used."""
        self._load()
        return list(self.commands)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Find a command."""
        self._load()
        return super().get_command(ctx, cmd_name)

    def _load(self) -> None:
        """Import the commands only now: what they stand on takes longer than `--version`."""
        from mailwright.cli import check, journal, logs, profile, secret, setup, watch

        for module in (check, profile, secret, setup, journal, watch, logs):
            for command in module.COMMANDS:
                self.add_command(command)


def _told(error: Exception) -> int:
    """Tell why the program ends; returns the exit code."""
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        click.echo(render(_NO_ROOM, {"reason": error.strerror}), err=True)
        return exits.FAILED
    crash.tell(error)
    return exits.BUG


def _chosen(context: click.Context, _option: click.Parameter, value: str | None) -> str | None:
    if value is not None:
        context.meta[LANGUAGE_CHOSEN] = value
        use_language(value)
    return value


@click.group(cls=Program, help=N_("Set up, check and watch a sending mail server over SSH."))
@click.version_option(
    __version__,
    cls=Option,
    message="%(prog)s %(version)s",
    help=N_("Show the version and exit."),
)
@option(
    "--lang",
    type=click.Choice(LANGUAGES),
    is_eager=True,
    expose_value=False,
    callback=_chosen,
    help=N_("Language of texts."),
)
@click.pass_context
def program(context: click.Context) -> None:
    """Give every command its world."""
    context.ensure_object(World)


def main() -> NoReturn:
    """Run the command line; never returns."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal that knows no ✓ gets a \u2713 rather than nothing.
            stream.reconfigure(errors="backslashreplace")
    program.main(prog_name="mailwright")
