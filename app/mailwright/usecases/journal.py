"""The desktop's copy of servers' journals, and what may be written into it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mailwright.engine import remote
from mailwright.model.events import Event, FindingMade, StepFailed
from mailwright.secrets.masking import masked

if TYPE_CHECKING:
    from mailwright.engine.progress import Session
    from mailwright.model.finding import Finding
    from mailwright.model.journal import Entry
    from mailwright.secrets.secret import Secret
    from mailwright.usecases.parts import Parts


def copy_journal(parts: Parts, session: Session, server: str) -> tuple[Entry, ...]:
    """Bring the server's journal to the desktop; returns it, oldest first.

    Raises MailwrightError when the connection breaks.
    """
    found = remote.entries(session.transport)
    for entry in found:
        parts.journal.put(server, entry)
    return found


def without_secret(event: Event, password: Secret | None) -> Event:
    """The event as it may be shown and kept: a server may have repeated the password to us."""
    if password is None:
        return event
    if isinstance(event, StepFailed):
        return replace(event, output=masked(event.output, [password]))
    if isinstance(event, FindingMade):
        return FindingMade(masked_finding(event.finding, password))
    return event


def masked_finding(finding: Finding, password: Secret | None) -> Finding:
    """The finding without the password, whatever form a server gave it."""
    if password is None:
        return finding
    return replace(finding, evidence=masked(finding.evidence, [password]))
