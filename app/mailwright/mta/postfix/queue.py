"""Postfix's queue, as `postqueue -j` lists it (3.1 and newer): one JSON object a line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from mailwright.model.delivery import QueuedMessage, QueuedRecipient
from mailwright.mta.postfix.replies import split_reply

if TYPE_CHECKING:
    from collections.abc import Iterator

_WORDS_LIMIT = 300


def read_queue(data: bytes) -> tuple[tuple[QueuedMessage, ...], str]:
    """Return the messages, and what postqueue said where it gave none.

    A last line that was cut off is left out.
    """
    messages: list[QueuedMessage] = []
    words = ""
    for line in data.split(b"\n")[:-1]:
        if line.startswith(b"{"):
            try:
                messages.append(_message(json.loads(line)))
            except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
                words = words or _shown(line)
        elif b"fatal:" in line:
            words = _shown(line)
    return tuple(messages), words


def _shown(line: bytes) -> str:
    return line.decode("utf-8", "replace")[:_WORDS_LIMIT]


def _message(fields: dict[str, object]) -> QueuedMessage:
    return QueuedMessage(
        str(fields["queue_name"]),
        str(fields["queue_id"]),
        float(int(str(fields["arrival_time"]))),
        int(str(fields["message_size"])),
        str(fields["sender"]),
        tuple(_recipients(fields["recipients"])),
    )


def _recipients(rows: object) -> Iterator[QueuedRecipient]:
    if not isinstance(rows, list):
        raise TypeError
    for row in rows:
        reason = row.get("delay_reason")
        yield QueuedRecipient(
            str(row["address"]), split_reply(reason) if isinstance(reason, str) else None
        )
