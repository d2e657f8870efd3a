"""The one verb that everything on a server goes through."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

OUTPUT_LIMIT = 64 * 1024 * 1024
"""Bytes that one script may print before the connection is given up."""


@dataclass(frozen=True, slots=True)
class CommandResult:
    """What a script printed (both streams, in order) and its exit code."""

    code: int
    output: bytes

    @property
    def text(self) -> str:
        r"""The output as text; bytes that are no UTF-8 stay visible as `\\xNN`."""
        return self.output.decode("utf-8", "backslashreplace")


class Transport(Protocol):
    """One connection to one server, with root's rights.

    Scripts hold no secrets, since a server may show them to others; secrets and file
    contents are the payload, which the script reads from its standard input.
    """

    def run(self, script: str, payload: bytes = b"", *, limit: float = 60.0) -> CommandResult:
        """Run POSIX shell text and wait for its end, `limit` seconds at the most.

        Raises MailwrightError `transport.lost` when the connection breaks or the time is
        up: then nobody knows what became of the script.
        """

    def close(self) -> None:
        """End the connection; may be called twice."""
