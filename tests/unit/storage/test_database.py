from __future__ import annotations

import sqlite3
import stat
import threading
from typing import TYPE_CHECKING

import pytest

from mailwright.errors import MailwrightError
from mailwright.storage import database as module
from mailwright.storage.database import Database, default_path
from mailwright.storage.migrations import MIGRATIONS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "mailwright.db"


@pytest.fixture
def database(path: Path) -> Iterator[Database]:
    opened = Database(path)
    yield opened
    opened.close()


def count(database: Database) -> int:
    with database.reading() as connection:
        (number,) = connection.execute("SELECT count(*) FROM servers").fetchone()
    assert isinstance(number, int)
    return number


def add(database: Database, name: str) -> None:
    with database.transaction() as connection:
        connection.execute("INSERT INTO servers VALUES (?, 'h', 0)", (name,))


def test_everything_is_for_this_account_alone(database: Database, path: Path) -> None:
    add(database, "mx1")
    files = sorted(file.name for file in path.parent.iterdir())
    assert files == ["mailwright.db", "mailwright.db-shm", "mailwright.db-wal"]
    for file in path.parent.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_file_that_others_could_read_is_closed_to_them(path: Path) -> None:
    Database(path).close()
    path.chmod(0o644)
    Database(path).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_it_waits_for_the_disk_and_checks_references(database: Database) -> None:
    with database.reading() as connection:
        (mode,) = connection.execute("PRAGMA journal_mode").fetchone()
        (keys,) = connection.execute("PRAGMA foreign_keys").fetchone()
    assert (mode, keys) == ("wal", 1)
    with pytest.raises(sqlite3.IntegrityError), database.transaction() as connection:
        connection.execute("INSERT INTO entries VALUES ('none', 'i', 's', 'w', 't', NULL, '[]')")


def test_tables_are_strict(database: Database) -> None:
    with pytest.raises(sqlite3.IntegrityError), database.transaction() as connection:
        connection.execute("INSERT INTO servers VALUES ('mx1', 'h', 'noon')")


def test_an_exception_takes_the_transaction_back(database: Database) -> None:
    with pytest.raises(sqlite3.IntegrityError), database.transaction() as connection:
        connection.executemany("INSERT INTO servers VALUES (?, 'h', 0)", [("mx1",), (None,)])
    assert count(database) == 0
    add(database, "mx1")
    assert count(database) == 1


def test_threads_take_turns(database: Database) -> None:
    def work(number: int) -> None:
        for turn in range(20):
            add(database, f"{number}-{turn}")

    threads = [threading.Thread(target=work, args=(number,)) for number in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert count(database) == 100


def test_two_programs_see_each_others_work(database: Database, path: Path) -> None:
    other = Database(path)
    add(other, "mx1")
    add(database, "mx2")
    assert count(other) == count(database) == 2
    other.close()


def test_a_reader_does_not_wait_for_a_writer(database: Database, path: Path) -> None:
    other = Database(path)
    with other.transaction() as connection:
        connection.execute("INSERT INTO servers VALUES ('mx1', 'h', 0)")
        assert count(database) == 0
    assert count(database) == 1
    other.close()


def test_a_writer_that_never_ends_is_told(
    database: Database, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BUSY_WITHIN", 0.1)
    other = Database(path)
    with database.transaction(), pytest.raises(MailwrightError, match="locked") as caught:
        add(other, "mx1")
    assert caught.value.code == "storage.failed"
    other.close()


def test_a_newer_schema_is_refused_and_left_alone(path: Path) -> None:
    Database(path).close()
    newer = sqlite3.connect(path)
    newer.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    newer.close()
    before = path.read_bytes()
    with pytest.raises(MailwrightError, match="newer version") as caught:
        Database(path)
    assert caught.value.code == "storage.newer-schema"
    assert path.read_bytes() == before


@pytest.mark.parametrize("content", [b"this is no database, whatever its name says" * 100])
def test_what_is_no_database_is_told(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    with pytest.raises(MailwrightError, match="not a database") as caught:
        Database(path)
    assert caught.value.code == "storage.failed"
    assert path.read_bytes() == content


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(MailwrightError) as caught:
        Database(tmp_path / "file" / "mailwright.db")
    assert caught.value.code == "storage.failed"
    assert str(tmp_path) in caught.value.message


def test_a_mistake_of_the_program_is_not_hidden(database: Database) -> None:
    with pytest.raises(sqlite3.OperationalError), database.transaction() as connection:
        connection.execute("SELECT * FROM no_such_table")


def test_a_full_database_is_told_and_stays_whole(database: Database) -> None:
    with database.reading() as connection:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {pages}")
    names = ((f"server {number}",) for number in range(10_000))
    with pytest.raises(MailwrightError, match="full"), database.transaction() as connection:
        connection.executemany("INSERT INTO servers VALUES (?, 'h', 0)", names)
    assert count(database) == 0


def test_the_place_is_the_accounts_own_data_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert default_path() == tmp_path / "mailwright" / "mailwright.db"
