"""Judge a reply: which of the classes in resources/bounces.toml it belongs to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from mailwright.catalog import UNCLASSIFIED, bounce_classes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mailwright.catalog import BounceClass
    from mailwright.model.delivery import EnhancedStatusCode, Reply

# A reply of several lines reads as one, with its code before every line's rest: phrases are
# whole again without it (RFC 5321 section 4.2.1).
_CONTINUED = re.compile(r"\s[245]\d\d[- ](?:#?[245]\.\d{1,3}\.\d{1,3}\s+)?")
_BLANKS = re.compile(r"\s+")
JUDGED = 800
"""Characters of a reply that are judged: its cause comes first, and a long one costs time."""

_FAILURES = frozenset({4, 5})


@dataclass(frozen=True, slots=True)
class Judge:
    """The classes' signs, ready to be tried in their order."""

    own: tuple[tuple[str, re.Pattern[str]], ...]
    tokens: tuple[tuple[str, re.Pattern[str]], ...]
    words: tuple[tuple[str, re.Pattern[str]], ...]
    statuses: dict[str, str]
    codes: dict[str, str]

    def classify(self, reply: Reply, code: EnhancedStatusCode | None) -> str:
        """Return the id of the class.

        The enhanced code comes after the words: servers use few codes for many causes, and
        the mail server fills one in where the reply has none.
        """
        text = plain(reply.words[:JUDGED])
        if reply.command:
            text = f"<{reply.command.lower()}> {text}"
        found = next(self._by_text(text, by_peer=reply.by_peer), None)
        return found or self._by_code(reply, code) or UNCLASSIFIED

    def _by_text(self, text: str, *, by_peer: bool) -> Iterator[str]:
        groups = (self.tokens, self.words) if by_peer else (self.own, self.words)
        for group in groups:
            yield from (name for name, pattern in group if pattern.search(text))

    def _by_code(self, reply: Reply, code: EnhancedStatusCode | None) -> str | None:
        if code is not None and code.klass in _FAILURES and str(code) in self.statuses:
            return self.statuses[str(code)]
        with_command = self.codes.get(f"{reply.code}@{reply.command}")
        return with_command or self.codes.get(reply.code)


def plain(words: str) -> str:
    """A reply as patterns see it: one line, single blanks, lower case."""
    return _BLANKS.sub(" ", _CONTINUED.sub(" ", words)).strip().lower()


@cache
def judge() -> Judge:
    """The judge of this program's data file."""
    return judge_of(bounce_classes().values())


def judge_of(classes: Iterable[BounceClass]) -> Judge:
    """Make a judge; a sign that stands in two classes belongs to the first."""
    known = tuple(classes)
    statuses: dict[str, str] = {}
    codes: dict[str, str] = {}
    for each in known:
        for status in each.statuses:
            statuses.setdefault(status, each.id)
        for code in each.codes:
            codes.setdefault(code, each.id)
    return Judge(
        _compiled((each.id, each.own) for each in known),
        _compiled((each.id, each.tokens) for each in known),
        _compiled((each.id, each.words) for each in known),
        statuses,
        codes,
    )


def _compiled(
    rows: Iterable[tuple[str, tuple[str, ...]]],
) -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((name, re.compile("|".join(patterns))) for name, patterns in rows if patterns)
