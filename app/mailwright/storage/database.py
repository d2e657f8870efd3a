"""The SQLite database: opened privately, brought up to date, used in transactions."""

from __future__ import annotations

import os
import sqlite3
from contextlib import contextmanager
from threading import RLock
from typing import TYPE_CHECKING

from mailwright.errors import MailwrightError
from mailwright.i18n import N_
from mailwright.storage.migrations import MIGRATIONS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

BUSY_WITHIN = 5.0
"""Seconds to wait for another program that writes (the window and the command line may meet)."""

_OUTSIDE = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOTADB,
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_READONLY,
    }
)
"""Result codes that the machine causes; any other is a mistake of the program."""


def default_path() -> Path:
    """Return where the database of this account is (XDG data folder, AppData, Library)."""
    from platformdirs import user_data_path

    return user_data_path("mailwright", appauthor=False) / "mailwright.db"


class Database:
    """One connection that every thread may use, one transaction at a time.

    The file, its folder and SQLite's own files beside it are for this account alone. Raises
    MailwrightError `storage.newer-schema` for the database of a newer version, and
    `storage.failed` for one that cannot be opened or is damaged.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = RLock()
        _make_private(path)
        with _told(path):
            # Autocommit: transactions begin and end where this class says so.
            self._connection = sqlite3.connect(
                path, timeout=BUSY_WITHIN, isolation_level=None, check_same_thread=False
            )
        try:
            self._prepare()
        except MailwrightError:
            self.close()
            raise

    def close(self) -> None:
        """End the connection."""
        with self._lock:
            self._connection.close()

    def transaction(self) -> AbstractContextManager[sqlite3.Connection]:
        """Lend the connection for one transaction that writes; an exception takes it back.

        Raises MailwrightError `storage.failed` when the disk is full, the file is damaged or
        another program keeps it locked.
        """
        # The lock is taken at once: a later upgrade of a read lock could not wait.
        return self._lent("BEGIN IMMEDIATE")

    def reading(self) -> AbstractContextManager[sqlite3.Connection]:
        """Lend the connection for questions alone, which see one state and block nobody.

        Raises MailwrightError `storage.failed`.
        """
        return self._lent("BEGIN")

    @contextmanager
    def _lent(self, begin: str) -> Iterator[sqlite3.Connection]:
        with self._lock, _told(self._path):
            self._connection.execute(begin)
            try:
                yield self._connection
            except BaseException:
                # A full disk or an I/O error may have ended the transaction already.
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def _prepare(self) -> None:
        with _told(self._path):
            self._connection.row_factory = sqlite3.Row
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute("PRAGMA synchronous = FULL")
            self._connection.execute("PRAGMA foreign_keys = ON")
        with self.transaction() as connection:
            _migrate(connection, self._path)


def _migrate(connection: sqlite3.Connection, path: Path) -> None:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > len(MIGRATIONS):
        raise MailwrightError(
            "storage.newer-schema",
            N_("The database {path} was written by a newer version of Mailwright."),
            remedy=N_("Install the newer version again, or move the file away to start afresh."),
            args={"path": path, "version": version, "known": len(MIGRATIONS)},
        )
    for step in MIGRATIONS[version:]:
        for statement in step:
            connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")


def _make_private(path: Path) -> None:
    # SQLite gives its -wal and -shm files the permissions of the database.
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        path.chmod(0o600)
    except OSError as error:
        raise _failed(path, error.strerror or type(error).__name__) from error


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Turn what the machine refuses into an error for people; mistakes of ours pass through."""
    try:
        yield
    except sqlite3.Error as error:
        # The low byte is the primary result code (sqlite.org/rescode.html).
        if getattr(error, "sqlite_errorcode", -1) & 0xFF not in _OUTSIDE:
            raise
        raise _failed(path, str(error)) from error


def _failed(path: Path, reason: str) -> MailwrightError:
    return MailwrightError(
        "storage.failed",
        N_("The database {path} cannot be used: {reason}"),
        remedy=N_(
            "Look whether the disk is full or another program uses the file. A damaged file can "
            "be moved away; what was applied is still known to each server itself."
        ),
        args={"path": path, "reason": reason},
    )
