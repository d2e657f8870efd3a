"""The check: does the domain's SPF record cover those who deliver its mail."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from mailwright.checks.base import Check, Context, UnknownFactError, addresses_of
from mailwright.checks.facts import outside
from mailwright.checks.spf import findings
from mailwright.checks.spf.general import COMFORTABLE_LOOKUPS, for_whoever_sends
from mailwright.checks.spf.merge import WHY, merge_records, merge_spf, terms_for
from mailwright.checks.spf.outcome import LOOKUPS, Cause, Problem, Result
from mailwright.checks.spf.parser import SpfSyntaxError
from mailwright.checks.spf.tree import Node, read_tree
from mailwright.checks.spf.trial import WithRecord
from mailwright.checks.spf.verdict import Verdict, verdicts
from mailwright.model.dns_records import DnsRecord

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from mailwright.model.finding import Finding


async def run(context: Context) -> AsyncIterator[Finding]:
    """Judge the record for every sender of the context."""
    domain = context.domain
    if context.relay_host and not (context.addresses or context.spf_include):
        addresses = await addresses_of(context.resolver, context.relay_host)
        context = replace(context, addresses=addresses)
    # A record must not let inside addresses pass: everybody has the same ones.
    context = replace(context, addresses=outside(context.addresses))
    terms = terms_for(context.addresses, context.spf_include)
    if not terms and context.relay:
        yield findings.SENDER_UNKNOWN.found(domain, domain=domain)
        return
    tree = await read_tree(context.resolver, domain)
    if tree.problem:
        yield _unusable(tree.problem, terms)
    elif tree.record is None:
        yield _without_record(context, terms)
    elif not terms:
        yield for_whoever_sends(domain, tree)
    else:
        async for finding in _judged(context, tree, terms):
            yield finding


def _without_record(context: Context, terms: Sequence[str]) -> Finding:
    domain = context.domain
    if not terms:
        return findings.MISSING.found(domain, domain=domain)
    sender = context.spf_include or ", ".join(str(address) for address in context.addresses)
    record = merge_spf(None, terms)
    return findings.NO_RECORD.found(domain, domain=domain, sender=sender, record=record)


async def records_to_publish(context: Context) -> tuple[DnsRecord, ...]:
    """Return the record that would let every sender pass.

    None where they pass already, where nothing is known, and where a person has to correct the
    record first, which the check's findings explain. Raises MailwrightError (see `terms_for`).
    """
    values: list[str | int] = []
    with suppress(UnknownFactError):
        async for finding in run(context):
            values += [finding.args["record"]] if "record" in finding.args else []
    return tuple(DnsRecord(context.domain, "TXT", str(value), WHY) for value in values[:1])


async def _judged(context: Context, tree: Node, terms: Sequence[str]) -> AsyncIterator[Finding]:
    """Judge a record that can be read."""
    domain, record = context.domain, tree.record.text if tree.record else ""
    found = await verdicts(context, tree)
    for verdict in found:
        if verdict.problem:
            yield findings.of_problem(verdict.problem, domain, record, verdict.sender)
        elif verdict.result is not Result.PASS:
            yield await _lacking(context, verdict, record, terms)
        elif len(found) == 1:
            yield findings.COVERS_RELAY.found(domain, record, domain=domain, sender=verdict.sender)
            if tree.lookups > COMFORTABLE_LOOKUPS:
                yield findings.MANY_LOOKUPS.found(
                    domain, record, domain=domain, count=tree.lookups, limit=LOOKUPS
                )


async def _lacking(
    context: Context, verdict: Verdict, record: str, terms: Sequence[str]
) -> Finding:
    """Return the finding for senders that the record does not let pass, its remedy tried out."""
    domain = context.domain
    merged = merge_spf(record, terms)
    trial = replace(context, resolver=WithRecord(context.resolver, domain, merged))
    tree = await read_tree(trial.resolver, domain)
    for tried in await verdicts(trial, tree):
        if tried.problem and tried.problem.cause is Cause.LOOKUPS:
            return findings.NO_ROOM.found(
                domain,
                record,
                domain=domain,
                sender=verdict.sender,
                terms=" ".join(terms),
                count=tree.lookups,
                limit=LOOKUPS,
            )
        if tried.problem and tried.problem.cause.result is Result.PERMERROR:
            return findings.of_problem(tried.problem, domain, record)
    return findings.not_passing(verdict.result).found(
        domain,
        record,
        domain=domain,
        sender=verdict.sender,
        result=str(verdict.result),
        record=merged,
    )


def _unusable(problem: Problem, terms: Sequence[str]) -> Finding:
    """Return the finding for a domain whose own record or records are of no use.

    Raises UnknownFactError where they could not be read.
    """
    domain = problem.domain
    if problem.cause is not Cause.SEVERAL_RECORDS:
        return findings.of_problem(problem, domain)
    try:
        record = merge_spf(merge_records(problem.records), terms)
    except SpfSyntaxError as e:
        return findings.SEVERAL_INVALID.found(
            domain,
            problem.evidence,
            domain=domain,
            count=len(problem.records),
            term=e.token,
            column=e.column,
            rule=e.rule,
        )
    return findings.SEVERAL.found(
        domain, problem.evidence, domain=domain, count=len(problem.records), record=record
    )


CHECK = Check("spf", findings.ALL, run)
