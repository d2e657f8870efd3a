"""The database's schema, as the steps that lead to it.

A step is never edited once released; a change is a new step at the end. `PRAGMA user_version`
counts the steps that a database has taken. Times are seconds since the epoch, UTC.
"""

from __future__ import annotations

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        """
        CREATE TABLE host_keys (
            host TEXT NOT NULL,
            port INTEGER NOT NULL,
            algorithm TEXT NOT NULL,
            blob BLOB NOT NULL,
            confirmed_by TEXT NOT NULL,
            confirmed_at REAL NOT NULL,
            PRIMARY KEY (host, port)
        ) STRICT
        """,
        """
        CREATE TABLE servers (
            name TEXT NOT NULL PRIMARY KEY,
            definition TEXT NOT NULL,
            seen_at REAL NOT NULL
        ) STRICT
        """,
        """
        CREATE TABLE entries (
            server TEXT NOT NULL REFERENCES servers (name) ON DELETE CASCADE,
            id TEXT NOT NULL,
            state TEXT NOT NULL,
            who TEXT NOT NULL,
            title TEXT NOT NULL,
            follows TEXT,
            steps TEXT NOT NULL,
            PRIMARY KEY (server, id)
        ) STRICT
        """,
        """
        CREATE TABLE events (
            number INTEGER PRIMARY KEY,
            server TEXT NOT NULL,
            entry TEXT NOT NULL,
            at REAL NOT NULL,
            line TEXT NOT NULL,
            FOREIGN KEY (server, entry) REFERENCES entries (server, id) ON DELETE CASCADE
        ) STRICT
        """,
        "CREATE INDEX events_of_entry ON events (server, entry)",
    ),
    (
        """
        CREATE TABLE watched (
            server TEXT NOT NULL PRIMARY KEY REFERENCES servers (name) ON DELETE CASCADE,
            place TEXT NOT NULL,
            read_at REAL NOT NULL
        ) STRICT
        """,
        """
        CREATE TABLE messages (
            server TEXT NOT NULL REFERENCES watched (server) ON DELETE CASCADE,
            host TEXT NOT NULL,
            queue_id TEXT NOT NULL,
            started REAL NOT NULL,
            last REAL NOT NULL,
            is_open INTEGER NOT NULL,
            body TEXT NOT NULL,
            PRIMARY KEY (server, host, queue_id, started)
        ) STRICT, WITHOUT ROWID
        """,
        "CREATE INDEX messages_by_time ON messages (server, last)",
        "CREATE INDEX messages_in_queue ON messages (server) WHERE is_open",
        """
        CREATE TABLE log_hours (
            server TEXT NOT NULL REFERENCES watched (server) ON DELETE CASCADE,
            hour INTEGER NOT NULL,
            body TEXT NOT NULL,
            PRIMARY KEY (server, hour)
        ) STRICT, WITHOUT ROWID
        """,
    ),
)
