"""`mailwright secret`: passwords into the keyring, from a prompt or standard input."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from mailwright.cli import exits
from mailwright.cli.localized import Group
from mailwright.cli.options import json_option
from mailwright.cli.world import world
from mailwright.errors import MailwrightError
from mailwright.i18n import N_, _
from mailwright.secrets.secret import SecretKind
from mailwright.secrets.sources import LONGEST, checked_secret

if TYPE_CHECKING:
    from mailwright.cli.output import Output

_KIND = click.Choice([kind.value for kind in SecretKind])


@click.group(
    cls=Group, help=N_("Passwords in this account's keyring: never in profiles, arguments or logs.")
)
def secret() -> None:
    """Group the commands about secrets."""


@secret.command(
    "set", help=N_("Store a secret of SERVER, typed at a prompt or read from standard input.")
)
@click.argument("server")
@click.argument("kind", type=_KIND)
@json_option
def set_secret(server: str, kind: str, out: Output) -> int:
    """Store a secret of SERVER."""
    wanted = SecretKind(kind)
    # Not whether standard error is a terminal too: a typed secret must never be echoed.
    text = _typed() if sys.stdin.isatty() else _piped()
    world().keyring().set(server, wanted, checked_secret(text, wanted))
    if out.as_json:
        out.shape({"server": server, "kind": kind, "result": "stored"})
    out.text(_("Stored in the keyring."))
    return exits.DONE


@secret.command("forget", help=N_("Remove a secret of SERVER from the keyring."))
@click.argument("server")
@click.argument("kind", type=_KIND)
@json_option
def forget_secret(server: str, kind: str, out: Output) -> int:
    """Remove a secret of SERVER."""
    there = world().keyring().forget(server, SecretKind(kind))
    if out.as_json:
        out.shape({"server": server, "kind": kind, "result": "removed" if there else "absent"})
    out.text(_("Removed.") if there else _("There was none."))
    return exits.DONE


def _typed() -> str:
    typed: str = click.prompt(_("Secret"), hide_input=True, confirmation_prompt=True, err=True)
    return typed


def _piped() -> str:
    # One byte more than a secret and its line end, so that a longer text is refused, not cut.
    content = sys.stdin.buffer.read(LONGEST + len("\r\n") + 1)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        raise MailwrightError(
            "secrets.not-text", N_("What came on standard input is not UTF-8 text.")
        ) from None


COMMANDS = (secret,)
