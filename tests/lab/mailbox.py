"""What the receiving MX has delivered."""

from __future__ import annotations

from email.parser import BytesHeaderParser
from typing import TYPE_CHECKING

from tests.lab import paths

if TYPE_CHECKING:
    from pathlib import Path


def messages(recipient: str | None, folder: Path | None = None) -> list[bytes]:
    """The delivered messages, in order of arrival.

    :param recipient: only those for this address, as the sender wrote it.
    """
    folder = folder or paths.host_root("mx") / "var/mail/v/box"
    files = [file for part in ("new", "cur") for file in (folder / part).glob("*")]
    found = [file.read_bytes() for file in sorted(files, key=lambda file: file.stat().st_mtime_ns)]
    if recipient is None:
        return found
    return [message for message in found if recipient.lower() in _recipients(message)]


def _recipients(message: bytes) -> set[str]:
    """The envelope's recipients, as virtual(8) notes them."""
    headers = BytesHeaderParser().parsebytes(message)
    return {value.strip().lower() for value in headers.get_all("X-Original-To", [])}
