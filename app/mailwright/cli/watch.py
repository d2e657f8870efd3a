"""`mailwright watch`: deliveries, causes and the queue of a server, as they change."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from mailwright.cli import exits
from mailwright.cli.figures import lines_of_snapshot, shape_of_snapshot
from mailwright.cli.interrupt import stop_on_interrupt
from mailwright.cli.localized import Command, option
from mailwright.cli.options import connection_options, json_option
from mailwright.i18n import N_
from mailwright.usecases.servers import find_server
from mailwright.usecases.watch import WatchOptions, watch

if TYPE_CHECKING:
    from collections.abc import Callable

    from mailwright.cli.options import Connection
    from mailwright.cli.output import Output
    from mailwright.model.figures import Snapshot

_LONGEST = 24 * 31


@click.command(
    "watch",
    cls=Command,
    help=N_("Watch the deliveries and the queue of SERVER; changes nothing there."),
)
@click.argument("server")
@option("--once", is_flag=True, help=N_("Print one snapshot and exit."))
@option(
    "--interval",
    type=click.FloatRange(1, 3600),
    default=5.0,
    metavar="SECONDS",
    help=N_("Seconds between two looks (5)."),
)
@option(
    "--hours",
    type=click.IntRange(1, _LONGEST),
    default=24,
    metavar="HOURS",
    help=N_("Count what happened in so many hours (24)."),
)
@connection_options
@json_option
def watch_server(
    server: str,
    interval: float,
    hours: int,
    connection: Connection,
    out: Output,
    *,
    once: bool,
) -> int:
    """Print a snapshot of SERVER at every look, until Ctrl+C."""
    parts = connection.parts()
    found = find_server(parts, server)
    options = WatchOptions(interval, hours, once)
    with stop_on_interrupt() as stop:
        last = watch(parts, found, connection.ask, _printer(out, options), stop, options)
    return exits.of_findings(last.troubles) if once else exits.DONE


def _printer(out: Output, options: WatchOptions) -> Callable[[Snapshot], None]:
    """Print snapshots; of one that is asked for once, only the complete one."""

    def show(snapshot: Snapshot) -> None:
        if options.once and not snapshot.is_complete:
            return
        if out.as_json:
            out.shape(shape_of_snapshot(snapshot))
        for line in lines_of_snapshot(snapshot):
            out.text(line)

    return show


COMMANDS = (watch_server,)
