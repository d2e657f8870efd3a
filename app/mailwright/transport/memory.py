"""A server that exists only as recorded answers: for unit tests and for trying things out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from mailwright.transport.base import CommandResult

Answer = Callable[[str, bytes], CommandResult]


@dataclass
class MemoryTransport:
    """Answers every script through `answer` and keeps what it was asked."""

    answer: Answer
    asked: list[tuple[str, bytes]] = field(default_factory=list)
    closed: bool = False

    def run(self, script: str, payload: bytes = b"", *, limit: float = 60.0) -> CommandResult:
        """Return the recorded answer; `limit` has no meaning here."""
        del limit
        self.asked.append((script, payload))
        return self.answer(script, payload)

    def close(self) -> None:
        """Remember that it was closed."""
        self.closed = True
