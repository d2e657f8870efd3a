"""The check: can receivers verify the signatures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mailwright.checks.base import Check, Context, UnknownFactError, each, known
from mailwright.checks.dkim import findings
from mailwright.checks.dkim.keys import read_key
from mailwright.checks.dkim.record import Judged, Place, judge, record_of
from mailwright.net.resolver import Status, is_name

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from mailwright.checks.dkim.keys import PublicKey
    from mailwright.model.finding import Finding
    from mailwright.net.resolver import Answer

PROBE = "mailwright-asks-whether-any-name-answers"
"""A selector that nobody has: who answers it has a wildcard."""


async def run(context: Context) -> AsyncIterator[Finding]:
    """Judge the key of each selector, or say what is seen without one."""
    domain = context.signer
    if context.relay:
        yield findings.RELAY_SIGNS.found(domain, domain=domain)
        if not context.all_selectors:
            return
    keys: list[PublicKey | None] = []
    parts = [_judged(context, selector, keys) for selector in context.all_selectors]
    parts = [*(parts or [_seen_without_selector(context)]), _wildcard(context)]
    async for finding in each(findings.UNKNOWN, parts):
        yield finding
    if keys and all(key and key.is_ed25519 for key in keys):
        yield findings.ONLY_ED25519.found(domain)


async def _seen_without_selector(context: Context) -> AsyncIterator[Finding]:
    """Tell whether names end in _domainkey: those without records exist too (RFC 8020)."""
    domain = context.signer
    answer = known(await context.resolver.query(f"_domainkey.{domain}", "TXT"), domain)
    absent = answer.status is Status.NXDOMAIN
    kind = findings.NO_KEYS_SEEN if absent else findings.SELECTOR_NOT_TOLD
    yield kind.found(domain, answer.cause, domain=domain)


async def _wildcard(context: Context) -> AsyncIterator[Finding]:
    domain = context.signer
    answer = await context.resolver.query(f"{PROBE}._domainkey.{domain}", "TXT")
    if answer.values:
        yield findings.WILDCARD.found(domain, "\n".join(answer.values), domain=domain)
    elif not answer.is_known and await _is_first_known(context):
        raise UnknownFactError(domain, answer.cause)


async def _is_first_known(context: Context) -> bool:
    """Tell whether the first other question was answered; where not, that is told already."""
    name = ".".join([*context.all_selectors[:1], "_domainkey", context.signer])
    return (await context.resolver.query(name, "TXT")).is_known


async def _judged(
    context: Context, selector: str, keys: list[PublicKey | None]
) -> AsyncIterator[Finding]:
    """Judge the key of one selector; `keys` gets it, and None where it is not known."""
    place = Place(f"{selector}._domainkey.{context.signer}", selector)
    index = len(keys)
    keys.append(None)
    answer = known(await context.resolver.query(place.name, "TXT"), place.name)
    texts = answer.values
    if not texts:
        yield await _absent(context, place, answer)
        return
    if len(texts) > 1:
        evidence = "\n".join(texts)
        yield place.found(findings.SEVERAL, evidence, count=len(texts))
        return
    judged = judge(place, texts[0])
    keys[index] = judged.key
    for finding in (*judged.findings, *_compared(context, place, texts[0], judged)):
        yield finding


async def _absent(context: Context, place: Place, answer: Answer) -> Finding:
    domain, status = context.signer, str(answer.status)
    doubled = f"{place.name}.{domain}"
    # Who lacks a record wants to know about this mistake, but it is only a guess.
    wrong = await context.resolver.query(doubled, "TXT") if is_name(doubled) else None
    if wrong and wrong.values:
        evidence = "\n".join(wrong.values)
        return place.found(findings.NAME_DOUBLED, evidence, wrong=doubled, domain=domain)
    expected = context.dkim_keys.get(place.selector)
    if expected is None:
        return place.found(findings.NO_RECORD, answer.cause, status=status)
    record = record_of(expected)
    return place.found(findings.NOT_PUBLISHED, answer.cause, status=status, record=record)


def _compared(context: Context, place: Place, text: str, judged: Judged) -> list[Finding]:
    """Compare with the key that the server signs with, where that is known."""
    expected = context.dkim_keys.get(place.selector)
    if expected is None or judged.key is None:
        return []
    if read_key(expected) == judged.key:
        return [place.found(findings.MATCHES, text)]
    return [place.found(findings.OTHER_KEY, text, record=record_of(expected))]


CHECK = Check("dkim", findings.ALL, run)
