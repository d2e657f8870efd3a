"""Parameters of main.cf as a resource: all of them are one step."""

from __future__ import annotations

import hashlib
import re
import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mailwright.i18n import N_
from mailwright.model.plan import Action, Change, Step
from mailwright.mta.postfix.syntax import parameters
from mailwright.resource.base import Wants
from mailwright.resource.files import SECRET, shown

if TYPE_CHECKING:
    from mailwright.model.server import Observation

MAIN_CF = "/etc/postfix/main.cf"

_INLINE_SECRET = re.compile(r"\b(static|inline):")


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter; `value` None means that main.cf must not set it."""

    name: str
    value: str | None
    why: str

    def settled(self, now: str | None) -> Parameter:
        """The parameter for a file in which it has this value now: itself."""
        del now
        return self


@dataclass(frozen=True, slots=True)
class Listed:
    """One entry of a parameter that holds a list; a person's own entries stay behind it."""

    name: str
    entry: str
    present: bool
    why: str

    def settled(self, now: str | None) -> Parameter:
        """The whole parameter for a file in which it has this value now.

        What a person wrote beside the entry stays to the letter: lists can hold braces, and in
        them anything (postconf(5), "inline" tables).
        """
        found = re.search(rf"(?<![^\s,]){re.escape(self.entry)}(?![^\s,])", now or "")
        value: str | None = now
        if self.present and not found:
            value = ", ".join(each for each in (self.entry, now) if each)
        elif found and not self.present:
            value = _without(now or "", found) or None
        return Parameter(self.name, value, self.why)


@dataclass(frozen=True, slots=True)
class Own:
    """A parameter with a value that is ours alone: it goes when it still has it, or else stays.

    Where it is `present`, a person's own value gives way to ours only where `firm`.
    """

    name: str
    value: str
    present: bool
    why: str
    firm: bool = True

    def settled(self, now: str | None) -> Parameter:
        """The parameter for a file in which it has this value now."""
        value: str | None = now
        if self.present and (self.firm or now is None):
            value = self.value
        elif now == self.value and not self.present:
            value = None
        return Parameter(self.name, value, self.why)


Setting = Parameter | Listed | Own


def _without(text: str, entry: re.Match[str]) -> str:
    before, after = text[: entry.start()].rstrip(" ,\t"), text[entry.end() :].lstrip(" ,\t")
    return f"{before}, {after}" if before and after else before or after


@dataclass(frozen=True, slots=True)
class MainCf:
    """Parameters of main.cf, owned one by one: whatever else the file holds stays."""

    id: str
    parameters: tuple[Setting, ...]

    def wants(self) -> Wants:
        """The file's text."""
        return Wants(texts=frozenset({MAIN_CF}))

    def step(self, seen: Observation, *, after_packages: bool) -> Step | None:
        """Set and take out what differs, all in one call of postconf."""
        text = seen.texts.get(MAIN_CF)
        now = parameters(text or "")
        fresh = comes_with_package(seen, after_packages=after_packages)
        differing = tuple(
            item
            for item in (each.settled(now.get(each.name)) for each in self.parameters)
            # What a package brings is not known yet, so everything is set.
            if now.get(item.name) != item.value or (fresh and item.value is not None)
        )
        if not differing:
            return None
        names = " ".join(shlex.quote(item.name) for item in differing)
        digest = hashlib.sha256(
            _values(differing, now).encode("utf-8", "surrogateescape")
        ).hexdigest()
        put = [f"{item.name} = {item.value}" for item in differing if item.value is not None]
        out = [item.name for item in differing if item.value is None]
        return Step(
            id=self.id,
            title=N_("Set Postfix's parameters"),
            guard=":" if fresh else f"main_cf_expect {digest} {names}",
            saves=(MAIN_CF,),
            do=f"{here('set', put)}{here('unset', out)}main_cf_apply {names}",
            undo="main_cf_undo",
            changes=tuple(_change(item, now.get(item.name)) for item in differing),
        )


def comes_with_package(seen: Observation, *, after_packages: bool) -> bool:
    """Whether Postfix is installed earlier in the plan, maybe over files that were left behind."""
    return after_packages and seen.packages.get("postfix") is None


def _values(items: tuple[Parameter, ...], now: dict[str, str]) -> str:
    """The same lines as the runner's `main_cf_values` prints."""
    return "".join(
        f"{item.name} = {now[item.name]}\n" if item.name in now else f"{item.name}\n"
        for item in items
    )


def here(name: str, lines: list[str]) -> str:
    """Shell text that writes lines into a file of the step."""
    body = "".join(f"{line}\n" for line in lines)
    return f"cat >\"$step/{name}\" <<'LINES' || exit 1\n{body}LINES\n"


def _change(item: Parameter, before: str | None) -> Change:
    if before is None:
        action = Action.ADD
    else:
        action = Action.REMOVE if item.value is None else Action.CHANGE
    # Somebody may have written a password into main.cf itself.
    hidden = before is not None and "password" in item.name and _INLINE_SECRET.search(before)
    return Change(item.name, action, SECRET if hidden else shown(before), item.value, item.why)
