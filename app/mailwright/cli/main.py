"""The command `mailwright` and what all of its commands share."""

from __future__ import annotations

import os
import sys
from functools import update_wrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from mailwright import __version__
from mailwright.cli import exits
from mailwright.cli.output import Output
from mailwright.errors import MailwrightError
from mailwright.i18n import LANGUAGES, N_, _, language, preferred_language, set_language
from mailwright.secrets.secret import SecretKind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence


class SecretFile(click.ParamType[tuple[SecretKind, Path]]):
    """`KIND=PATH`: a file, readable by its owner alone, that holds one secret."""

    name = "kind=path"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[SecretKind, Path]:
        """Split and check the kind; the file is checked when it is read."""
        kind, _equals, path = str(value).partition("=")
        if kind not in set(SecretKind) or not path:
            self.fail(f"{value!r}: ssh=PATH, sudo=PATH or relay=PATH", param, ctx)
        return SecretKind(kind), Path(path)


def json_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command `--json`, as the keyword `out`; print expected errors and exit by them."""

    def wrapped(*args: object, as_json: bool, **options: object) -> None:
        out = Output(as_json)
        try:
            sys.exit(function(*args, out=out, **options))
        except MailwrightError as error:
            out.error(error)
            sys.exit(exits.of_error(error.code))

    return click.option(
        "--json",
        "as_json",
        is_flag=True,
        help=N_("Print JSON, one object or one object a line."),
    )(update_wrapper(wrapped, function))


def connection_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command what every connection takes."""
    options: tuple[Callable[[Callable[..., Any]], Callable[..., Any]], ...] = (
        click.option(
            "--host-key",
            metavar="SHA256:…",
            help=N_("Confirm this host key of a server that was never met."),
        ),
        click.option(
            "--secret-file",
            "secret_files",
            type=SecretFile(),
            multiple=True,
            help=N_("Read a secret from a file that only you can read, instead of the keyring."),
        ),
    )
    for option in options:
        function = option(function)
    return function


@click.group(help=N_("Set up, check and watch a sending mail server over SSH."))
@click.version_option(__version__, prog_name="mailwright")
@click.option("--lang", type=click.Choice(LANGUAGES), help=N_("Language of texts."))
def program(lang: str | None) -> None:
    """The language is chosen before this runs, by `chosen_language`."""
    set_language(lang or language())


def chosen_language(arguments: Sequence[str], environment: Mapping[str, str]) -> str:
    """The language of `--lang`, else English for `--json`, else the environment's."""
    for option, value in zip(arguments, [*arguments[1:], ""], strict=True):
        name, equals, joined = option.partition("=")
        wanted = joined if equals else value
        if name == "--lang" and wanted in LANGUAGES:
            return wanted
    if "--json" in arguments:
        return LANGUAGES[0]
    return preferred_language(
        environment.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG")
    )


def translate_help(command: click.Command) -> None:
    """Put the help of a command, its options and its sub-commands into the chosen language."""
    if command.help:
        command.help = _(command.help)
    for parameter in command.params:
        if isinstance(parameter, click.Option) and parameter.help:
            parameter.help = _(parameter.help)
    for child in command.commands.values() if isinstance(command, click.Group) else ():
        translate_help(child)


def main() -> NoReturn:
    """Run the command line; never returns."""
    from mailwright.cli import crash, journal, profile, secret, setup

    crash.install()
    for module in (secret, profile, setup, journal):
        for command in module.COMMANDS:
            program.add_command(command)
    set_language(chosen_language(sys.argv[1:], os.environ))
    translate_help(program)
    program(prog_name="mailwright")
    raise AssertionError("click exits by itself")
