"""How the command line shows what is to be published: text for people, and JSON forms."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from mailwright.i18n import _, visible
from mailwright.model.dns_records import split_txt
from mailwright.model.publication import quoted
from mailwright.usecases.letter import letter

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mailwright.model.dns_records import DnsRecord
    from mailwright.model.publication import ReverseRequest

LONGEST_VALUE = 4_000
_INDENT = "      "


def of_records(records: Sequence[DnsRecord]) -> Iterator[str]:
    """Each record, why it is needed, and in parts where it is too long for one string."""
    if records:
        yield click.style(_("DNS records for you to publish"), bold=True)
    for record in records:
        yield f"  {visible(record.name)} {record.type} {visible(record.value, LONGEST_VALUE)}"
        yield f"{_INDENT}{visible(_(record.why), LONGEST_VALUE)}"
        if _is_split(record):
            yield _INDENT + _("Where a form or zone file wants it in strings:")
            yield f"{_INDENT}{visible(quoted(record), LONGEST_VALUE)}"


def of_requests(requests: Sequence[ReverseRequest]) -> Iterator[str]:
    """The texts for the providers of the addresses."""
    if requests:
        yield click.style(_("Text for the provider of the IP address, ready to send"), bold=True)
    for request in requests:
        yield ""
        yield from (f"  {line}" for line in letter(request).splitlines())


def record_shape(record: DnsRecord) -> dict[str, object]:
    """A record's JSON form; `strings` and `quoted` are for TXT records alone."""
    shape: dict[str, object] = {
        "name": record.name,
        "type": record.type,
        "value": record.value,
        "why": _(record.why),
    }
    if record.type == "TXT":
        shape |= {"strings": list(split_txt(record.value)), "quoted": quoted(record)}
    return shape


def request_shape(request: ReverseRequest) -> dict[str, object]:
    """The JSON form of a text for a provider."""
    return {
        "address": request.address,
        "name": request.name,
        "hostname": request.hostname,
        "text": letter(request),
    }


def _is_split(record: DnsRecord) -> bool:
    return record.type == "TXT" and len(split_txt(record.value)) > 1
