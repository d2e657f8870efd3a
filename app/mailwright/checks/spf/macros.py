"""The macro language of SPF (RFC 7208 section 7). Nothing here asks the DNS."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from mailwright.net.resolver import NAME_LENGTH

if TYPE_CHECKING:
    from collections.abc import Mapping

EXPLANATION_ONLY = frozenset("crt")
"""Letters that only the text of an explanation may use (RFC 7208 section 7.2)."""
KEEP_DIGITS = 4
ESCAPES = {"%%": "%", "%_": " ", "%-": "%20"}

# ABNF names are case-insensitive in ASCII alone: without re.ASCII, «ſ» would count as «s».
MACRO = re.compile(
    r"%\{([slodiphcrtv])(\d*)(r?)([.+,/_=-]*)\}|%[%_-]|[ -$&-~]+", re.ASCII | re.IGNORECASE
)


class MacroSyntaxError(ValueError):
    """A text is not a macro-string."""


@dataclass(frozen=True, slots=True)
class Expansion:
    """A macro-expand: which value, and how it is cut up (RFC 7208 section 7.3).

    `keep` counts the parts kept from the right. `escape` percent-encodes the outcome.
    """

    letter: str
    keep: int = sys.maxsize
    reverse: bool = False
    delimiters: str = "."
    escape: bool = False


@dataclass(frozen=True, slots=True)
class MacroString:
    """A parsed macro-string: literal texts and expansions in their order.

    `ends_in_macro` is true after a macro-expand, which `%%`, `%_` and `%-` are too.
    """

    text: str
    parts: tuple[str | Expansion, ...]
    ends_in_macro: bool = False

    @property
    def letters(self) -> frozenset[str]:
        """The values that an expansion needs, as lower-case macro letters."""
        return frozenset(part.letter for part in self.parts if isinstance(part, Expansion))


def parse_macro_string(text: str, *, explanation: bool = False) -> MacroString:
    """Return the parsed macro-string, or explain-string: that one may hold spaces.

    Raises MacroSyntaxError.
    """
    parts: list[str | Expansion] = []
    position, ends_in_macro = 0, False
    while position < len(text):
        found = MACRO.match(text, position)
        if found is None:
            raise MacroSyntaxError(text)
        parts.append(_part(found))
        ends_in_macro = found[0].startswith("%")
        position = found.end()
    if " " in text and not explanation:
        raise MacroSyntaxError(text)
    return MacroString(text, tuple(parts), ends_in_macro)


def _part(found: re.Match[str]) -> str | Expansion:
    letter, digits, reverse, delimiters = found.groups()
    if letter is None:
        return ESCAPES.get(found[0], found[0])
    significant = digits.lstrip("0")
    if digits and not significant:
        raise MacroSyntaxError(found[0])
    # Python refuses to read very long numbers, and no value has this many parts.
    counts = 0 < len(significant) <= KEEP_DIGITS
    return Expansion(
        letter=letter.lower(),
        keep=int(significant) if counts else sys.maxsize,
        reverse=bool(reverse),
        delimiters=delimiters or ".",
        escape=letter.isupper(),
    )


def expand(macro: MacroString, values: Mapping[str, str]) -> str:
    """Return the text with every macro replaced; `values` has all of `macro.letters`."""
    return "".join(
        part if isinstance(part, str) else _expanded(part, values[part.letter])
        for part in macro.parts
    )


def _expanded(expansion: Expansion, value: str) -> str:
    parts = re.split(f"[{re.escape(expansion.delimiters)}]", value)
    if expansion.reverse:
        parts.reverse()
    text = ".".join(parts[-expansion.keep :])
    return quote(text, safe="", errors="replace") if expansion.escape else text


def query_name(expanded: str) -> str:
    """Return an expansion as a name to ask about: without trailing dot, cut on the left to fit.

    Whole labels go, as many as it takes to come to 253 characters (RFC 7208 section 7.3).
    """
    name = expanded.removesuffix(".")
    if len(name) <= NAME_LENGTH:
        return name
    return name[-NAME_LENGTH - 1 :].partition(".")[2]
