"""`mailwright secret`: passwords into the keyring, from a prompt or standard input."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from mailwright.cli.asking import at_terminal
from mailwright.cli.main import json_option
from mailwright.i18n import N_, _
from mailwright.secrets.secret import SecretKind
from mailwright.secrets.sources import LONGEST, checked_secret

if TYPE_CHECKING:
    from mailwright.cli.output import Output

_KIND = click.Choice([kind.value for kind in SecretKind])


@click.group(help=N_("Passwords in this account's keyring: never in profiles, arguments or logs."))
def secret() -> None:
    """Passwords in this account's keyring: never in profiles, arguments or logs."""


@secret.command(
    "set", help=N_("Store a secret of SERVER, typed at a prompt or read from standard input.")
)
@click.argument("server")
@click.argument("kind", type=_KIND)
@json_option
def set_secret(server: str, kind: str, out: Output) -> int:
    """Store a secret of SERVER, typed at a prompt or read from standard input."""
    from mailwright.secrets.keyring_store import KeyringSecrets

    wanted = SecretKind(kind)
    if at_terminal():
        text = click.prompt(_("Secret"), hide_input=True, confirmation_prompt=True, err=True)
    else:
        # One more than allowed, so that a longer text is refused instead of cut.
        text = sys.stdin.read(LONGEST + 2)
    KeyringSecrets().set(server, wanted, checked_secret(text, wanted))
    _said(out, server, kind, _("Stored in the keyring."))
    return 0


@secret.command("forget", help=N_("Remove a secret of SERVER from the keyring."))
@click.argument("server")
@click.argument("kind", type=_KIND)
@json_option
def forget_secret(server: str, kind: str, out: Output) -> int:
    """Remove a secret of SERVER from the keyring."""
    from mailwright.secrets.keyring_store import KeyringSecrets

    there = KeyringSecrets().forget(server, SecretKind(kind))
    _said(out, server, kind, _("Removed.") if there else _("There was none."))
    return 0


def _said(out: Output, server: str, kind: str, text: str) -> None:
    if out.as_json:
        out.shape({"schema_version": 1, "server": server, "kind": kind, "text": text})
    else:
        click.echo(text)


COMMANDS = (secret,)
