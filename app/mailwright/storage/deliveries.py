"""The history of deliveries: what became of each message, and how far each log was read.

Both are stored in one transaction. A program that ends anywhere goes on from there: nothing is
counted twice, and nothing is lost.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite3 import Row

    from mailwright.storage.database import Database


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """A message and what became of it, as JSON in `body`; `last` is its newest line's time."""

    host: str
    queue_id: str
    started: float
    last: float
    is_open: bool
    body: str


@dataclass(frozen=True, slots=True)
class StoredHour:
    """What was counted in one hour (of the epoch), as JSON in `body`."""

    hour: int
    body: str


@dataclass(frozen=True, slots=True)
class Watched:
    """How far a server's log was read (`place`, JSON), and when (seconds since the epoch)."""

    place: str
    read_at: float
    messages: tuple[StoredMessage, ...] = ()
    hours: tuple[StoredHour, ...] = ()


class Deliveries:
    """The deliveries of the servers that this desktop watches.

    Every method raises MailwrightError `storage.failed` where the database cannot be used. A
    server must have been met before (`Journal.meet`).
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def load(self, server: str, since: float) -> Watched | None:
        """Return what was stored since a moment, and every message that is in the queue.

        None for a server that was never watched.
        """
        with self._database.reading() as connection:
            place = connection.execute(
                "SELECT place, read_at FROM watched WHERE server = ?", (server,)
            ).fetchone()
            if place is None:
                return None
            messages = connection.execute(
                "SELECT host, queue_id, started, last, is_open, body FROM messages"
                " WHERE server = ? AND (is_open OR last >= ?) ORDER BY started",
                (server, since),
            ).fetchall()
            hours = connection.execute(
                "SELECT hour, body FROM log_hours WHERE server = ? AND hour >= ? ORDER BY hour",
                (server, int(since) // 3600),
            ).fetchall()
        return Watched(
            place["place"],
            place["read_at"],
            tuple(map(_message, messages)),
            tuple(StoredHour(row["hour"], row["body"]) for row in hours),
        )

    def save(self, server: str, changes: Watched, *, anew: bool = False) -> None:
        """Store how far the log was read, together with the messages and hours that changed.

        With `anew` it is all that there is from now on.
        """
        with self._database.transaction() as connection:
            if anew:
                connection.execute("DELETE FROM watched WHERE server = ?", (server,))
            connection.execute(
                "INSERT INTO watched VALUES (?, ?, ?) ON CONFLICT (server)"
                " DO UPDATE SET place = excluded.place, read_at = excluded.read_at",
                (server, changes.place, changes.read_at),
            )
            connection.executemany(
                "INSERT INTO messages VALUES (?, ?, ?, ?, ?, ?, ?)"
                " ON CONFLICT (server, host, queue_id, started) DO UPDATE"
                " SET last = excluded.last, is_open = excluded.is_open, body = excluded.body",
                (
                    (server, row.host, row.queue_id, row.started, row.last, row.is_open, row.body)
                    for row in changes.messages
                ),
            )
            connection.executemany(
                "INSERT INTO log_hours VALUES (?, ?, ?) ON CONFLICT (server, hour)"
                " DO UPDATE SET body = excluded.body",
                ((server, row.hour, row.body) for row in changes.hours),
            )

    def forget(self, server: str, before: float) -> None:
        """Drop what ended before a moment."""
        with self._database.transaction() as connection:
            connection.execute(
                "DELETE FROM messages WHERE server = ? AND NOT is_open AND last < ?",
                (server, before),
            )
            connection.execute(
                "DELETE FROM log_hours WHERE server = ? AND hour < ?",
                (server, int(before) // 3600),
            )


def _message(row: Row) -> StoredMessage:
    return StoredMessage(
        row["host"],
        row["queue_id"],
        row["started"],
        row["last"],
        bool(row["is_open"]),
        row["body"],
    )
