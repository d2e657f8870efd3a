"""`mailwright rollback` and `history`: what was applied on a server, and the way back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from mailwright.bootstrap import build
from mailwright.cli import exits
from mailwright.cli.asking import at_terminal, confirmed, host_key_question
from mailwright.cli.main import connection_options, json_option
from mailwright.errors import MailwrightError
from mailwright.i18n import N_, _
from mailwright.usecases.history import history, take_back
from mailwright.usecases.servers import find_server

if TYPE_CHECKING:
    from mailwright.cli.output import Output
    from mailwright.secrets.secret import SecretKind

SecretFiles = tuple[tuple["SecretKind", Path], ...]


@click.command(
    "history",
    help=N_("List what was applied on SERVER: a known name or [user@]host[:port]."),
)
@click.argument("server")
@connection_options
@json_option
def show_history(server: str, host_key: str | None, secret_files: SecretFiles, out: Output) -> int:
    """List what was applied on SERVER: a known name or [user@]host[:port]."""
    parts = build(dict(secret_files))
    found = find_server(parts, server)
    out.entries(history(parts, found, host_key_question(host_key)))
    return exits.DONE


@click.command(help=N_("Take back what was applied on SERVER, from its journal."))
@click.argument("server")
@click.option(
    "--to", metavar="ID", help=N_("Back to before this entry; without it, the last set-up.")
)
@click.option("--yes", is_flag=True, help=N_("Do not ask; never accepts a host key."))
@connection_options
@json_option
def rollback(
    server: str,
    to: str | None,
    host_key: str | None,
    secret_files: SecretFiles,
    out: Output,
    *,
    yes: bool,
) -> int:
    """Take back what was applied on SERVER, from its journal."""
    parts = build(dict(secret_files))
    found = find_server(parts, server)
    if not yes:
        if not at_terminal():
            raise MailwrightError(
                "cli.no-terminal",
                N_("Nobody can be asked: there is no terminal."),
                remedy=N_("List the entries with: mailwright history SERVER. Then add --yes."),
            )
        if not confirmed(_("Take back what was applied on {server}?").format(server=found.name)):
            raise click.Abort
    done = take_back(parts, found, host_key_question(host_key), out.event, to)
    rolled_back = done.outcome in {"rolled-back", "nothing-to-do"} and not done.left
    return exits.DONE if rolled_back else exits.FAILED


COMMANDS = (rollback, show_history)
