"""`mailwright plan`, `apply` and `verify`: the main job."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mailwright.cli import exits
from mailwright.cli.asking import agree, needs_terminal, overruling
from mailwright.cli.interrupt import stop_on_interrupt, told_when_left
from mailwright.cli.localized import Command, option
from mailwright.cli.options import Connection, connection_options, json_option
from mailwright.cli.output import Output
from mailwright.i18n import N_, ngettext, visible
from mailwright.interview import profile_requirements
from mailwright.model.events import Done, Event, FindingMade, RecordsToPublish
from mailwright.model.finding import Finding
from mailwright.model.publication import Publication
from mailwright.storage.profiles import read_profile
from mailwright.usecases import setup
from mailwright.usecases.dns import publication

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mailwright.model.journal import Entry
    from mailwright.usecases.parts import Parts
    from mailwright.usecases.setup import Planned

_PROFILE = click.argument("profile", type=click.Path(path_type=Path, dir_okay=False))
_READ_FIRST = N_("Read the plan first with: mailwright plan PROFILE. Then add --yes.")

_LET_OUT_FIRST = N_("Read the reasons first with: mailwright verify PROFILE. Then add --yes.")


@contextmanager
def planned(profile: Path, connection: Connection) -> Iterator[tuple[Parts, Planned]]:
    """Read the profile, connect and plan; the connection ends with the block."""
    requirements = profile_requirements(read_profile(profile))
    parts = connection.parts()
    made = setup.plan(parts, requirements, connection.ask)
    try:
        yield parts, made
    finally:
        made.close()


@click.command(
    cls=Command, help=N_("Show what would change on the server of PROFILE; writes nothing.")
)
@_PROFILE
@connection_options
@json_option
def plan(profile: Path, connection: Connection, out: Output) -> int:
    """Show what would change on the server of PROFILE, and the DNS records to publish."""
    with planned(profile, connection) as (parts, made):
        out.plan(made.plan, publication(parts, made.requirements, made.seen))
        return exits.PENDING if made.plan.steps else exits.DONE


@click.command("apply", cls=Command, help=N_("Plan, ask, apply, prove; what fails is taken back."))
@_PROFILE
@option("--yes", is_flag=True, help=N_("Apply without asking; never accepts a host key."))
@connection_options
@json_option
def apply_plan(profile: Path, connection: Connection, out: Output, *, yes: bool) -> int:
    """Plan, ask, apply, prove; where an apply was stopped, go on with it."""
    with planned(profile, connection) as (parts, made):
        stopped = setup.stopped_entry(made)
        if stopped is not None:
            _show_stopped(stopped, out, yes=yes)
        elif made.plan.steps:
            _show_plan(made, out, yes=yes)
        heard = _Heard(out)
        done = _carry_out(parts, made, stopped, heard)
        return exits.of_job(done.outcome, heard.findings)


def _show_plan(made: Planned, out: Output, *, yes: bool) -> None:
    out.plan(made.plan, Publication())
    count = len(made.plan.changes)
    question = ngettext(
        "Apply {count} change to {server}?", "Apply {count} changes to {server}?", count
    )
    if not yes:
        agree(
            question.format(count=count, server=visible(made.plan.server)),
            where_to_look=_READ_FIRST,
        )


def _show_stopped(stopped: Entry, out: Output, *, yes: bool) -> None:
    out.entries((stopped,))
    open_steps = sum(step.state != "done" for step in stopped.steps)
    question = ngettext(
        "Go on with {count} step of what {who} stopped?",
        "Go on with {count} steps of what {who} stopped?",
        open_steps,
    )
    if not yes:
        agree(
            question.format(count=open_steps, who=visible(stopped.who)), where_to_look=_READ_FIRST
        )


def _carry_out(parts: Parts, made: Planned, stopped: Entry | None, heard: _Heard) -> Done:
    name = made.requirements.server.name
    with told_when_left(name, parts.confirm_within), stop_on_interrupt() as stop:
        if stopped is not None:
            return setup.carry_on(parts, made, stopped, heard, stop)
        return setup.carry_out(parts, made, heard, stop)


@click.command(
    cls=Command, help=N_("Prove the set-up: Postfix's own checks, a test message, TLS, DNS.")
)
@_PROFILE
@option(
    "--let-out",
    is_flag=True,
    help=N_("Let waiting mail leave although the DNS records are not seen, after asking."),
)
@option("--yes", is_flag=True, help=N_("With --let-out: do not ask."))
@connection_options
@json_option
def verify(profile: Path, connection: Connection, out: Output, *, let_out: bool, yes: bool) -> int:
    """Prove the set-up; with `--json` all findings come at the end, in one object."""
    if let_out and not yes:
        needs_terminal(_LET_OUT_FIRST)
    began = time.monotonic()
    with planned(profile, connection) as (parts, made):
        overrule = overruling(made.requirements.server.name, yes=yes) if let_out else None
        heard = _Heard(out, quiet=out.as_json)
        findings = setup.verify(parts, made, heard, overrule)
        out.findings(findings, time.monotonic() - began, heard.publication)
        return exits.of_findings(findings)


@dataclass(slots=True)
class _Heard:
    """Prints events unless `quiet`; keeps the findings for the exit code, and what to publish."""

    out: Output
    quiet: bool = False
    findings: list[Finding] = field(default_factory=list)
    publication: Publication | None = None

    def __call__(self, event: Event) -> None:
        if isinstance(event, FindingMade):
            self.findings.append(event.finding)
        if isinstance(event, RecordsToPublish):
            self.publication = event.publication
        if not self.quiet:
            self.out.event(event)


COMMANDS = (plan, apply_plan, verify)
