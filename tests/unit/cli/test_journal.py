from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mailwright.transport.base import CommandResult
from tests.support.examples import REQUIREMENTS
from tests.support.memory import KEY, memory_parts

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.unit.cli.conftest import Ran

JOURNAL = (
    b"entry\t20261124T081003.110Z-3c4ec5\tundone\tno\nwho\tann@desk\ntitle\tSet-up\nfollows\t\n"
    b"step\ttables\tWrite\tundone\n"
)


@pytest.fixture(autouse=True)
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A known server whose journal has one entry, taken back."""
    parts = memory_parts(tmp_path, lambda *_: CommandResult(0, JOURNAL))
    parts.journal.meet(REQUIREMENTS.server)
    parts.host_keys.confirm(REQUIREMENTS.server.host, 22, KEY, "me")
    monkeypatch.setattr("mailwright.cli.journal.build", lambda _files: parts)


def test_the_history_lists_who_did_what(run: Callable[..., Ran]) -> None:
    entry = run("history", "mx1", "--json").shapes[0]["entries"][0]
    assert (entry["state"], entry["who"]) == ("undone", "ann@desk")
    assert entry["steps"] == [{"id": "tables", "title": "Write", "state": "undone"}]
    assert "ann@desk" in run("history", "mx1").out


def test_a_rollback_asks_first(run: Callable[..., Ran]) -> None:
    ran = run("rollback", "mx1")
    assert ran.code == 2
    assert "--yes" in ran.err


def test_nothing_to_take_back_is_done(run: Callable[..., Ran]) -> None:
    ran = run("rollback", "mx1", "--yes", "--json")
    assert ran.code == 0
    assert ran.shapes[-1]["outcome"] == "nothing-to-do"


def test_an_entry_that_does_not_exist_is_an_error(run: Callable[..., Ran]) -> None:
    assert run("rollback", "mx1", "--yes", "--to", "x", "--json").shapes[0]["code"] == (
        "history.no-entry"
    )
