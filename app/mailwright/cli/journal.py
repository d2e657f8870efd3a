"""`mailwright rollback` and `history`: what was applied on a server, and the way back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from mailwright.cli import exits
from mailwright.cli.asking import agree
from mailwright.cli.interrupt import told_when_left
from mailwright.cli.localized import Command, option
from mailwright.cli.options import connection_options, json_option
from mailwright.i18n import N_, ngettext, visible
from mailwright.usecases.history import history, take_back, to_undo
from mailwright.usecases.servers import find_server

if TYPE_CHECKING:
    from mailwright.cli.options import Connection
    from mailwright.cli.output import Output
    from mailwright.model.server import Server
    from mailwright.usecases.parts import Parts


@click.command(
    "history",
    cls=Command,
    help=N_("List what was applied on SERVER: a known name or [user@]host[:port]."),
)
@click.argument("server")
@connection_options
@json_option
def show_history(server: str, connection: Connection, out: Output) -> int:
    """List what was applied on SERVER, from its own journal."""
    parts = connection.parts()
    out.entries(history(parts, find_server(parts, server), connection.ask))
    return exits.DONE


@click.command(cls=Command, help=N_("Take back what was applied on SERVER, from its journal."))
@click.argument("server")
@option("--to", metavar="ID", help=N_("Back to before this entry; without it, the last set-up."))
@option("--yes", is_flag=True, help=N_("Do not ask; never accepts a host key."))
@connection_options
@json_option
def rollback(server: str, to: str | None, connection: Connection, out: Output, *, yes: bool) -> int:
    """Take back what was applied on SERVER, newest first."""
    parts = connection.parts()
    found = find_server(parts, server)
    agreed = None if yes else _agreed(parts, found, to, connection, out)
    with told_when_left(found.name, parts.confirm_within):
        done = take_back(parts, found, connection.ask, out.event, to, agreed)
    return exits.of_rollback(done)


def _agreed(
    parts: Parts, server: Server, to: str | None, connection: Connection, out: Output
) -> tuple[str, ...]:
    """Show the entries that would go back and ask; returns them, if the person agrees."""
    chosen = to_undo(history(parts, server, connection.ask), to)
    if not chosen:
        return ()
    out.entries(chosen)
    question = ngettext(
        "Take back this {count} entry on {server}?",
        "Take back these {count} entries on {server}?",
        len(chosen),
    )
    agree(
        question.format(count=len(chosen), server=visible(server.name)),
        where_to_look=N_("List the entries with: mailwright history SERVER. Then add --yes."),
    )
    return tuple(entry.id for entry in chosen)


COMMANDS = (rollback, show_history)
