"""A plan: the differences between what a server is and what it should be."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Action(StrEnum):
    """What happens to a thing."""

    ADD = "add"
    CHANGE = "change"
    REMOVE = "remove"


@dataclass(frozen=True, slots=True)
class Change:
    """One difference, as a person reads it.

    `before` and `after` are texts that may be shown (`(secret)` stands for a secret;
    None for "not there"); `why` says for what it is needed; `undoable` is False for what
    cannot be taken back.
    """

    id: str
    action: Action
    before: str | None
    after: str | None
    why: str
    undoable: bool = True


@dataclass(frozen=True, slots=True)
class Step:
    """All changes that one command makes, as shell text for the runner on the server.

    `guard` fails when the server is no longer what the plan saw; `saves` are the paths
    that are copied into the journal first; `do` makes the change, `undo` takes it back
    from the saved copies; `blobs` are file contents, which reach `do` as files under
    `$stage` and never appear in any of the texts.
    """

    id: str
    title: str
    guard: str
    saves: tuple[str, ...]
    do: str
    undo: str
    changes: tuple[Change, ...]
    blobs: tuple[bytes, ...] = field(default=(), repr=False)
    timeout: int = 120


@dataclass(frozen=True, slots=True)
class Plan:
    """What would be done on a server, and nothing else: an empty plan has no steps.

    `reload` and `reload_after_undo` run once at the end of an apply and of an undo;
    `cautions` are sentences to read before agreeing.
    """

    server: str
    steps: tuple[Step, ...]
    reload: str = ""
    reload_after_undo: str = ""
    cautions: tuple[str, ...] = ()

    @property
    def changes(self) -> tuple[Change, ...]:
        """Every difference in the order in which it is made."""
        return tuple(change for step in self.steps for change in step.changes)
