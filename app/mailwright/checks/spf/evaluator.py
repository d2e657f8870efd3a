"""check_host: whether an address may send for a domain (RFC 7208 section 4)."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from mailwright.checks.spf.macros import (
    MacroString,
    MacroSyntaxError,
    expand,
    parse_macro_string,
    query_name,
)
from mailwright.checks.spf.outcome import (
    LOOKUPS,
    VOID_LOOKUPS,
    Branch,
    Cause,
    Outcome,
    Problem,
    Result,
    Step,
)
from mailwright.checks.spf.parser import Mechanism, Modifier, Record, parse_record
from mailwright.checks.spf.questions import (
    Questions,
    TooManyNamesError,
    UnansweredError,
    find_record,
    is_within,
    preferred_name,
    prefetch,
)
from mailwright.net.resolver import RecordType, Resolver, is_name

if TYPE_CHECKING:
    from mailwright.checks.spf.request import Request

QUALIFIERS = {
    "+": Result.PASS,
    "-": Result.FAIL,
    "~": Result.SOFTFAIL,
    "?": Result.NEUTRAL,
}
SECONDS = 20.0
"""How long an evaluation may take: the least that RFC 7208 section 4.6.4 lets one ask for."""
EXPLANATION_LENGTH = 1000
"""Characters of an explanation that are kept."""


async def check_host(resolver: Resolver, request: Request, seconds: float = SECONDS) -> Outcome:
    """Evaluate the SPF record of the sender's domain.

    An evaluation that takes longer than `seconds` ends as temperror.
    """
    evaluation = _Evaluation(resolver, request)
    try:
        async with asyncio.timeout(seconds):
            trace = await evaluation.branch(request.domain)
            return Outcome(trace.result, trace, await evaluation.explanation(trace))
    except TimeoutError:
        problem = Problem(Cause.TOO_SLOW, request.domain, detail=f"{seconds:g} s")
        return Outcome(Result.TEMPERROR, Branch(request.domain, Result.TEMPERROR, problem=problem))


class _Evaluation:
    """One run of check_host: look-ups are counted over all records that it reads."""

    def __init__(self, resolver: Resolver, request: Request) -> None:
        self._resolver = resolver
        self._request = request
        self._lookups = 0
        self._void_lookups = 0

    async def branch(self, domain: str) -> Branch:
        """Evaluate the record of one domain, and all that it leads to."""
        found = await find_record(self._resolver, domain)
        if found is None:
            return Branch(domain, Result.NONE)
        if isinstance(found, Problem):
            return Branch(domain, found.cause.result, found.evidence, problem=found)
        self._prefetch(found, domain)
        steps: list[Step] = []
        for mechanism in found.mechanisms:
            steps.append(await self._step(mechanism, domain))
            if steps[-1].matched:
                return Branch(domain, QUALIFIERS[mechanism.qualifier], found.text, tuple(steps))
            if problem := steps[-1].problem:
                return Branch(domain, problem.cause.result, found.text, tuple(steps), problem)
        if found.redirect is None:
            return Branch(domain, Result.NEUTRAL, found.text, tuple(steps))
        step = await self._followed(found.redirect, domain)
        result = step.branch.result if step.branch else Result.PERMERROR
        if step.problem:
            result = step.problem.cause.result
        return Branch(domain, result, found.text, (*steps, step), step.problem)

    async def explanation(self, branch: Branch) -> str:
        """Return the explanation of a `fail`, empty without a usable one (RFC 7208 section 6.2).

        It belongs to the record that failed: a redirect takes it over, an include does not.
        """
        if branch.result is not Result.FAIL:
            return ""
        followed = branch.steps[-1].branch
        if followed and followed.result is Result.FAIL:
            return await self.explanation(followed)
        exp = parse_record(branch.record).exp
        name = await self._target(exp.target, branch.domain) if exp else ""
        if not is_name(name):
            return ""
        texts = (await self._resolver.query(name, "TXT")).values
        if len(texts) != 1 or not texts[0].isascii():
            return ""
        try:
            macro = parse_macro_string(texts[0], explanation=True)
        except MacroSyntaxError:
            return ""
        return (await self._expanded(macro, branch.domain))[:EXPLANATION_LENGTH]

    async def _step(self, mechanism: Mechanism, domain: str) -> Step:
        if not mechanism.asks:
            return Step(mechanism.text, matched=self._matches_at_once(mechanism))
        if mechanism.name == "include":
            return await self._followed(mechanism, domain)
        if problem := self._spend(mechanism.text, domain):
            return Step(mechanism.text, lookups=1, problem=problem)
        target = await self._target(mechanism.target, domain)
        questions = Questions(self._resolver, self._request.client)
        matched, problem = False, None
        try:
            matched = await _matches(mechanism, target, questions)
        except UnansweredError as error:
            detail = error.answer.cause
            problem = Problem(Cause.UNANSWERED, domain, mechanism.text, detail=detail)
        except TooManyNamesError:
            problem = Problem(Cause.MX_NAMES, domain, mechanism.text)
        self._void_lookups += int(questions.is_void)
        if self._void_lookups > VOID_LOOKUPS:
            matched, problem = False, Problem(Cause.VOID_LOOKUPS, domain, mechanism.text)
        void = int(questions.is_void)
        return Step(mechanism.text, target, matched, 1, void, problem=problem)

    async def _followed(self, term: Mechanism | Modifier, domain: str) -> Step:
        """Evaluate the record that an include or redirect leads to (sections 5.2 and 6.1)."""
        if problem := self._spend(term.text, domain):
            return Step(term.text, lookups=1, problem=problem)
        target = await self._target(term.target, domain)
        branch = await self.branch(target)
        problem = branch.problem
        if branch.result is Result.NONE:
            problem = Problem(Cause.NO_RECORD, domain, term.text)
        matched = branch.result is Result.PASS
        lookups = 1 + branch.lookups
        return Step(term.text, target, matched, lookups, branch.void_lookups, branch, problem)

    def _matches_at_once(self, mechanism: Mechanism) -> bool:
        network = mechanism.network
        return mechanism.name == "all" or (network is not None and self._request.client in network)

    def _spend(self, term: str, domain: str) -> Problem | None:
        """Count a look-up; return the problem where it is one too many."""
        self._lookups += 1
        return Problem(Cause.LOOKUPS, domain, term) if self._lookups > LOOKUPS else None

    async def _target(self, target: MacroString | None, domain: str) -> str:
        """Return the name that a term is about, the domain itself where it names none."""
        return query_name(await self._expanded(target, domain)) if target else domain

    async def _expanded(self, macro: MacroString, domain: str) -> str:
        values = self._request.values(domain)
        if "p" in macro.letters:
            names = await Questions(self._resolver, self._request.client).validated_names()
            values["p"] = preferred_name(names, domain)
        return expand(macro, values)

    def _prefetch(self, record: Record, domain: str) -> None:
        """Begin to ask what the terms will ask, so that none has to wait for another."""
        address_type = Questions(self._resolver, self._request.client).address_type
        types: dict[str, RecordType] = {"include": "TXT", "a": address_type, "mx": "MX"}
        values = self._request.values(domain)
        left = LOOKUPS - self._lookups
        for mechanism in record.mechanisms:
            if left <= 0 or self._matches_at_once(mechanism):
                return
            left -= int(mechanism.asks)
            target = mechanism.target
            if mechanism.name in types and (target is None or "p" not in target.letters):
                name = query_name(expand(target, values)) if target else domain
                prefetch(self._resolver, name, types[mechanism.name])


async def _matches(mechanism: Mechanism, target: str, questions: Questions) -> bool:
    if mechanism.name == "a":
        return await questions.has_address(target, mechanism.prefixes)
    if mechanism.name == "mx":
        return await questions.has_mail_exchanger(target, mechanism.prefixes)
    if mechanism.name == "exists":
        return await questions.exists(target)
    names = await questions.validated_names()
    return any(is_within(name, target) for name in names)
