"""`mailwright profile`: the wizard's answers as a TOML file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from mailwright.cli import exits, shapes, texts
from mailwright.cli.localized import Group, option
from mailwright.cli.options import json_option
from mailwright.errors import MailwrightError
from mailwright.i18n import N_, _, render, visible
from mailwright.interview import checked_profile, document, template
from mailwright.storage.profiles import read_profile, write_profile_text

if TYPE_CHECKING:
    from mailwright.cli.output import Output

_FILE = click.Path(path_type=Path, dir_okay=False)
_WRITTEN = N_("Written. Fill in what is empty, then: mailwright profile validate {path}")


@click.group(cls=Group, help=N_("What a server shall do, as a file: made, shown, checked."))
def profile() -> None:
    """Group the commands about profiles."""


@profile.command("new", help=N_("Write a new profile to FILE, with every question explained."))
@click.argument("file", type=_FILE)
@option("--preset", metavar="ID", help=N_("A relay service whose particulars Mailwright knows."))
@json_option
def new(file: Path, preset: str | None, out: Output) -> int:
    """Write a new profile to FILE, unless there is one."""
    if file.exists():
        raise MailwrightError(
            "profile.exists",
            N_("{path} exists already and is not overwritten."),
            remedy=N_("Choose another name."),
            args={"path": file},
        )
    write_profile_text(file, template(preset))
    if out.as_json:
        out.shape({"file": str(file)})
    out.text(render(_WRITTEN, {"path": file}))
    return exits.DONE


@profile.command("show", help=N_("Print the answers in FILE, defaults included."))
@click.argument("file", type=_FILE)
@json_option
def show(file: Path, out: Output) -> int:
    """Print the answers in FILE, and what is wrong with them."""
    answers, errors = checked_profile(read_profile(file))
    tables = document(answers)
    if out.as_json:
        out.shape({"answers": tables, "errors": shapes.of_field_errors(errors)})
        return exits.FAILED if errors else exits.DONE
    for table, values in tables.items():
        click.echo(f"[{visible(table)}]")
        for name, value in values.items():
            click.echo(f"  {visible(name)} = {visible(str(value))}")
    for line in texts.of_field_errors(errors):
        click.echo(line, err=True)
    return exits.FAILED if errors else exits.DONE


@profile.command("validate", help=N_("Name every error in FILE, each with its field."))
@click.argument("file", type=_FILE)
@json_option
def validate(file: Path, out: Output) -> int:
    """Name every error in FILE at once."""
    _answers, errors = checked_profile(read_profile(file))
    if out.as_json:
        out.shape({"errors": shapes.of_field_errors(errors)})
    for line in texts.of_field_errors(errors):
        out.text(line)
    if not errors:
        out.text(_("No errors."))
    return exits.FAILED if errors else exits.DONE


COMMANDS = (profile,)
