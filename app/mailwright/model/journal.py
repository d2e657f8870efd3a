"""The journal of a server: what was applied there, by whom, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class EntryState(StrEnum):
    """Where an entry of the journal stands.

    `interrupted` is an entry that should be at work while nothing on the server is: the
    server was killed, or its disk was full.
    """

    APPLYING = "applying"
    APPLIED = "applied"
    CONFIRMED = "confirmed"
    STOPPED = "stopped"
    UNDOING = "undoing"
    UNDONE = "undone"
    LEFT = "left"
    INTERRUPTED = "interrupted"

    @property
    def is_final(self) -> bool:
        """Nothing more happens unless a person asks for it, and the lock is free."""
        return self in {EntryState.CONFIRMED, EntryState.UNDONE, EntryState.LEFT}

    @property
    def can_be_undone(self) -> bool:
        """Whether there is anything of it on the server."""
        return self is not EntryState.UNDONE


@dataclass(frozen=True, slots=True)
class EntryStep:
    """A step of an entry: `state` is pending, running, done, failed, undone or left."""

    id: str
    title: str
    state: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One apply, as the server's own journal holds it.

    `id` begins with the UTC time of its start; `who` is the person's account and machine.
    `follows` names the entry that this one completes, so that both go back together.
    """

    id: str
    state: EntryState
    who: str
    title: str
    follows: str | None = None
    steps: tuple[EntryStep, ...] = ()
