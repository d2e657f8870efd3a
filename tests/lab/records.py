"""DNS records to publish, and the update that publishes them (RFC 2136)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tests.lab.addresses import PRIMARY
from tests.lab.errors import LabError

if TYPE_CHECKING:
    from collections.abc import Iterable

KEY_NAME = "lab-update"
KEY_ALGORITHM = "hmac-sha256"
STRING_LENGTH = 255  # RFC 1035 section 3.3


class Record(NamedTuple):
    """One record. To remove, leave out ``data`` (all of the type) or ``type`` (all of the name)."""

    name: str
    type: str = ""
    data: str = ""
    ttl: int = 300


def txt(text: str) -> str:
    """The data of a TXT record: quoted, and cut into strings of at most 255 characters."""
    escaped = [
        text[start : start + STRING_LENGTH].replace("\\", "\\\\").replace('"', '\\"')
        for start in range(0, max(len(text), 1), STRING_LENGTH)
    ]
    return " ".join(f'"{part}"' for part in escaped)


def update(zone: str, records: Iterable[Record], secret: str, *, add: bool) -> str:
    """The input of nsupdate(1) that adds or removes records.

    :raises LabError: if a record has a line end in it, or lacks what adding needs.
    """
    lines = [
        f"server {PRIMARY}",
        f"key {KEY_ALGORITHM}:{KEY_NAME} {secret}",
        f"zone {zone}.",
        *(_line(record, add=add) for record in records),
        "send",
    ]
    if any("\n" in line for line in lines):
        raise LabError("a DNS record cannot have a line end in it")
    return "\n".join(lines) + "\n"


def _line(record: Record, *, add: bool) -> str:
    name = record.name.rstrip(".") + "."
    if not add:
        return f"update delete {name} {record.type} {record.data}".rstrip()
    if not record.type or not record.data:
        raise LabError(f"the record to publish at {name} needs a type and data")
    return f"update add {name} {record.ttl} {record.type} {record.data}"
