"""What the SPF check can say, and what each error of an evaluation means to a person."""

from __future__ import annotations

from mailwright.checks.base import UnknownFactError
from mailwright.checks.spf.outcome import LOOKUPS, NAMES, VOID_LOOKUPS, Cause, Problem, Result
from mailwright.i18n import N_
from mailwright.model.finding import Finding, FindingKind, Severity

REPLACE = N_("Replace the SPF record of {domain} by this one: {record}")

COVERS_RELAY = FindingKind(
    "spf.covers-relay",
    Severity.PASS,
    N_("The SPF record of {domain} allows mail from {sender}."),
    source="RFC 7208 section 4",
)
NO_RECORD = FindingKind(
    "spf.no-record",
    Severity.FAIL,
    N_("{domain} has no SPF record: receivers cannot tell mail from {sender} from a forgery."),
    N_("Publish this TXT record for {domain}: {record}"),
    "RFC 7208 section 4.5",
)
USABLE = FindingKind(
    "spf.usable",
    Severity.PASS,
    N_(
        "The SPF record of {domain} can be used: {count} DNS look-ups of {limit} allowed, and "
        "“{end}” for whoever it does not list."
    ),
    source="RFC 7208 section 4.6",
)
MISSING = FindingKind(
    "spf.missing",
    Severity.FAIL,
    N_("{domain} has no SPF record: receivers cannot tell its mail from a forgery."),
    N_("Check again with the addresses that send, and the record to publish is worked out."),
    "RFC 7208 section 4.5",
)
ALLOWS_ALL = FindingKind(
    "spf.allows-all",
    Severity.FAIL,
    N_("The SPF record of {domain} allows everybody to send in its name."),
    N_("List those who send, and end the record with ~all."),
    "RFC 7208 section 5.1",
)
DEPENDS_ON_SENDERS = FindingKind(
    "spf.depends-on-senders",
    Severity.INFO,
    N_(
        "“{term}” in the SPF record of {owner} stands for another record for each sender, so that "
        "the record can only be judged with the addresses that send."
    ),
    source="RFC 7208 section 7",
)
DOES_NOT_COVER = FindingKind(
    "spf.does-not-cover",
    Severity.FAIL,
    N_("The SPF record of {domain} tells receivers to refuse mail from {sender} ({result})."),
    REPLACE,
    "RFC 7208 section 8.4",
)
NOT_LISTED = FindingKind(
    "spf.not-listed",
    Severity.WARN,
    N_("The SPF record of {domain} does not list {sender}: the mail is suspect ({result})."),
    REPLACE,
    "RFC 7208 sections 8.2 and 8.5",
)
NO_ROOM = FindingKind(
    "spf.no-room",
    Severity.FAIL,
    N_(
        "The SPF record of {domain} does not allow mail from {sender}, and has no room for it: "
        "with {terms} it would take {count} DNS look-ups, of {limit} allowed."
    ),
    N_(
        "Take out the include: terms of services that are no longer used, or write ip4: and ip6: "
        "for a: and mx. Then add {terms} before the term that ends in all."
    ),
    "RFC 7208 section 4.6.4",
)
SEVERAL = FindingKind(
    "spf.several",
    Severity.FAIL,
    N_("{domain} has {count} SPF records, so that receivers use none of them (permerror)."),
    N_("Publish this TXT record in the place of all of them: {record}"),
    "RFC 7208 section 4.5",
)
SEVERAL_INVALID = FindingKind(
    "spf.several-invalid",
    Severity.FAIL,
    N_(
        "{domain} has {count} SPF records, so that receivers use none of them (permerror), and "
        "one has a mistake at “{term}”, character {column}."
    ),
    N_("Correct the term; the grammar is {rule}. Then join the records into one."),
    "RFC 7208 section 4.5",
)
INVALID = FindingKind(
    "spf.invalid",
    Severity.FAIL,
    N_(
        "The SPF record of {owner} has a mistake at “{term}”, character {column}, so that "
        "receivers use nothing of it (permerror)."
    ),
    N_("Correct the term, or have the owner of {owner} do so; the grammar is {rule}."),
    "RFC 7208 section 4.6",
)
SEVERAL_INCLUDED = FindingKind(
    "spf.several-included",
    Severity.FAIL,
    N_(
        "{owner} has {count} SPF records. The record of {domain} leads there, so that receivers "
        "use nothing of it (permerror)."
    ),
    N_("Take out the term that leads there, or tell the owner of {owner}."),
    "RFC 7208 section 4.5",
)
TOO_MANY_LOOKUPS = FindingKind(
    "spf.too-many-lookups",
    Severity.FAIL,
    N_(
        "The SPF record of {domain} takes more than {limit} DNS look-ups, so that receivers give "
        "up at “{term}” in the record of {owner} (permerror)."
    ),
    N_(
        "Take out the include: terms of services that are no longer used, or write ip4: and ip6: "
        "for a: and mx."
    ),
    "RFC 7208 section 4.6.4",
)
MANY_LOOKUPS = FindingKind(
    "spf.many-lookups",
    Severity.WARN,
    N_("The SPF record of {domain} takes up to {count} DNS look-ups, of {limit} allowed."),
    N_("Take out the include: terms of services that are no longer used."),
    "RFC 7208 section 4.6.4",
)
TOO_MANY_VOID = FindingKind(
    "spf.too-many-void-lookups",
    Severity.FAIL,
    N_(
        "More than {limit} terms of the SPF record of {domain} stand for nothing in the DNS, the "
        "last being “{term}” in the record of {owner} (permerror)."
    ),
    N_("Take out “{term}”, and other terms whose names are no longer there."),
    "RFC 7208 section 4.6.4",
)
TOO_MANY_MX = FindingKind(
    "spf.too-many-mx",
    Severity.FAIL,
    N_("“{term}” in the SPF record of {owner} stands for more than {limit} hosts (permerror)."),
    N_("Write the addresses of the hosts that send as ip4: and ip6: terms instead."),
    "RFC 7208 section 4.6.4",
)
TARGET_WITHOUT_RECORD = FindingKind(
    "spf.target-without-record",
    Severity.FAIL,
    N_(
        "“{term}” in the SPF record of {owner} leads to a domain without an SPF record, so that "
        "receivers use nothing of it (permerror)."
    ),
    N_("Take the term out, or ask the service which domain has to be included now."),
    "RFC 7208 sections 5.2 and 6.1",
)
SENDER_UNKNOWN = FindingKind(
    "spf.sender-unknown",
    Severity.UNKNOWN,
    N_("SPF was not checked: it is not known from which addresses the mail of {domain} comes."),
    N_("Name the domain that the relay service has customers include, or the relay's addresses."),
)
DEPENDS_ON_SENDER = FindingKind(
    "spf.depends-on-sender",
    Severity.UNKNOWN,
    N_(
        "“{term}” in the SPF record of {owner} stands for another record for each sender: whether "
        "one of them allows {sender} cannot be seen from here."
    ),
    N_("Ask the service that keeps the record, or name the relay's addresses to have them tried."),
    "RFC 7208 section 7",
)
UNKNOWN = FindingKind(
    "spf.unknown",
    Severity.UNKNOWN,
    N_("It could not be found out whether SPF allows the mail. The DNS question: {cause}"),
    N_("Check again. If it stays like this, the name servers of the domain need attention."),
    "RFC 7208 section 2.6.6",
)

