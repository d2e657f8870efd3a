"""What was applied on a server, and the way back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mailwright.engine.apply import Job, roll_back
from mailwright.errors import MailwrightError
from mailwright.i18n import N_
from mailwright.model.events import Done, Event, Outcome
from mailwright.usecases.connection import open_session
from mailwright.usecases.journal import copy_journal

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mailwright.model.journal import Entry
    from mailwright.model.server import Server
    from mailwright.usecases.parts import AskHostKey, Parts


def history(parts: Parts, server: Server, ask: AskHostKey) -> tuple[Entry, ...]:
    """The server's journal, oldest first; a copy stays on the desktop.

    Raises MailwrightError when the server cannot be asked.
    """
    session = open_session(parts, server, ask)
    try:
        parts.journal.meet(server)
        return copy_journal(parts, session, server.name)
    finally:
        session.transport.close()


def take_back(
    parts: Parts,
    server: Server,
    ask: AskHostKey,
    emit: Callable[[Event], None],
    to: str | None = None,
    agreed: Sequence[str] | None = None,
) -> Done:
    """Make the server what it was before entry `to`, or before the last set-up.

    Entries go back newest first; what follows a set-up goes back with it. The last event is
    `Done`. `agreed` are the entries that a person has seen and agreed to take back.
    Raises MailwrightError `history.no-entry` for a name that the journal lacks, and
    `history.changed` where other entries than those agreed to would go back.
    """
    session = open_session(parts, server, ask)
    try:
        parts.journal.meet(server)
        entries = copy_journal(parts, session, server.name)
        chosen = to_undo(entries, to)
        if agreed is not None and [entry.id for entry in chosen] != list(agreed):
            raise _changed(server)
        done = roll_back(Job(session, emit), chosen, parts.confirm_within)
        if done.outcome is not Outcome.INTERRUPTED:
            copy_journal(parts, session, server.name)
    finally:
        session.transport.close()
    emit(done)
    return done


def to_undo(entries: Sequence[Entry], to: str | None) -> tuple[Entry, ...]:
    """The entries that must go back, newest first; pure."""
    alive = [entry for entry in entries if entry.state.can_be_undone]
    if to is None:
        roots = [entry.id for entry in alive if entry.follows is None]
        first = roots[-1] if roots else (alive[-1].id if alive else "")
    elif all(entry.id != to for entry in entries):
        raise MailwrightError(
            "history.no-entry",
            N_("The server's journal has no entry {entry}."),
            remedy=N_("List them with: mailwright history SERVER"),
            args={"entry": to},
        )
    else:
        first = to
    return tuple(entry for entry in reversed(alive) if entry.id >= first)


def _changed(server: Server) -> MailwrightError:
    return MailwrightError(
        "history.changed",
        N_("Something was applied on {server} since you looked."),
        remedy=N_("Look again with: mailwright history SERVER"),
        args={"server": server.name},
    )
