"""Read main.cf and master.cf as Postfix reads them (postconf(5), master(5))."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


def logical_lines(text: str) -> Iterator[str]:
    """Join lines that begin with white space to the one before.

    Comments and empty lines do not count, not even between the two (postconf(5)).
    """
    current: str | None = None
    for line in text.split("\n"):
        if not line.strip(" \t") or line.lstrip(" \t").startswith("#"):
            continue
        if line[0] in " \t":
            current = None if current is None else current + line
            continue
        if current is not None:
            yield current
        current = line
    if current is not None:
        yield current


_BLANKS = re.compile(r"[ \t]+")


def parameters(text: str) -> dict[str, str]:
    """The parameters that a main.cf sets, values unexpanded; the last setting counts."""
    found = {}
    for line in logical_lines(text):
        name, equals, value = line.partition("=")
        if equals:  # with any other line Postfix does not start
            found[_BLANKS.sub("", name)] = value.strip(" \t")
    return found


@dataclass(frozen=True, slots=True)
class MasterService:
    """A service of master.cf: its name, type, and whether it runs in a chroot (`y`, `n`, `-`)."""

    name: str
    type: str
    chroot: str
    command: str

    @property
    def id(self) -> str:
        """`name/type`, as `postconf -M` and `-F` name it."""
        return f"{self.name}/{self.type}"


_COLUMNS = 8


def services(text: str) -> tuple[MasterService, ...]:
    """The services of a master.cf, in their order."""
    rows = (line.split(None, _COLUMNS - 1) for line in logical_lines(text))
    return tuple(
        MasterService(row[0], row[1], row[4], row[7]) for row in rows if len(row) == _COLUMNS
    )