ALL = (
    COVERS_RELAY,
    NO_RECORD,
    USABLE,
    MISSING,
    ALLOWS_ALL,
    DEPENDS_ON_SENDERS,
    DOES_NOT_COVER,
    NOT_LISTED,
    NO_ROOM,
    SEVERAL,
    SEVERAL_INVALID,
    INVALID,
    SEVERAL_INCLUDED,
    TOO_MANY_LOOKUPS,
    MANY_LOOKUPS,
    TOO_MANY_VOID,
    TOO_MANY_MX,
    TARGET_WITHOUT_RECORD,
    SENDER_UNKNOWN,
    DEPENDS_ON_SENDER,
    UNKNOWN,
)
"""Every kind of finding of the check."""

LIMITED = {
    Cause.LOOKUPS: (TOO_MANY_LOOKUPS, LOOKUPS),
    Cause.VOID_LOOKUPS: (TOO_MANY_VOID, VOID_LOOKUPS),
    Cause.MX_NAMES: (TOO_MANY_MX, NAMES),
}
"""The kind for each limit that a record can break, and the limit."""


def not_passing(result: Result) -> FindingKind:
    """Return the kind for a record that does not let a sender pass."""
    return DOES_NOT_COVER if result is Result.FAIL else NOT_LISTED


def of_problem(problem: Problem, domain: str, evidence: str = "", sender: str = "") -> Finding:
    """Return what an error in the evaluation of `domain` for `sender` means.

    Raises UnknownFactError for a temporary one.
    """
    if problem.cause is Cause.DEPENDS_ON_SENDER:
        return DEPENDS_ON_SENDER.found(
            domain, evidence, owner=problem.domain, term=problem.term, sender=sender
        )
    if problem.cause.result is Result.TEMPERROR:
        raise UnknownFactError(domain, problem.detail)
    evidence = problem.evidence or evidence
    place: dict[str, str | int] = {"owner": problem.domain, "term": problem.term}
    if problem.cause is Cause.SYNTAX:
        place |= {"column": problem.column, "rule": problem.rule}
        return INVALID.found(domain, evidence, **place)
    if problem.cause is Cause.SEVERAL_RECORDS:
        values: dict[str, str | int] = {
            "owner": problem.domain,
            "domain": domain,
            "count": len(problem.records),
        }
        return SEVERAL_INCLUDED.found(domain, evidence, **values)
    if limited := LIMITED.get(problem.cause):
        kind, limit = limited
        return kind.found(domain, evidence, domain=domain, limit=limit, **place)
    return TARGET_WITHOUT_RECORD.found(domain, evidence, **place)
