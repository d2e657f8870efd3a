"""`mailwright logs`: the summary of any Postfix log, without a server."""

from __future__ import annotations

import re
import time
from datetime import datetime
from typing import TYPE_CHECKING

import click

from mailwright.cli import exits
from mailwright.cli.figures import lines_of_figures, shape_of_figures
from mailwright.cli.localized import Command, option
from mailwright.cli.options import json_option
from mailwright.i18n import N_, _, visible
from mailwright.usecases.logs import summarise

if TYPE_CHECKING:
    from mailwright.cli.output import Output

_AGO = re.compile(r"(\d{1,4})([hd])")
_UNITS = {"h": 3600, "d": 86_400}


class Moment(click.ParamType[float]):
    """A moment: `2026-11-24T10:00`, with a zone or in this computer's; `24h` and `7d` ago."""

    name = "moment"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Return seconds since the epoch."""
        text = str(value)
        if ago := _AGO.fullmatch(text):
            return time.time() - int(ago[1]) * _UNITS[ago[2]]
        try:
            return datetime.fromisoformat(text).timestamp()
        except (ValueError, OverflowError):
            message = _("{value} is no moment such as 2026-11-24T10:00, 24h or 7d (ago).")
            self.fail(message.format(value=visible(text)), param, ctx)


@click.command(
    "logs",
    cls=Command,
    help=N_("Summarise Postfix logs; FILE may be gzip, or - for standard input."),
)
@click.argument("files", metavar="FILE…", nargs=-1, required=True)
@option("--since", type=Moment(), metavar="TIME", help=N_("Only what happened from then on."))
@option("--until", type=Moment(), metavar="TIME", help=N_("Only what happened before."))
@json_option
def show_logs(files: tuple[str, ...], since: float | None, until: float | None, out: Output) -> int:
    """Summarise log files; the oldest comes first, in whatever order they are named."""
    summary = summarise(files, since, until, clock=time.time)
    if out.as_json:
        out.shape(shape_of_figures(summary.figures))
    if not summary.mail_lines:
        click.echo(_("No line of Postfix is in it."), err=True)
        return exits.UNKNOWN
    for line in lines_of_figures(summary.figures):
        out.text(line)
    return exits.DONE


COMMANDS = (show_logs,)
