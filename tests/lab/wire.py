"""Requests to the keeper: one JSON object a line, over a Unix socket (root and one user)."""

from __future__ import annotations

import json
import socket
from typing import Any, Protocol

from tests.lab import paths
from tests.lab.errors import LabError

Json = dict[str, Any]


class Stream(Protocol):
    """What is needed of a connection's file object."""

    def readline(self) -> bytes: ...
    def write(self, data: bytes, /) -> int: ...
    def flush(self) -> None: ...


def send(stream: Stream, message: Json) -> None:
    """Write one message."""
    stream.write(json.dumps(message).encode() + b"\n")
    stream.flush()


def receive(stream: Stream) -> Json | None:
    """Read one message; None at the end."""
    line = stream.readline()
    if not line:
        return None
    message: Json = json.loads(line)
    return message


def _connected() -> socket.socket:
    connection = socket.socket(socket.AF_UNIX)
    try:
        connection.connect(str(paths.SOCKET))
    except OSError as error:
        connection.close()
        if isinstance(error, PermissionError):
            raise LabError("the lab that is up belongs to another user") from error
        raise LabError("no lab is up; start one with `python3 -m tests.lab up`") from error
    return connection


def ask(verb: str, *, to_the_end: bool = False, **arguments: object) -> Any:
    """Send one request to the running keeper and return its answer's ``result``.

    :param to_the_end: wait until the keeper has ended.
    :raises LabError: if no keeper runs, it refuses, or it ends before it answers.
    """
    with _connected() as connection, connection.makefile("rwb") as stream:
        try:
            send(stream, {"verb": verb, **arguments})
            answer = receive(stream)
            if to_the_end and answer is not None and "error" not in answer:
                receive(stream)
        except (BrokenPipeError, ConnectionResetError):
            answer = None
    if answer is None:
        raise LabError(f"the lab's keeper ended during {verb!r}; see {paths.logs()}/keeper.log")
    if "error" in answer:
        raise LabError(answer["error"])
    return answer["result"]
