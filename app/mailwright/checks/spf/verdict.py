"""What a domain's record does for each sender: an address, or all that an include lists."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mailwright.checks.spf.evaluator import check_host
from mailwright.checks.spf.outcome import Problem, Result
from mailwright.checks.spf.request import Request
from mailwright.checks.spf.tree import Node, reach
from mailwright.net.resolver import normal_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mailwright.checks.base import Context


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result for senders that all have it; `problem` says why it is an error."""

    senders: tuple[str, ...]
    result: Result
    problem: Problem | None = None

    @property
    def sender(self) -> str:
        """The senders in one text."""
        return ", ".join(self.senders)


async def verdicts(context: Context, tree: Node) -> tuple[Verdict, ...]:
    """Return a verdict for each result that occurs, temporary errors last.

    `tree` is that of the context's domain. Where the context names an include, it stands for the
    addresses: those of a service change, and nobody but the service knows them all.
    """
    if context.spf_include:
        return (of_include(tree, context.spf_include),)
    requests = [
        Request(address, f"postmaster@{context.domain}", context.helo)
        for address in context.addresses
    ]
    outcomes = await asyncio.gather(
        *(check_host(context.resolver, request) for request in requests)
    )
    found = [
        Verdict((str(request.address),), outcome.result, outcome.problem)
        for request, outcome in zip(requests, outcomes, strict=True)
    ]
    return tuple(sorted(_joined(found), key=lambda v: v.result is Result.TEMPERROR))


def of_include(tree: Node, target: str) -> Verdict:
    """Return the verdict for all addresses that the record of `target` lists."""
    found = reach(tree, normal_name(target))
    if isinstance(found, Problem):
        return Verdict((target,), found.cause.result, found)
    return Verdict((target,), Result.PASS if found else tree.default)


def _joined(found: Sequence[Verdict]) -> list[Verdict]:
    groups: dict[tuple[Result, Problem | None], tuple[str, ...]] = {}
    for verdict in found:
        key = (verdict.result, verdict.problem)
        groups[key] = groups.get(key, ()) + verdict.senders
    return [Verdict(senders, result, problem) for (result, problem), senders in groups.items()]
