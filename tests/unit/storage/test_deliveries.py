from __future__ import annotations

import sqlite3
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from mailwright.model.server import Server
from mailwright.storage.database import Database
from mailwright.storage.deliveries import Deliveries, StoredHour, StoredMessage, Watched
from mailwright.storage.journal import Journal

if TYPE_CHECKING:
    from pathlib import Path

MESSAGE = StoredMessage("mx1", "A1", 100.0, 200.0, True, "{}")


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return Database(tmp_path / "a.db")


@pytest.fixture
def deliveries(database: Database) -> Deliveries:
    for name in ("mx1", "mx2"):
        Journal(database).meet(Server(name, f"{name}.example"))
    return Deliveries(database)


def test_a_server_that_was_never_watched_has_nothing(deliveries: Deliveries) -> None:
    assert deliveries.load("mx1", 0) is None
    deliveries.save("mx1", Watched("place", 1.0))
    assert deliveries.load("mx2", 0) is None


def test_what_was_stored_comes_back(deliveries: Deliveries) -> None:
    hours = (StoredHour(0, "a"), StoredHour(2, "b"))
    deliveries.save("mx1", Watched("place", 9.0, (MESSAGE,), hours))
    found = deliveries.load("mx1", 0)
    assert found is not None
    assert (found.place, found.read_at) == ("place", 9.0)
    assert (found.messages, found.hours) == ((MESSAGE,), hours)


def test_a_message_is_stored_in_place_of_what_it_was(deliveries: Deliveries) -> None:
    deliveries.save("mx1", Watched("one", 1.0, (MESSAGE,), (StoredHour(0, "a"),)))
    ended = replace(MESSAGE, last=300.0, is_open=False, body='{"x":1}')
    another = replace(MESSAGE, started=250.0)
    deliveries.save("mx1", Watched("two", 2.0, (ended, another), (StoredHour(0, "b"),)))
    found = deliveries.load("mx1", 0)
    assert found is not None
    assert found.place == "two"
    assert found.messages == (ended, another)
    assert found.hours == (StoredHour(0, "b"),)


def test_old_messages_are_left_out_unless_they_are_in_the_queue(deliveries: Deliveries) -> None:
    ended = replace(MESSAGE, queue_id="B1", is_open=False)
    deliveries.save("mx1", Watched("place", 1.0, (MESSAGE, ended), (StoredHour(0, "a"),)))
    found = deliveries.load("mx1", 4000.0)
    assert found is not None
    assert (found.messages, found.hours) == ((MESSAGE,), ())
    deliveries.forget("mx1", 4000.0)
    found = deliveries.load("mx1", 0)
    assert found is not None
    assert (found.messages, found.hours) == ((MESSAGE,), ())


def test_one_server_forgets_alone(deliveries: Deliveries, database: Database) -> None:
    ended = replace(MESSAGE, is_open=False)
    for name in ("mx1", "mx2"):
        deliveries.save(name, Watched("place", 1.0, (ended,)))
    deliveries.forget("mx1", 4000.0)
    found = deliveries.load("mx2", 0)
    assert found is not None
    assert found.messages == (ended,)
    Journal(database).forget("mx2")
    assert deliveries.load("mx2", 0) is None
    with database.reading() as connection:
        assert connection.execute("SELECT count(*) FROM messages").fetchone()[0] == 0


def test_a_save_that_breaks_stores_neither_the_place_nor_a_part(deliveries: Deliveries) -> None:
    deliveries.save("mx1", Watched("one", 1.0, (MESSAGE,)))
    broken = replace(MESSAGE, queue_id="B1", body=None)  # type: ignore[arg-type] # SQLite refuses it
    changed = replace(MESSAGE, body="changed")
    with pytest.raises(sqlite3.IntegrityError):
        deliveries.save("mx1", Watched("two", 2.0, (changed, broken)), anew=True)
    found = deliveries.load("mx1", 0)
    assert found is not None
    assert (found.place, found.messages) == ("one", (MESSAGE,))


def test_what_is_stored_anew_is_all_that_there_is(deliveries: Deliveries) -> None:
    deliveries.save("mx1", Watched("one", 1.0, (MESSAGE,), (StoredHour(0, "a"),)))
    deliveries.save("mx2", Watched("other", 1.0, (MESSAGE,)))
    another = replace(MESSAGE, started=50.0)
    deliveries.save("mx1", Watched("two", 2.0, (another,)), anew=True)
    assert deliveries.load("mx1", 0) == Watched("two", 2.0, (another,))
    other = deliveries.load("mx2", 0)
    assert other is not None
    assert other.messages == (MESSAGE,)
