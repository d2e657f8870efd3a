"""Where a command's results go: text for people, or one JSON object a line."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from mailwright.cli import shapes, texts
from mailwright.interview import FieldErrors

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mailwright.errors import MailwrightError
    from mailwright.model.events import Event
    from mailwright.model.finding import Finding
    from mailwright.model.journal import Entry
    from mailwright.model.plan import Plan
    from mailwright.model.publication import Publication
    from mailwright.usecases.diagnose import Diagnosis


@dataclass(frozen=True, slots=True)
class Output:
    """Prints results, as JSON when `as_json`."""

    as_json: bool

    def shape(self, shape: shapes.Shape) -> None:
        """Print a JSON object in one line.

        All but ASCII is escaped (RFC 8259 section 7): no terminal and no encoding can spoil it,
        and nothing from outside can steer a terminal.
        """
        click.echo(json.dumps({"schema_version": shapes.SCHEMA_VERSION, **shape}))

    def text(self, text: str) -> None:
        """Print a line for people; nothing when the output is JSON."""
        if not self.as_json:
            click.echo(text)

    def plan(self, plan: Plan, publication: Publication) -> None:
        """Print a plan, and what is missing in the DNS."""
        if self.as_json:
            self.shape({"event": "plan", **shapes.of_plan(plan, publication)})
        else:
            _print(texts.of_plan(plan, publication))

    def event(self, event: Event) -> None:
        """Print an event as it comes: progress to standard error, results to standard output."""
        if self.as_json:
            self.shape(shapes.of_event(event))
        else:
            _print(texts.of_event(event), err=texts.is_progress(event))

    def findings(
        self, findings: list[Finding], seconds: float, publication: Publication | None = None
    ) -> None:
        """Print the end of a proof; as text the findings were printed as they came."""
        if self.as_json:
            self.shape(shapes.of_findings(findings, seconds, publication))

    def diagnosis(self, domain: str, diagnosis: Diagnosis) -> None:
        """Print the end of a diagnosis; as text its findings were printed as they came."""
        if self.as_json:
            self.shape(shapes.of_diagnosis(domain, diagnosis))
        else:
            _print(texts.of_diagnosis(diagnosis))

    def entries(self, entries: tuple[Entry, ...]) -> None:
        """Print a journal, oldest first."""
        if self.as_json:
            self.shape({"event": "entries", **shapes.of_entries(entries)})
        else:
            _print(texts.of_entries(entries))

    def error(self, error: MailwrightError) -> None:
        """Print an error to standard error, and in JSON to standard output besides."""
        if self.as_json:
            self.shape(shapes.of_error(error))
        click.echo(error.message, err=True)
        if isinstance(error, FieldErrors):
            _print(texts.of_field_errors(error.errors), err=True)
        if error.remedy:
            click.echo(error.remedy, err=True)


def _print(lines: Iterable[str], *, err: bool = False) -> None:
    for line in lines:
        click.echo(line, err=err)
