"""What a person at a terminal sees of a mistake in the program itself: a report to copy."""

from __future__ import annotations

import click

from mailwright.i18n import _
from mailwright.usecases.crash import report


def tell(error: BaseException) -> None:
    """Print the report to standard error."""
    text = _(
        "This is a mistake in Mailwright itself. Please report the lines below; they hold no "
        "secret."
    )
    click.echo(f"{text}\n\n{report(error)}", err=True)
