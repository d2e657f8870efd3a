from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from mailwright.storage import database as module
from mailwright.storage.database import Database
from mailwright.storage.migrations import MIGRATIONS

if TYPE_CHECKING:
    from pathlib import Path

RELEASED: tuple[str, ...] = ()
"""SHA-256 of each step that a released version has taken; a step joins at its release."""


def version(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        (number,) = connection.execute("PRAGMA user_version").fetchone()
    assert isinstance(number, int)
    return number


def test_released_steps_are_not_edited() -> None:
    digests = [hashlib.sha256("\0".join(step).encode()).hexdigest() for step in MIGRATIONS]
    assert tuple(digests[: len(RELEASED)]) == RELEASED


def test_a_new_database_takes_every_step_and_an_old_one_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.db"
    Database(path).close()
    assert version(path) == len(MIGRATIONS)
    more = (*MIGRATIONS, ("CREATE TABLE later (a TEXT) STRICT", "INSERT INTO later VALUES ('x')"))
    monkeypatch.setattr(module, "MIGRATIONS", more)
    for _time in range(2):
        Database(path).close()
        assert version(path) == len(more)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT count(*) FROM later").fetchone() == (1,)


def test_a_step_that_fails_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.db"
    Database(path).close()
    broken = (*MIGRATIONS, ("CREATE TABLE later (a TEXT) STRICT", "no SQL"))
    monkeypatch.setattr(module, "MIGRATIONS", broken)
    with pytest.raises(sqlite3.OperationalError):
        Database(path)
    assert version(path) == len(MIGRATIONS)
    with closing(sqlite3.connect(path)) as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_schema")]
    assert "later" not in tables
