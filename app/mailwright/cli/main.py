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
from mailwright.i18n import LANGUAGES, preferred_language, set_language
from mailwright.secrets.secret import SecretKind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


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
        "--json", "as_json", is_flag=True, help="Print JSON, one object or one object a line."
    )(update_wrapper(wrapped, function))


def connection_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command what every connection takes."""
    options: tuple[Callable[[Callable[..., Any]], Callable[..., Any]], ...] = (
        click.option(
            "--host-key",
            metavar="SHA256:…",
            help="Confirm this host key of a server that was never met.",
        ),
        click.option(
            "--secret-file",
            "secret_files",
            type=SecretFile(),
            multiple=True,
            help="Read a secret from a file that only you can read, instead of the keyring.",
        ),
    )
    for option in options:
        function = option(function)
    return function


@click.group()
@click.version_option(__version__, prog_name="mailwright")
@click.option("--lang", type=click.Choice(LANGUAGES), help="Language of texts.")
@click.pass_context
def program(context: click.Context, lang: str | None) -> None:
    """Set up, check and watch a sending mail server over SSH."""
    del context
    environment: Mapping[str, str] = os.environ
    tags = (environment.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    wants_json = "--json" in sys.argv
    set_language(lang or (LANGUAGES[0] if wants_json else preferred_language(tags)))


def main() -> NoReturn:
    """Run the command line; never returns."""
    from mailwright.cli import journal, profile, secret, setup

    for module in (secret, profile, setup, journal):
        for command in module.COMMANDS:
            program.add_command(command)
    program(prog_name="mailwright")
    raise AssertionError("click exits by itself")
