"""`mailwright plan`, `apply` and `verify`: the main job."""

from __future__ import annotations

import signal
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mailwright.bootstrap import build
from mailwright.cli import exits
from mailwright.cli.asking import at_terminal, confirmed, host_key_question
from mailwright.cli.main import connection_options, json_option
from mailwright.cli.output import Output
from mailwright.errors import MailwrightError
from mailwright.i18n import N_, ngettext
from mailwright.interview import profile_requirements
from mailwright.model.events import Event, FindingMade
from mailwright.storage.profiles import read_profile
from mailwright.usecases import setup
from mailwright.usecases.dns import records_to_publish

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mailwright.model.finding import Finding
    from mailwright.model.plan import Plan
    from mailwright.secrets.secret import SecretKind
    from mailwright.usecases.parts import Parts
    from mailwright.usecases.setup import Planned

_PROFILE = click.argument("profile", type=click.Path(path_type=Path, dir_okay=False))
SecretFiles = tuple[tuple["SecretKind", Path], ...]


@contextmanager
def planned(
    profile: Path, host_key: str | None, secret_files: SecretFiles
) -> Iterator[tuple[Parts, Planned]]:
    """Read the profile, connect and plan; the connection ends with the block."""
    requirements = profile_requirements(read_profile(profile))
    parts = build(dict(secret_files))
    made = setup.plan(parts, requirements, host_key_question(host_key))
    try:
        yield parts, made
    finally:
        made.close()


@click.command(
    help=N_("Show what would change on the server of PROFILE; nothing is written."),
)
@_PROFILE
@connection_options
@json_option
def plan(profile: Path, host_key: str | None, secret_files: SecretFiles, out: Output) -> int:
    """Show what would change on the server of PROFILE; nothing is written."""
    with planned(profile, host_key, secret_files) as (parts, made):
        out.plan(made.plan, records_to_publish(parts, made.requirements))
        return exits.PENDING if made.plan.steps else exits.DONE


@click.command("apply", help=N_("Plan, ask, apply, prove. What fails is taken back."))
@_PROFILE
@click.option("--yes", is_flag=True, help=N_("Apply without asking; never accepts a host key."))
@connection_options
@json_option
def apply_plan(
    profile: Path, host_key: str | None, secret_files: SecretFiles, out: Output, *, yes: bool
) -> int:
    """Plan, ask, apply, prove. What fails is taken back."""
    with planned(profile, host_key, secret_files) as (parts, made):
        heard = _Heard(out)
        stopped = setup.stopped_entry(made)
        if stopped is None and made.plan.steps and not yes:
            out.plan(made.plan, ())
            _ask(made.plan)
        with stop_on_interrupt() as stop:
            if stopped is not None:
                done = setup.carry_on(parts, made, stopped, heard, stop)
            else:
                done = setup.carry_out(parts, made, heard, stop)
        return exits.of_job(done.outcome, heard.findings)


@click.command(
    help=N_("Prove the set-up: Postfix's own checks, a test message, TLS, DNS."),
)
@_PROFILE
@connection_options
@json_option
def verify(profile: Path, host_key: str | None, secret_files: SecretFiles, out: Output) -> int:
    """Prove the set-up: Postfix's own checks, a test message, TLS, DNS."""
    began = time.monotonic()
    with planned(profile, host_key, secret_files) as (parts, made):
        heard = _Heard(Output(as_json=False), quiet=out.as_json)
        findings = setup.verify(parts, made, heard)
        out.findings(findings, time.monotonic() - began)
        return exits.of_findings(findings)


class _Heard:
    """Prints events and keeps the findings for the exit code."""

    def __init__(self, out: Output, *, quiet: bool = False) -> None:
        self._out = out
        self._quiet = quiet
        self.findings: list[Finding] = []

    def __call__(self, event: Event) -> None:
        if isinstance(event, FindingMade):
            self.findings.append(event.finding)
        if not self._quiet:
            self._out.event(event)


def _ask(plan: Plan) -> None:
    if not at_terminal():
        raise MailwrightError(
            "cli.no-terminal",
            N_("Nobody can be asked: there is no terminal."),
            remedy=N_("Read the plan first with: mailwright plan PROFILE. Then add --yes."),
        )
    count = len(plan.changes)
    question = ngettext(
        "Apply {count} change to {server}?", "Apply {count} changes to {server}?", count
    )
    if not confirmed(question.format(count=count, server=plan.server)):
        raise click.Abort


@contextmanager
def stop_on_interrupt() -> Iterator[Callable[[], bool]]:
    """Take the first Ctrl+C as the wish to stop after this step; the second ends the program."""
    wished = False

    def wish(_number: int, _frame: object) -> None:
        nonlocal wished
        if wished:
            raise KeyboardInterrupt
        wished = True

    before = signal.signal(signal.SIGINT, wish)
    try:
        yield lambda: wished
    finally:
        signal.signal(signal.SIGINT, before)


COMMANDS = (plan, apply_plan, verify)
