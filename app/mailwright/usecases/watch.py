"""Watch a server: its deliveries and its queue, as snapshots that come every few seconds.

The watch has a connection of its own, so that what happens to it never touches an apply, nor an
apply the watch. It only reads. When the connection breaks it connects again and goes on where
it was; until then the last figures stand, with their age.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mailwright.errors import MailwrightError
from mailwright.usecases.connection import open_session
from mailwright.usecases.lane import (
    DISCONNECTED,
    GAP,
    LOG_GONE,
    LOG_UNREADABLE,
    NO_LOG,
    NO_QUEUE,
    NOT_RUNNING,
    QUEUE_UNREADABLE,
    Lane,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from mailwright.engine.progress import Session
    from mailwright.model.figures import Snapshot
    from mailwright.model.server import Server
    from mailwright.usecases.parts import AskHostKey, Parts

__all__ = [
    "DISCONNECTED",
    "GAP",
    "LOG_GONE",
    "LOG_UNREADABLE",
    "NOT_RUNNING",
    "NO_LOG",
    "NO_QUEUE",
    "QUEUE_UNREADABLE",
    "WatchOptions",
    "watch",
]

PAUSES = (1.0, 2.0, 5.0, 10.0, 15.0)
"""Seconds before each new attempt to connect; the last holds for all further ones."""

REFUSALS = 5
"""Logins in a row that may be refused: a server that starts up refuses for a while."""

_SLICE = 0.2
_COMES_BACK = frozenset({"transport.lost", "transport.unreachable"})
_MAY_COME_BACK = frozenset({"transport.login-refused", "transport.no-shell"})


@dataclass(frozen=True, slots=True)
class WatchOptions:
    """`interval` seconds between looks, figures over `hours`; `once` for one snapshot."""

    interval: float = 5.0
    hours: int = 24
    once: bool = False


def watch(
    parts: Parts,
    server: Server,
    ask: AskHostKey,
    emit: Callable[[Snapshot], None],
    stop: Callable[[], bool],
    options: WatchOptions = WatchOptions(),
) -> Snapshot:
    """Emit snapshots until `stop`, or until one is complete where it is wanted once.

    Returns the last. Raises MailwrightError where the server cannot be reached at the start or
    its key is not confirmed, and `storage.failed`; later only for what does not pass by itself.
    """
    session = open_session(parts, server, ask)
    try:
        parts.journal.meet(server)
        lane = Lane(parts, server.name, options.hours)
        lane.load()
        while True:
            if options.once:
                more = lane.look(session.transport)
            else:
                more = _look(lane, session, emit, stop)
            snapshot = lane.snapshot(is_complete=not more)
            emit(snapshot)
            if stop() or (options.once and not more):
                return snapshot
            if not more:
                _pause(options.interval, stop)
    finally:
        session.transport.close()


def _look(
    lane: Lane, session: Session, emit: Callable[[Snapshot], None], stop: Callable[[], bool]
) -> bool:
    """Look, connecting again as often as it takes; True where more is to be read at once."""
    while True:
        try:
            return lane.look(session.transport)
        except MailwrightError as error:
            if error.code not in _COMES_BACK:
                raise
            lane.disconnected = error
            emit(lane.snapshot())
            if not _connected(lane, session, emit, stop):
                return False


def _connected(
    lane: Lane, session: Session, emit: Callable[[Snapshot], None], stop: Callable[[], bool]
) -> bool:
    """Connect again; False where the person stops before that."""
    refused = attempt = 0
    while not stop():
        _pause(PAUSES[min(attempt, len(PAUSES) - 1)], stop)
        attempt += 1
        try:
            session.transport.close()
            session.transport = session.reconnect()
        except MailwrightError as error:
            refused += error.code in _MAY_COME_BACK
            if error.code not in _COMES_BACK | _MAY_COME_BACK or refused >= REFUSALS:
                raise
            lane.disconnected = error
            emit(lane.snapshot())
        else:
            return True
    return False


def _pause(seconds: float, stop: Callable[[], bool]) -> None:
    due = time.monotonic() + seconds
    while (left := due - time.monotonic()) > 0 and not stop():
        time.sleep(min(left, _SLICE))
