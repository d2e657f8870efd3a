"""`mailwright profile`: the wizard's answers as a TOML file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from mailwright.cli import exits
from mailwright.cli.main import json_option
from mailwright.cli.shapes import SCHEMA_VERSION
from mailwright.errors import MailwrightError
from mailwright.i18n import N_, _, visible
from mailwright.interview import FieldErrors, checked_profile, document, template
from mailwright.storage.profiles import read_profile, write_profile_text

if TYPE_CHECKING:
    from mailwright.cli.output import Output
    from mailwright.interview import FieldError

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.group(help=N_("What a server shall do, as a file: made, shown, checked."))
def profile() -> None:
    """What a server shall do, as a file: made, shown, checked."""


@profile.command("new", help=N_("Write a new profile to FILE, with every question explained."))
@click.argument("file", type=_FILE)
@click.option("--preset", help=N_("A relay service whose particulars Mailwright knows."))
@json_option
def new(file: Path, preset: str | None, out: Output) -> int:
    """Write a new profile to FILE, with every question explained."""
    if file.exists():
        raise MailwrightError(
            "profile.exists",
            N_("{path} exists already and is not overwritten."),
            remedy=N_("Choose another name."),
            args={"path": file},
        )
    write_profile_text(file, template(preset))
    if out.as_json:
        out.shape({"schema_version": SCHEMA_VERSION, "file": str(file)})
    else:
        text = _("Written. Fill in what is empty, then: mailwright profile validate {path}")
        click.echo(text.format(path=file))
    return exits.DONE


@profile.command("show", help=N_("Print the answers in FILE, defaults included."))
@click.argument("file", type=_FILE)
@json_option
def show(file: Path, out: Output) -> int:
    """Print the answers in FILE, defaults included."""
    answers, errors = checked_profile(read_profile(file))
    tables = document(answers)
    if out.as_json:
        out.shape({"schema_version": SCHEMA_VERSION, "answers": tables})
    else:
        for table, values in tables.items():
            click.echo(f"[{table}]")
            for name, value in values.items():
                click.echo(f"  {name} = {visible(str(value))}")
    return exits.FAILED if errors else exits.DONE


@profile.command("validate", help=N_("Name every error in FILE, each with its field."))
@click.argument("file", type=_FILE)
@json_option
def validate(file: Path, out: Output) -> int:
    """Name every error in FILE, each with its field."""
    _answers, errors = checked_profile(read_profile(file))
    if out.as_json:
        out.shape({"schema_version": SCHEMA_VERSION, "errors": list(map(_shape, errors))})
    elif errors:
        out.error(FieldErrors(errors))
        for error in errors:
            click.echo(f"  {error.field}: {error.message}")
    else:
        click.echo(_("No errors."))
    return exits.FAILED if errors else exits.DONE


def _shape(error: FieldError) -> dict[str, object]:
    return {"field": error.field, "code": error.code, "message": error.message}


COMMANDS = (profile,)
