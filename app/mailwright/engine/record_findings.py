"""What is said about records that were read back, and about what no record says. Pure."""

from __future__ import annotations

from ipaddress import ip_address
from typing import TYPE_CHECKING

from mailwright.checks.ptr import is_generic
from mailwright.engine.records import RESOLVER, Purpose, Reading, report_leave
from mailwright.i18n import N_
from mailwright.model.finding import Finding, FindingKind, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mailwright.engine.records import Sender
    from mailwright.model.dns_records import DnsRecord

_AGAIN = N_("Check again in a few minutes with: mailwright verify PROFILE")

VISIBLE = FindingKind(
    "records.visible",
    Severity.PASS,
    N_("{type} {name}: the record is on every name server of its zone ({count})."),
    source="RFC 2182 section 3",
)
MISSING = FindingKind(
    "records.missing",
    Severity.WARN,
    N_("{type} {name}: no name server has the record that is needed."),
    N_("Publish this record: {name} {type} {value}"),
)
OTHER = FindingKind(
    "records.other",
    Severity.WARN,
    N_("{type} {name}: what the name servers have is not the record that is needed."),
    N_("Publish this record in the place of it: {name} {type} {value}"),
)
REVERSE_MISSING = FindingKind(
    "records.reverse-missing",
    Severity.WARN,
    N_("The reverse DNS of {address} is not {value}."),
    N_("Ask the provider of the address to set it to {value}; the text for that is ready."),
    "RFC 1912 section 2.1",
)
REVERSE_MISSING_6 = FindingKind(
    "records.reverse-missing-ipv6",
    Severity.WARN,
    REVERSE_MISSING.message,
    N_(
        "Ask the provider of the address to set it to {value}; the text for that is ready. Or let "
        "mail leave by IPv4 alone: write only IPv4 addresses into the profile "
        "(identity.addresses), then apply it again."
    ),
    "RFC 1912 section 2.1, https://support.google.com/a/answer/81126 (2025-11)",
)
REVERSE_OTHER = FindingKind(
    "records.reverse-other-name",
    Severity.WARN,
    N_(
        "The reverse DNS of {address} is {other}, which leads back to the address, but is not the "
        "name that the server gives in HELO."
    ),
    N_("Receivers take that, some with suspicion. Ask the provider to set it to {value}."),
    "RFC 8601 section 2.7.3",
)
REVERSE_GENERIC = FindingKind(
    "records.reverse-generic",
    Severity.WARN,
    N_(
        "The reverse DNS of {address} is {other}, which leads back to the address, but receivers "
        "take it for the name of a line or a rented machine, and refuse mail from such."
    ),
    N_("Ask the provider of the address to set it to {value}; the text for that is ready."),
    "https://senders.yahooinc.com/best-practices/ (2024-02)",
)
TROUBLE = FindingKind(
    "records.to-correct",
    Severity.WARN,
    N_("{type} {name}: what is there now has to be corrected by hand first ({trouble})."),
    N_("Correct the record, then run the proof again with: mailwright verify PROFILE"),
)
DIFFERS = FindingKind(
    "records.differs",
    Severity.WARN,
    N_("{type} {name}: {server} does not have the record yet that other name servers have."),
    N_(
        "It still serves: {old}. Wait {ttl} seconds, or have it load the zone again, then check "
        "again."
    ),
)
LAGS = FindingKind(
    "records.lags",
    Severity.WARN,
    DIFFERS.message,
    N_("Wait {ttl} seconds, or have it load the zone again, then check again."),
)
SERVER_SILENT = FindingKind(
    "records.server-silent",
    Severity.UNKNOWN,
    N_("{type} {name}: it is not known whether {server} has the record ({cause})."),
    _AGAIN,
)
UNKNOWN = FindingKind(
    "records.unknown",
    Severity.UNKNOWN,
    N_("{type} {name}: the name servers of the zone could not be asked ({cause})."),
    _AGAIN,
)
NO_KEY = FindingKind(
    "records.no-key",
    Severity.INFO,
    N_(
        "The DKIM key is made on the server when the plan is applied; the record to publish for "
        "it is shown then."
    ),
)
NO_ADDRESS = FindingKind(
    "records.no-address",
    Severity.UNKNOWN,
    N_("It is not known from which address the mail leaves: {hostname} has no public one."),
    N_("Write the addresses as receivers see them into the profile: identity.addresses"),
)
HIDDEN = FindingKind(
    "records.address-hidden",
    Severity.UNKNOWN,
    N_(
        "It is not known from which {family} address receivers see mail come: the server has only "
        "inside ones ({addresses})."
    ),
    N_(
        "Write every address that receivers see into the profile (identity.addresses), then apply "
        "it again: mail leaves only by the families of these addresses then."
    ),
    "RFC 6890 section 2.2",
)
NO_MX = FindingKind(
    "records.no-mx",
    Severity.WARN,
    N_("{domain} has no MX record: replies and bounces have no destination."),
    N_("Publish an MX record for {domain} that names the server where its mail is received."),
    "RFC 5321 section 5.1",
)
NO_REPORTS = FindingKind(
    "records.no-reports",
    Severity.INFO,
    N_(
        "The DMARC record asks for no reports: {name} would have to hold a TXT record v=DMARC1 "
        "for {administrator} to get them."
    ),
    source="RFC 9990 section 4",
)
REPORTS_TO_POSTMASTER = FindingKind(
    "records.reports-to-postmaster",
    Severity.INFO,
    N_(
        "The DMARC record sends reports to the postmaster of the domain. For {administrator} to "
        "get them, {name} would have to hold a TXT record v=DMARC1."
    ),
    source="RFC 9990 section 4",
)


