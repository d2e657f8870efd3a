"""SPF records as data (RFC 7208 sections 4.5, 4.6, 5, 6 and 12)."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network
from typing import TYPE_CHECKING

from mailwright.checks.spf.macros import (
    EXPLANATION_ONLY,
    MacroString,
    MacroSyntaxError,
    parse_macro_string,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

VERSION = "v=spf1"
PREFIXES = (32, 128)

RULES = {
    "all": '"all"',
    "include": '"include" ":" domain-spec',
    "a": '"a" [ ":" domain-spec ] [ dual-cidr-length ]',
    "mx": '"mx" [ ":" domain-spec ] [ dual-cidr-length ]',
    "ptr": '"ptr" [ ":" domain-spec ]',
    "ip4": '"ip4" ":" ip4-network [ ip4-cidr-length ]',
    "ip6": '"ip6" ":" ip6-network [ ip6-cidr-length ]',
    "exists": '"exists" ":" domain-spec',
    "redirect": '*1( "redirect" "=" domain-spec )',
    "exp": '*1( "exp" "=" domain-spec )',
}
"""The grammar of each term (RFC 7208 section 12), for people who have to correct one."""
MECHANISMS = tuple(name for name in RULES if name not in {"redirect", "exp"})
ANY_MECHANISM = " / ".join(f'"{name}"' for name in MECHANISMS)
ANY_MODIFIER = 'name "=" macro-string'
ASKING = frozenset({"include", "a", "mx", "ptr", "exists", "redirect"})
"""Terms that cost a DNS look-up (RFC 7208 section 4.6.4)."""

# Without re.ASCII, «ſ» would count as «s» where case is ignored.
MODIFIER = re.compile(r"([a-z][a-z0-9._-]*)=(.*)", re.ASCII | re.IGNORECASE | re.DOTALL)
MECHANISM = re.compile(
    rf"([-+?~]?)({'|'.join(MECHANISMS)})(?=$|[:/])(.*)", re.ASCII | re.IGNORECASE | re.DOTALL
)
PREFIX = r"/(0|[1-9]\d{0,2})"
DUAL_CIDR = re.compile(rf"(?<!/)(?:{PREFIX})?(?:/{PREFIX})?\Z", re.ASCII)
LABEL = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?", re.ASCII | re.IGNORECASE)


class SpfSyntaxError(ValueError):
    """A record breaks the grammar: `token` at `column` (from 1), where `rule` is the grammar."""

    def __init__(self, token: str, column: int, rule: str) -> None:
        super().__init__(f"{token!r} at column {column}, wanted {rule}")
        self.token = token
        self.column = column
        self.rule = rule


class _WrongTermError(ValueError):
    """A term does not follow its rule; the message is the rule."""


@dataclass(frozen=True, slots=True)
class Mechanism:
    """A directive: a qualifier and a mechanism (RFC 7208 section 4.6.2).

    `text` is the term as written, `column` where it begins, from 1. `prefixes` are the lengths
    for IPv4 and IPv6.
    """

    qualifier: str
    name: str
    text: str
    column: int
    target: MacroString | None = None
    network: IPv4Network | IPv6Network | None = None
    prefixes: tuple[int, int] = PREFIXES

    @property
    def asks(self) -> bool:
        """Whether the mechanism costs a look-up."""
        return self.name in ASKING

    @property
    def meaning(self) -> tuple[object, ...]:
        """What two mechanisms have in common when they match the same addresses."""
        target = self.target.text.lower().removesuffix(".") if self.target else None
        return self.name, target, self.network, self.prefixes


@dataclass(frozen=True, slots=True)
class Modifier:
    """A `redirect` or `exp` (RFC 7208 section 6)."""

    name: str
    text: str
    column: int
    target: MacroString


@dataclass(frozen=True, slots=True)
class Record:
    """A parsed record; unknown modifiers mean nothing and are only in `text`."""

    text: str
    mechanisms: tuple[Mechanism, ...] = ()
    redirect: Modifier | None = None
    exp: Modifier | None = None

    @property
    def effective(self) -> tuple[Mechanism, ...]:
        """The mechanisms up to `all`: what follows is never tested (RFC 7208 section 5.1)."""
        for count, mechanism in enumerate(self.mechanisms, 1):
            if mechanism.name == "all":
                return self.mechanisms[:count]
        return self.mechanisms

    @property
    def effective_redirect(self) -> Modifier | None:
        """The redirect, which an `all` anywhere in the record switches off."""
        has_all = any(mechanism.name == "all" for mechanism in self.mechanisms)
        return None if has_all else self.redirect


def spf_records(texts: Iterable[str]) -> tuple[str, ...]:
    """Return those TXT records that are SPF records of version 1 (RFC 7208 section 4.5)."""
    return tuple(text for text in texts if text.partition(" ")[0].lower() == VERSION)


def parse_record(text: str) -> Record:
    """Return the parsed record; raises SpfSyntaxError for a mistake anywhere in it."""
    version, *_ = text.partition(" ")
    if version.lower() != VERSION:
        raise SpfSyntaxError(version, 1, f'"{VERSION}"')
    mechanisms: list[Mechanism] = []
    modifiers: dict[str, Modifier] = {}
    for column, term in _terms(text):
        try:
            if parsed := MODIFIER.fullmatch(term):
                _add_modifier(modifiers, parsed[1].lower(), parsed[2], (term, column))
            else:
                mechanisms.append(_mechanism(term, column))
        except _WrongTermError as wrong:
            raise SpfSyntaxError(term, column, str(wrong)) from None
    return Record(text, tuple(mechanisms), modifiers.get("redirect"), modifiers.get("exp"))


def _terms(text: str) -> Iterable[tuple[int, str]]:
    """Yield each term after the version, and its column; the SP alone separates them."""
    column = len(VERSION) + 1
    for term in text[len(VERSION) :].split(" "):
        if term:
            yield column, term
        column += len(term) + 1


def _add_modifier(
    modifiers: dict[str, Modifier], name: str, value: str, place: tuple[str, int]
) -> None:
    if name not in RULES or name in MECHANISMS:
        _macro_string(value, ANY_MODIFIER)
        return
    if name in modifiers:
        raise _WrongTermError(RULES[name])
    text, column = place
    modifiers[name] = Modifier(name, text, column, _domain_spec(value, RULES[name]))


def _mechanism(term: str, column: int) -> Mechanism:
    parsed = MECHANISM.fullmatch(term)
    if parsed is None:
        raise _WrongTermError(ANY_MECHANISM)
    name, rest = parsed[2].lower(), parsed[3]
    qualifier = parsed[1] or "+"
    if name in {"ip4", "ip6"}:
        return Mechanism(qualifier, name, term, column, network=_network(name, rest))
    prefixes = PREFIXES
    if name in {"a", "mx"}:
        rest, prefixes = _without_prefixes(rest, RULES[name])
    return Mechanism(qualifier, name, term, column, _target(name, rest), prefixes=prefixes)


def _target(name: str, rest: str) -> MacroString | None:
    """Return the domain-spec after the colon, where the mechanism has one."""
    optional = name in {"a", "mx", "ptr"}
    if not rest and (optional or name == "all"):
        return None
    if name == "all" or not rest.startswith(":"):
        raise _WrongTermError(RULES[name])
    return _domain_spec(rest[1:], RULES[name])


def _without_prefixes(rest: str, rule: str) -> tuple[str, tuple[int, int]]:
    found = DUAL_CIDR.search(rest)
    if found is None or not found[0]:
        return rest, PREFIXES
    lengths = (int(found[1] or PREFIXES[0]), int(found[2] or PREFIXES[1]))
    if lengths[0] > PREFIXES[0] or lengths[1] > PREFIXES[1]:
        raise _WrongTermError(rule)
    return rest[: found.start()], lengths


def _network(name: str, rest: str) -> IPv4Network | IPv6Network:
    address, slash, prefix = rest.removeprefix(":").partition("/")
    limit = PREFIXES[0] if name == "ip4" else PREFIXES[1]
    length = re.fullmatch(PREFIX, slash + prefix, re.ASCII)
    # A zone identifier would be read as part of an IPv6 address.
    wrong = not rest.startswith(":") or "%" in address or (slash and not length)
    if wrong or (length and int(length[1]) > limit):
        raise _WrongTermError(RULES[name])
    bits = length[1] if length else str(limit)
    try:
        if name == "ip4":
            return ipaddress.IPv4Network(f"{address}/{bits}", strict=False)
        return ipaddress.IPv6Network(f"{address}/{bits}", strict=False)
    except ValueError:
        raise _WrongTermError(RULES[name]) from None


def _domain_spec(text: str, rule: str) -> MacroString:
    """Return a domain-spec: a macro-string that ends in a macro or a top label."""
    macro = _macro_string(text, rule)
    if not macro.ends_in_macro and not _ends_in_top_label(macro):
        raise _WrongTermError(rule)
    return macro


def _macro_string(text: str, rule: str) -> MacroString:
    try:
        macro = parse_macro_string(text)
    except MacroSyntaxError:
        raise _WrongTermError(rule) from None
    if macro.letters & EXPLANATION_ONLY:
        raise _WrongTermError(rule)
    return macro


def _ends_in_top_label(macro: MacroString) -> bool:
    last = macro.parts[-1] if macro.parts else ""
    if not isinstance(last, str):
        return True
    _before, dot, label = last.removesuffix(".").rpartition(".")
    return bool(dot and LABEL.fullmatch(label) and not label.isdigit())
