"""Lists of tags, as in the records of DKIM and DMARC (RFC 6376 section 3.2)."""

from __future__ import annotations

import re
from dataclasses import dataclass

BLANKS = " \t\r\n"
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


@dataclass(frozen=True, slots=True)
class TagList:
    """The tags of a record in their order, and the parts that are none or come again."""

    tags: dict[str, str]
    mistakes: tuple[str, ...] = ()

    @property
    def first(self) -> str:
        """The name of the first tag."""
        return next(iter(self.tags), "")


def parse_tags(text: str) -> TagList:
    """Split a record at its semicolons; white space around names and values means nothing."""
    tags: dict[str, str] = {}
    mistakes: list[str] = []
    for part in text.split(";"):
        name, equals, value = part.partition("=")
        name = name.strip(BLANKS)
        if not part.strip(BLANKS):
            continue
        if not equals or not _NAME.fullmatch(name) or name in tags:
            mistakes.append(part.strip(BLANKS))
        else:
            tags[name] = value.strip(BLANKS)
    return TagList(tags, tuple(mistakes))


def written(tags: dict[str, str]) -> str:
    """Return the record with these tags."""
    return "; ".join(f"{name}={value}" for name, value in tags.items())