def findings(reading: Reading) -> tuple[Finding, ...]:
    """What reading a record back showed."""
    record = reading.record
    if reading.is_everywhere:
        return (VISIBLE.found(record.name, record.value, **_args(reading), count=_count(reading)),)
    return (*_lacks(reading), *silence(reading))


def unsettled(readings: Iterable[Reading]) -> Iterator[Finding]:
    """What keeps records from being asked for, although nobody has them as far as is known."""
    for reading in readings:
        unknown = not reading.visible and not reading.lacking
        if unknown or (reading.is_missing and reading.trouble):
            yield from findings(reading)


def notes(sender: Sender, readings: Iterable[Reading], *, has_mx: bool | None) -> Iterator[Finding]:
    """What is to be known beside the records; `has_mx` is None where the DNS did not say."""
    if not sender.addresses:
        yield NO_ADDRESS.found(sender.hostname, hostname=sender.hostname)
    else:
        yield from _hidden(sender)
    if sender.key is None:
        yield NO_KEY.found(sender.hostname)
    if has_mx is False:
        yield NO_MX.found(sender.domain, domain=sender.domain)
    for reading in readings:
        if reading.purpose is Purpose.DMARC and reading.is_missing:
            yield from _reports(sender, reading.record)


def _hidden(sender: Sender) -> Iterator[Finding]:
    for version in sorted({address.version for address in sender.hidden}):
        addresses = ", ".join(str(each) for each in sender.hidden if each.version == version)
        yield HIDDEN.found(sender.hostname, family=f"IPv{version}", addresses=addresses)


def _reports(sender: Sender, record: DnsRecord) -> Iterator[Finding]:
    administrator = sender.administrator
    if "rua=" not in record.value:
        kind = NO_REPORTS
    elif "rua=mailto:postmaster@" in record.value and not administrator.startswith("postmaster@"):
        kind = REPORTS_TO_POSTMASTER
    else:
        return
    yield kind.found(record.name, name=report_leave(sender), administrator=administrator)


def has_name_of_a_line(reading: Reading) -> bool:
    """Whether the only reverse name that leads back is one that receivers are wary of."""
    return bool(reading.other) and is_generic(reading.other, ip_address(reading.address))


def _lacks(reading: Reading) -> Iterator[Finding]:
    if reading.other:
        kind = REVERSE_GENERIC if has_name_of_a_line(reading) else REVERSE_OTHER
        yield _found(kind, reading, other=reading.other)
    elif reading.trouble:
        yield _found(TROUBLE, reading, trouble=reading.trouble)
    elif reading.is_missing:
        yield _found(_absent(reading), reading)
    else:
        for one in reading.lacking:
            old = ", ".join(one.values)
            kind = DIFFERS if old else LAGS
            yield _found(kind, reading, server=one.server, old=old, ttl=one.ttl)


def _absent(reading: Reading) -> FindingKind:
    if reading.purpose is Purpose.REVERSE:
        return REVERSE_MISSING_6 if ":" in reading.address else REVERSE_MISSING
    # A host may have several addresses, but one key, one policy and one SPF record.
    has_other = reading.purpose is not Purpose.ADDRESS and any(one.values for one in reading.said)
    return OTHER if has_other else MISSING


def silence(reading: Reading) -> Iterator[Finding]:
    """What is not known of a record."""
    if reading.cause or not reading.said:
        yield _found(UNKNOWN, reading, cause=reading.cause)
    for one in reading.silent:
        yield _found(SERVER_SILENT, reading, server=one.server, cause=one.cause)


def _found(kind: FindingKind, reading: Reading, **more: str | int) -> Finding:
    evidence = "\n".join(
        f"{one.server}: {value}"
        for one in reading.said
        if one.holds is not None
        for value in one.values or ("-",)
    )
    return kind.found(reading.record.name, evidence, **_args(reading), **more)


def _args(reading: Reading) -> dict[str, str | int]:
    record = reading.record
    address = {"address": reading.address} if reading.address else {}
    return {"type": record.type, "name": record.name, "value": record.value, **address}


def _count(reading: Reading) -> int:
    return len({one.server for one in reading.said} - {RESOLVER})
