"""The record to publish: what is there now, and what it lacks. Pure decisions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mailwright.checks.spf.parser import VERSION, Mechanism, SpfSyntaxError, parse_record
from mailwright.errors import MailwrightError
from mailwright.i18n import N_
from mailwright.model.dns_records import DnsRecord
from mailwright.net.resolver import normal_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from ipaddress import IPv4Address, IPv6Address

DEFAULT_ALL = "~all"
"""The end of a new record: `-all` is for when DMARC reports have shown every sender."""
WHY = N_("Receivers accept the mail only from the addresses that the domain's SPF record allows.")


def terms_for(
    addresses: Iterable[IPv4Address | IPv6Address], spf_include: str | None
) -> tuple[str, ...]:
    """Return the terms that allow these senders: the include where there is one.

    Raises MailwrightError for an include that no record can hold.
    """
    if spf_include:
        term = f"include:{normal_name(spf_include)}"
        try:
            parse_record(f"{VERSION} {term}")
        except SpfSyntaxError:
            raise _bad_include(spf_include) from None
        return (term,)
    return tuple(f"ip{address.version}:{address}" for address in addresses)


def _bad_include(domain: str) -> MailwrightError:
    return MailwrightError(
        "spf.bad-include",
        N_("An SPF record cannot include {domain}."),
        remedy=N_("Name the domain that the relay service has its customers include."),
        args={"domain": domain},
    )


def merge_spf(existing: str | None, terms: Iterable[str]) -> str:
    """Return the record that allows what `existing` allows, and `terms` besides.

    The terms go before the first one that could refuse them, so before `all`, and before the
    modifiers; everything else stays. A term that is there with another qualifier is taken out.
    Merging again changes nothing. Raises SpfSyntaxError for a record or a term with a mistake.
    """
    if existing is None:
        existing = f"{VERSION} {DEFAULT_ALL}"
    mechanisms = parse_record(existing).mechanisms
    wanted = parse_record(" ".join([VERSION, *terms])).mechanisms
    allowed = {mechanism.meaning for mechanism in _granted(mechanisms)}
    missing = {m.meaning: m.text for m in wanted if m.meaning not in allowed}
    kept = {m.column: m.meaning not in missing for m in mechanisms}
    tokens = [text for column, text in _tokens(existing) if kept.get(column, True)]
    place = _place(tokens)
    return " ".join([*tokens[:place], *missing.values(), *tokens[place:]])


def merge_records(texts: Sequence[str]) -> str:
    """Return one record with the mechanisms of several, those that pass before the others.

    A redirect becomes an include. Where the records end differently, the merged one ends in
    `~all`, which refuses nothing; of `exp` the first stays. Raises SpfSyntaxError.
    """
    if len(texts) == 1:
        return texts[0]
    records = [parse_record(text) for text in texts]
    terms = [mechanism for record in records for mechanism in record.effective]
    ends = {mechanism.text for mechanism in terms if mechanism.name == "all"}
    unique: dict[object, str] = {}
    for mechanism in sorted(terms, key=lambda mechanism: mechanism.qualifier != "+"):
        if mechanism.name != "all":
            unique.setdefault(mechanism.meaning, mechanism.text)
    followed = [r.redirect.target.text for r in records if r.redirect and r.effective_redirect]
    explained = [record.exp.text for record in records if record.exp][:1]
    end = ends.pop() if len(ends) == 1 and not followed else DEFAULT_ALL
    merged = " ".join([VERSION, *unique.values(), *explained, end])
    return merge_spf(merged, [f"include:{target}" for target in followed])


def spf_record(domain: str, texts: Sequence[str], terms: Iterable[str]) -> DnsRecord | None:
    """Return the one TXT record to publish instead of the SPF records `texts`.

    None where they are one record that has the terms already. Raises SpfSyntaxError.
    """
    value = merge_spf(merge_records(texts) if texts else None, terms)
    if [*texts] == [value]:
        return None
    return DnsRecord(domain, "TXT", value, WHY)


def _granted(mechanisms: Iterable[Mechanism]) -> Iterable[Mechanism]:
    """Yield the mechanisms that pass before anything can refuse."""
    for mechanism in mechanisms:
        if mechanism.qualifier != "+" or mechanism.name == "all":
            return
        yield mechanism


def _tokens(text: str) -> Iterable[tuple[int, str]]:
    column = 1
    for token in text.split(" "):
        if token:
            yield column, token
        column += len(token) + 1


def _place(tokens: Sequence[str]) -> int:
    """Return the index of the first token that is no mechanism that passes."""
    for index, token in enumerate(tokens[1:], 1):
        record = parse_record(f"{VERSION} {token}")
        if not list(_granted(record.mechanisms)):
            return index
    return len(tokens)
