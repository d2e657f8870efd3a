"""The whole tree of a record's includes and redirects, whatever address would be asked about.

It answers what an evaluation for one address cannot: whether the domain of a relay is included,
and what the record costs at worst.
"""

from __future__ import annotations

from dataclasses import dataclass

from mailwright.checks.spf.evaluator import QUALIFIERS
from mailwright.checks.spf.macros import expand, query_name
from mailwright.checks.spf.outcome import LOOKUPS, Cause, Problem, Result
from mailwright.checks.spf.parser import Mechanism, Modifier, Record
from mailwright.checks.spf.questions import find_record, prefetch
from mailwright.net.resolver import Resolver

RECORDS = 50
"""How many records are read of one tree: enough to name what is too much."""
FIXED_LETTERS = frozenset("d")
"""Macro letters that do not depend on who sends."""


@dataclass(frozen=True, slots=True)
class Node:
    """A record in the tree.

    `record` is None where the domain has none, where `problem` says why it is of no use, or where
    it was not read because its name depends on who sends (`is_open`). `children` has a node for
    each include among the effective mechanisms, and the last for an effective redirect.
    """

    domain: str
    record: Record | None = None
    problem: Problem | None = None
    children: tuple[Node, ...] = ()
    is_open: bool = False

    @property
    def lookups(self) -> int:
        """What the record costs at worst: when nothing in it matches."""
        if self.record is None:
            return 0
        own = sum(mechanism.asks for mechanism in self.record.effective)
        own += self.record.effective_redirect is not None
        return own + sum(child.lookups for child in self.children)

    @property
    def default(self) -> Result:
        """The result for an address that nothing in the tree lists."""
        if self.record is None:
            return Result.NONE
        if self.record.effective_redirect:
            return self.children[-1].default
        last = self.record.effective[-1:]
        return QUALIFIERS[last[0].qualifier] if last and last[0].name == "all" else Result.NEUTRAL


async def read_tree(resolver: Resolver, domain: str) -> Node:
    """Read a domain's record and all that it leads to."""
    return await _Reading(resolver).node(domain)


@dataclass(slots=True)
class _Reading:
    resolver: Resolver
    left: int = RECORDS

    async def node(self, domain: str) -> Node:
        self.left -= 1
        found = await find_record(self.resolver, domain)
        if isinstance(found, Problem):
            return Node(domain, problem=found)
        if found is None:
            return Node(domain)
        names = [_target(term, domain) for term in _followed(found)]
        for name in names[: max(self.left, 0)]:
            prefetch(self.resolver, name, "TXT")
        return Node(domain, found, children=tuple([await self._child(name) for name in names]))

    async def _child(self, name: str) -> Node:
        if not name or self.left <= 0:
            return Node(name, is_open=True)
        return await self.node(name)


def _followed(record: Record) -> list[Mechanism | Modifier]:
    includes = [mechanism for mechanism in record.effective if mechanism.name == "include"]
    redirect = record.effective_redirect
    return [*includes, redirect] if redirect else [*includes]


def _target(term: Mechanism | Modifier, domain: str) -> str:
    """Return the name that a term leads to, empty where it depends on who sends."""
    target = term.target
    if target is None or target.letters - FIXED_LETTERS:
        return ""
    return query_name(expand(target, {"d": domain})).lower()


def reach(root: Node, target: str) -> bool | Problem:
    """Tell whether the addresses that `target` lists pass by way of an include or a redirect.

    Returned instead is a problem that would end the evaluation before it gets there, and where
    the target is not found, a term that leads elsewhere for each sender.
    """
    search = _Search(target.lower().removesuffix("."))
    return search.through(root) or search.still_open or False


def first_problem(root: Node) -> Problem | None:
    """Return what would end the evaluation for an address that nothing in the tree lists."""
    found = reach(root, "")
    return found if isinstance(found, Problem) else None


@dataclass(slots=True)
class _Search:
    target: str
    spent: int = 0
    still_open: Problem | None = None

    def through(self, node: Node) -> bool | Problem:
        if node.record is None:
            return node.problem or False
        children = iter(node.children)
        for mechanism in node.record.effective:
            if mechanism.asks and (problem := self._spend(mechanism, node)):
                return problem
            if mechanism.name == "include":
                found = self._into(next(children), mechanism, node)
                if found is True and mechanism.qualifier != "+":
                    continue
                if found:
                    return found
        redirect = node.record.effective_redirect
        if redirect is None:
            return False
        return self._spend(redirect, node) or self._into(next(children), redirect, node)

    def _into(self, child: Node, term: Mechanism | Modifier, node: Node) -> bool | Problem:
        if child.is_open:
            self.still_open = Problem(Cause.DEPENDS_ON_SENDER, node.domain, term.text)
            return False
        if child.record is None and child.problem is None:
            return Problem(Cause.NO_RECORD, node.domain, term.text)
        found = self.through(child)
        return found or child.domain == self.target

    def _spend(self, term: Mechanism | Modifier, node: Node) -> Problem | None:
        self.spent += 1
        return Problem(Cause.LOOKUPS, node.domain, term.text) if self.spent > LOOKUPS else None
