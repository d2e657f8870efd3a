"""One secret, in a wrapper that cannot show it by accident."""

from __future__ import annotations

import hmac
from enum import StrEnum
from typing import NoReturn

MASK = "(secret)"
"""What stands for a secret wherever a text is shown."""


class SecretKind(StrEnum):
    """What a secret opens: the SSH login, sudo on the server, or the relay's login."""

    SSH = "ssh"
    SUDO = "sudo"
    RELAY = "relay"


class Secret:
    """A secret text. Only `reveal()` gives it away; printing, formatting and logging do not.

    It compares in constant time, and can be neither hashed, copied nor pickled, so that it
    does not end up in a cache or a crash report.
    """

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """Return the secret itself, for the one place that hands it on."""
        return self._text

    def __str__(self) -> str:
        return MASK

    def __repr__(self) -> str:
        return MASK

    def __format__(self, specification: str) -> str:
        return format(MASK, specification)

    def __bool__(self) -> bool:
        return bool(self._text)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(_bytes(self._text), _bytes(other._text))

    __hash__ = None  # type: ignore[assignment] # a hash would tell equal secrets apart from others

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not pickled or copied")


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
