"""What the commands reach out to: real, unless somebody hands another world to the program."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from mailwright.model.requirements import Asking
    from mailwright.secrets.secret import SecretKind
    from mailwright.secrets.store import SecretStore
    from mailwright.usecases.diagnose import Outside
    from mailwright.usecases.parts import Parts


def at_terminal() -> bool:
    """Tell whether a person can be asked: questions go to standard error."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def _real_parts(secret_files: Mapping[SecretKind, Path]) -> Parts:
    from mailwright.bootstrap import build

    return build(secret_files)


def _real_keyring() -> SecretStore:
    from mailwright.secrets.keyring_store import KeyringSecrets

    return KeyringSecrets()


def _real_outside(asking: Asking, seconds: float) -> Outside:
    from mailwright.bootstrap import outside

    return outside(asking, seconds)


class World:
    """What a command works with; `program.main(…, obj=World(…))` gives it another one.

    `parts` makes the parts of the use cases, reading the secrets of some kinds from files;
    `keyring` opens where `mailwright secret` stores; `at_terminal` tells whether a person can be
    asked; `outside` makes what a diagnosis of so many seconds asks.
    """

    def __init__(
        self,
        parts: Callable[[Mapping[SecretKind, Path]], Parts] = _real_parts,
        keyring: Callable[[], SecretStore] = _real_keyring,
        at_terminal: Callable[[], bool] = at_terminal,
        outside: Callable[[Asking, float], Outside] = _real_outside,
    ) -> None:
        self.parts = parts
        self.keyring = keyring
        self.at_terminal = at_terminal
        self.outside = outside


def world() -> World:
    """Return the world of the command that runs."""
    return click.get_current_context().ensure_object(World)
