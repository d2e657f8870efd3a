from __future__ import annotations

import io
import os
import sys
from typing import TYPE_CHECKING

import click

from mailwright.cli.world import World, at_terminal, world
from mailwright.secrets import KeyringSecrets
from mailwright.transport.ssh import connect

if TYPE_CHECKING:
    import pytest


def test_the_world_is_real_unless_another_one_is_given() -> None:
    with click.Context(click.Command("x")):
        real = world()
        assert world() is real
    assert isinstance(real.keyring(), KeyringSecrets)
    assert real.parts({}).connect is connect
    mine = World(at_terminal=lambda: True)
    with click.Context(click.Command("x"), obj=mine):
        assert world() is mine


def test_a_person_can_be_asked_where_both_ends_are_a_terminal(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ours, theirs = os.openpty()
    with open(ours, closefd=True), open(theirs, "w", closefd=True) as terminal:  # noqa: PTH123 - it has a number, no path
        monkeypatch.setattr(sys, "stdin", terminal)
        monkeypatch.setattr(sys, "stderr", terminal)
        assert at_terminal()
        monkeypatch.setattr(sys, "stderr", io.StringIO())
        assert not at_terminal()
