"""Whether mail arrives; what is said about places for reports is in tests/cases/checks/dmarc."""

from __future__ import annotations

import asyncio

import pytest

from mailwright.checks.dmarc.reports import missing_mail, place_for_reports
from mailwright.checks.dmarc.walk import walk
from mailwright.net.resolver import RecordType, StaticResolver, Status

HOST = "a.example.com"
Types = dict[RecordType, list[str]]
Failures = dict[RecordType, Status]


@pytest.mark.parametrize(
    ("types", "failures", "missing"),
    [
        ({"MX": ["10 mx.example.net"]}, {}, None),
        ({"MX": ["10 mx.example.net"]}, {"A": Status.TIMEOUT}, None),
        ({"A": ["192.0.2.1"]}, {}, None),
        ({"A": ["192.0.2.1"]}, {"AAAA": Status.TIMEOUT}, None),
        ({"A": ["192.0.2.1"]}, {"MX": Status.TIMEOUT}, ("MX", Status.TIMEOUT)),
        ({"MX": ["0 ."], "A": ["192.0.2.1"]}, {}, ("MX", Status.ANSWER)),
        ({"TXT": ["x"]}, {}, ("MX", Status.NO_DATA)),
        ({"TXT": ["x"]}, {"AAAA": Status.REFUSED}, ("AAAA", Status.REFUSED)),
    ],
)
def test_whether_a_host_takes_mail(
    types: Types, failures: Failures, missing: tuple[str, Status] | None
) -> None:
    resolver = StaticResolver(
        {HOST: types}, {(HOST, kind): status for kind, status in failures.items()}
    )
    found = asyncio.run(missing_mail(resolver, HOST))
    assert (found and (found.record_type, found.status)) == missing


@pytest.mark.parametrize(
    ("own", "above", "place"),
    [
        ({"MX": ["10 mx.example.net"]}, {}, f"mailto:postmaster@{HOST}"),
        ({"MX": ["0 ."]}, {"MX": ["10 mx.example.net"]}, "mailto:postmaster@example.com"),
        ({"MX": ["0 ."]}, {"MX": ["0 ."]}, ""),
    ],
)
def test_the_place_that_is_offered_takes_mail(own: Types, above: Types, place: str) -> None:
    resolver = StaticResolver(
        {HOST: own, "example.com": above, "_dmarc.example.com": {"TXT": ["v=DMARC1; p=none"]}}
    )

    async def run() -> str:
        return await place_for_reports(resolver, await walk(resolver, HOST))

    assert asyncio.run(run()) == place
