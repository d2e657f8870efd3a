from __future__ import annotations

from mailwright.transport.base import CommandResult
from mailwright.transport.memory import MemoryTransport


def test_it_answers_and_remembers_what_it_was_asked() -> None:
    transport = MemoryTransport(lambda script, payload: CommandResult(3, script.encode() + payload))
    assert transport.run("a", b"b", limit=1) == CommandResult(3, b"ab")
    transport.close()
    assert transport.asked == [("a", b"b")]
    assert transport.closed
