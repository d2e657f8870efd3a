"""Options that several commands share, and what they become."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import update_wrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mailwright.cli import exits
from mailwright.cli.asking import host_key_question
from mailwright.cli.localized import LANGUAGE_CHOSEN, option, use_language
from mailwright.cli.output import Output
from mailwright.cli.world import world
from mailwright.errors import MailwrightError
from mailwright.i18n import LANGUAGES, N_, _, visible
from mailwright.secrets.secret import SecretKind

if TYPE_CHECKING:
    from mailwright.usecases.parts import AskHostKey, Parts

Decorated = Callable[..., Any]

_FINGERPRINT = re.compile(r"SHA256:[A-Za-z0-9+/]{43}")


class SecretFile(click.ParamType[tuple[SecretKind, Path]]):
    """`KIND=PATH`: a file, readable by its owner alone, that holds one secret."""

    name = "kind=path"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[SecretKind, Path]:
        """Split and check the kind; the file is checked when it is read."""
        kind, _equals, path = str(value).partition("=")
        if kind not in set(SecretKind) or not path:
            text = _("{value} is none of ssh=PATH, sudo=PATH and relay=PATH.")
            self.fail(text.format(value=visible(str(value))), param, ctx)
        return SecretKind(kind), Path(path)


class Fingerprint(click.ParamType[str]):
    """`SHA256:…`: the fingerprint of a host key."""

    name = "fingerprint"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> str:
        """Check that it can be one: SHA-256 in base64 without padding, as OpenSSH writes it."""
        text = str(value)
        if not _FINGERPRINT.fullmatch(text):
            message = _("{value} is no fingerprint as ssh-keygen -l prints it (SHA256:…).")
            self.fail(message.format(value=visible(text)), param, ctx)
        return text


@dataclass(frozen=True, slots=True)
class Connection:
    """How a command reaches a server."""

    host_key: str | None = None
    secret_files: tuple[tuple[SecretKind, Path], ...] = field(default=())

    def parts(self) -> Parts:
        """Make the parts of the use cases. Raises MailwrightError as `bootstrap.build` does."""
        return world().parts(dict(self.secret_files))

    @property
    def ask(self) -> AskHostKey:
        """Confirms host keys: by `--host-key`, or by the person at the terminal."""
        return host_key_question(self.host_key, at_terminal=world().at_terminal)


def json_option(function: Decorated) -> Decorated:
    """Give a command `--json`, as the keyword `out`.

    Expected errors are printed, and their exit code returned.
    """

    def wrapped(*args: object, as_json: bool, **options: object) -> int:
        out = Output(as_json)
        try:
            code: int = function(*args, out=out, **options)
        except MailwrightError as error:
            out.error(error)
            return exits.of_error(error.code)
        return code

    return option(
        "--json",
        "as_json",
        is_flag=True,
        is_eager=True,
        callback=_english_unless_chosen,
        help=N_("Print JSON: one object, or one object a line."),
    )(update_wrapper(wrapped, function))


def _english_unless_chosen(context: click.Context, _option: click.Parameter, value: Any) -> Any:
    if value and LANGUAGE_CHOSEN not in context.meta:
        use_language(LANGUAGES[0])
    return value


def connection_options(function: Decorated) -> Decorated:
    """Give a command what every connection takes, as the keyword `connection`."""

    def wrapped(
        *args: object,
        host_key: str | None,
        secret_files: tuple[tuple[SecretKind, Path], ...],
        **options: object,
    ) -> object:
        return function(*args, connection=Connection(host_key, secret_files), **options)

    host_key = option(
        "--host-key",
        type=Fingerprint(),
        metavar="SHA256:…",
        help=N_("Confirm this host key of a server that was never met."),
    )
    secret_file = option(
        "--secret-file",
        "secret_files",
        type=SecretFile(),
        metavar="KIND=PATH",
        multiple=True,
        help=N_("Read a secret from a file that only you can read, instead of the keyring."),
    )
    return host_key(secret_file(update_wrapper(wrapped, function)))
