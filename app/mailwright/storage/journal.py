"""The desktop's copy of what was applied: entries and events, without any secret's content.

The journal that counts is on the server. This copy answers while the server cannot be reached,
and tells which servers this desktop knows. A window lists these before anything else: what reads
JSON is imported where there is some.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mailwright.model.journal import Entry, EntryState, EntryStep

if TYPE_CHECKING:
    from collections.abc import Callable
    from sqlite3 import Connection, Row

    from mailwright.model.events import Event
    from mailwright.model.server import Server
    from mailwright.storage.database import Database


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event as one JSON object in one line, and when it came (seconds since the epoch)."""

    at: float
    line: str


@dataclass(frozen=True, slots=True)
class KnownServer:
    """A server that this desktop has worked on; `when` is the last time (since the epoch).

    `last_entry` comes without its steps.
    """

    name: str
    last_entry: Entry | None
    when: float


class Journal:
    """Entries and events by server.

    Every method raises MailwrightError `storage.failed` where the database cannot be used.
    """

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock

    def meet(self, server: Server) -> None:
        """Remember a server, and that it was worked on now."""
        import msgspec

        with self._database.transaction() as connection:
            connection.execute(
                "INSERT INTO servers VALUES (?, ?, ?) ON CONFLICT (name)"
                " DO UPDATE SET definition = excluded.definition, seen_at = excluded.seen_at",
                (server.name, msgspec.json.encode(server).decode("utf-8"), self._clock()),
            )

    def server(self, name: str) -> Server | None:
        """Return how to log in to a server that was met; None for any other name."""
        with self._database.reading() as connection:
            row = connection.execute(
                "SELECT definition FROM servers WHERE name = ?", (name,)
            ).fetchone()
        return None if row is None else _server(row["definition"])

    def put(self, server: str, entry: Entry) -> None:
        """Store an entry as the server tells it now, in place of what was known of it.

        The server must have been met.
        """
        with self._database.transaction() as connection:
            connection.execute(
                "INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (server, id)"
                " DO UPDATE SET state = excluded.state, who = excluded.who,"
                " title = excluded.title, follows = excluded.follows, steps = excluded.steps",
                (server, *_columns(entry)),
            )
            connection.execute(
                "UPDATE servers SET seen_at = ? WHERE name = ?", (self._clock(), server)
            )

    def drop(self, server: str, entry: str) -> None:
        """Forget an entry and its events: it never came to be on the server."""
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM entries WHERE server = ? AND id = ?", (server, entry))

    def entries(self, server: str) -> tuple[Entry, ...]:
        """Return the server's entries, the oldest first."""
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT * FROM entries WHERE server = ? ORDER BY id", (server,)
            ).fetchall()
        return tuple(_entry(row, _steps(row["steps"])) for row in rows)

    def append(self, server: str, entry: str, event: Event) -> None:
        """Add an event of an entry that was put before."""
        with self._database.transaction() as connection:
            connection.execute(
                "INSERT INTO events (server, entry, at, line) VALUES (?, ?, ?, ?)",
                (server, entry, self._clock(), event_line(event)),
            )

    def events(self, server: str, entry: str) -> tuple[StoredEvent, ...]:
        """Return the events of an entry in the order in which they came."""
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT at, line FROM events WHERE server = ? AND entry = ? ORDER BY number",
                (server, entry),
            ).fetchall()
        return tuple(StoredEvent(row["at"], row["line"]) for row in rows)

    def known_servers(self) -> tuple[KnownServer, ...]:
        """Return every server that was met, the latest first."""
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT name, seen_at FROM servers ORDER BY seen_at DESC, name"
            ).fetchall()
            return tuple(
                KnownServer(row["name"], _last(connection, row["name"]), row["seen_at"])
                for row in rows
            )

    def forget(self, server: str) -> None:
        """Drop a server with its entries and events."""
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM servers WHERE name = ?", (server,))


def event_line(event: Event) -> str:
    """Return an event as a JSON object in one line; `event` is its kind (`step_started`)."""
    import msgspec

    kind = re.sub(r"(?<!^)(?=[A-Z])", "_", type(event).__name__).lower()
    fields: dict[str, object] = msgspec.to_builtins(event)
    return msgspec.json.encode({"event": kind, **fields}).decode("utf-8")


def _server(definition: str) -> Server:
    import msgspec

    from mailwright.model.server import Server

    return msgspec.json.decode(definition, type=Server)


def _last(connection: Connection, server: str) -> Entry | None:
    row = connection.execute(
        "SELECT * FROM entries WHERE server = ? ORDER BY id DESC LIMIT 1", (server,)
    ).fetchone()
    return None if row is None else _entry(row, ())


def _columns(entry: Entry) -> tuple[str | None, ...]:
    import msgspec

    steps = msgspec.json.encode(entry.steps).decode("utf-8")
    return (entry.id, entry.state.value, entry.who, entry.title, entry.follows, steps)


def _steps(encoded: str) -> tuple[EntryStep, ...]:
    import msgspec

    return msgspec.json.decode(encoded, type=tuple[EntryStep, ...])


def _entry(row: Row, steps: tuple[EntryStep, ...]) -> Entry:
    return Entry(
        id=row["id"],
        state=EntryState(row["state"]),
        who=row["who"],
        title=row["title"],
        follows=row["follows"],
        steps=steps,
    )
