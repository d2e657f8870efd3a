"""What a wizard's field and page are: data that a window or a command line can draw."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from mailwright.interview.answers import Answers, value


class Kind(StrEnum):
    """What a field holds, and so how it is asked for."""

    TEXT = "text"
    INTEGER = "integer"
    CHOICE = "choice"
    CHOICES = "choices"
    HOST = "host"
    EMAIL = "email"
    FILE = "file"
    LIST = "list"


@dataclass(frozen=True, slots=True)
class Choice:
    """A value of a field and its label, a message id (or a service's own name)."""

    value: str
    label: str


def no_choices() -> tuple[Choice, ...]:
    """Return what a field without choices offers."""
    return ()


def always(_answers: Answers) -> bool:
    """Tell that a field is asked whatever the other answers are."""
    return True


@dataclass(frozen=True, slots=True)
class Field:
    """One question. `id` is the dotted TOML path; `label` and `help` are message ids.

    `choices()` is what can be chosen; `relevant(answers)` tells whether the question arises at
    all. `needed` fields must be answered where they are relevant. `advanced` ones are folded
    away at first.
    """

    id: str
    kind: Kind
    label: str
    help: str
    needed: bool = False
    advanced: bool = False
    choices: Callable[[], tuple[Choice, ...]] = no_choices
    relevant: Callable[[Answers], bool] = always

    @property
    def default(self) -> object:
        """The answer before anybody answered."""
        return value(Answers(), self.id)


@dataclass(frozen=True, slots=True)
class SecretQuestion:
    """A secret that a page asks for: it goes to the keyring, never into the answers.

    `kind` is a value of `mailwright.secrets.SecretKind`.
    """

    kind: str
    label: str
    help: str
    relevant: Callable[[Answers], bool] = always


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the wizard; `title` and `intro` are message ids."""

    id: str
    title: str
    intro: str
    fields: tuple[Field, ...]
    secrets: tuple[SecretQuestion, ...] = field(default=())
