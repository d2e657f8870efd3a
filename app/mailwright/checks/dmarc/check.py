"""The check: does the domain of the From header have a policy, and is the mail aligned with it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from mailwright.checks.base import Check, Context, each
from mailwright.checks.dmarc import findings
from mailwright.checks.dmarc.judged import Offer, judge_policy
from mailwright.checks.dmarc.record import (
    VERSION,
    is_meant_as_record,
    is_record,
    mended,
    mended_uri,
    parse_policy,
)
from mailwright.checks.dmarc.reports import judge_reports, place_for_reports
from mailwright.checks.dmarc.walk import walk
from mailwright.checks.spf.parser import spf_records
from mailwright.net.resolver import is_name

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from mailwright.checks.dmarc.record import Policy
    from mailwright.checks.dmarc.walk import Walk
    from mailwright.model.finding import Finding
    from mailwright.net.resolver import Resolver


async def run(context: Context) -> AsyncIterator[Finding]:
    """Judge the policy, its reports, and whether MAIL FROM and signatures are aligned with it."""
    async for finding in each(findings.UNKNOWN, (_policy(context), _alignment(context))):
        yield finding


async def _policy(context: Context) -> AsyncIterator[Finding]:
    domain = context.author
    name = f"_dmarc.{domain}"
    way = await walk(context.resolver, domain)
    here = way.stops[0]
    if spf_records(here.texts):
        evidence = "\n".join(here.texts)
        yield findings.SPF_THERE.found(name, evidence, name=name, domain=domain)
    if len(here.records) > 1:
        evidence = "\n".join(here.records)
        yield findings.SEVERAL.found(name, evidence, name=name, count=len(here.records))
    elif wrong := next((text for text in here.texts if is_meant_as_record(text)), ""):
        policy = parse_policy(mended(wrong))
        record = Offer(policy, await _place(context, way, policy)).record()
        yield findings.VERSION.found(name, wrong, name=name, record=record)
    elif (stop := way.policy_stop) and stop.policy:
        place = await _place(context, way, stop.policy)
        for finding in judge_policy(way, stop.domain, stop.policy, place):
            yield finding
        async for finding in judge_reports(context.resolver, stop.domain, stop.policy, way):
            yield finding
    else:
        yield await _absent(context, name, way)


async def _place(context: Context, way: Walk, policy: Policy) -> str:
    """Return a place for reports to offer, where the policy has none that is of use."""
    if any(mended_uri(uri) for uri in policy.report_uris):
        return ""
    return await place_for_reports(context.resolver, way, context.report_to)


async def _absent(context: Context, name: str, way: Walk) -> Finding:
    """Say that there is no record, or where it is by mistake."""
    domain = context.author
    doubled = f"{name}.{domain}"
    places = [domain, *([doubled] if is_name(doubled) else [])]
    answers = await asyncio.gather(*(context.resolver.query(one, "TXT") for one in places))
    for wrong, answer in zip(places, answers, strict=True):
        # Only a guess at the cause: that there is no record is known.
        for text in answer.values:
            if is_record(text) or is_meant_as_record(text):
                return findings.MISPLACED.found(name, text, name=name, wrong=wrong)
    policy = parse_policy(f"v={VERSION}")
    record = Offer(policy, await _place(context, way, policy)).record()
    return findings.NONE.found(name, domain=domain, name=name, record=record)


async def _alignment(context: Context) -> AsyncIterator[Finding]:
    """Compare the names alone; whether SPF and DKIM pass is for their checks to say."""
    author, mail_from, signer = context.author, context.domain, context.signer
    signs = bool(context.all_selectors or context.dkim_domain)
    # A relay of which nobody knows the senders may put its own domain into MAIL FROM.
    told = context.addresses or context.spf_include or context.relay_host or context.from_domain
    if not (signs or told):
        return  # nothing is known of the mail that is sent
    by: list[str] = []
    if await _is_aligned(context.resolver, author, mail_from, "aspf"):
        by.append("SPF")
    if signs and await _is_aligned(context.resolver, author, signer, "adkim"):
        by.append("DKIM")
    if by:
        yield findings.ALIGNED.found(author, author=author, by=", ".join(by))
    else:
        signed = signer if signs else "–"
        yield findings.NOT_ALIGNED.found(author, author=author, mail_from=mail_from, signer=signed)


async def _is_aligned(resolver: Resolver, author: str, domain: str, mode: str) -> bool:
    """Tell whether a domain is aligned with the author's; `mode` is the tag that says how."""
    if author.lower() == domain.lower():
        return True
    way, other = await asyncio.gather(walk(resolver, author), walk(resolver, domain))
    stop = way.policy_stop
    if stop and stop.policy and stop.policy.tags.get(mode) == "s":
        return False
    return way.organizational == other.organizational


CHECK = Check("dmarc", findings.ALL, run)
