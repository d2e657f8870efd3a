from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

import pytest

from mailwright.checks.base import (
    Check,
    Context,
    UnknownFactError,
    addresses_of,
    each,
    known,
    run_checks,
)
from mailwright.model.finding import Finding, FindingKind, Severity
from mailwright.net.resolver import Answer, RecordType, StaticResolver, Status

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

GOOD = FindingKind("x.good", Severity.PASS, "Good.")
LATER = FindingKind("x.later", Severity.INFO, "Later.")
UNKNOWN = FindingKind("x.unknown", Severity.UNKNOWN, "Not known: {cause}")
KINDS = (GOOD, LATER, UNKNOWN)


def context() -> Context:
    return Context(StaticResolver({}), "example.com", "mail.example.com")


def run(*checks: Check) -> list[Finding]:
    emitted: list[Finding] = []
    run_checks(checks, context(), emitted.append)
    return emitted


async def good(_context: Context) -> AsyncIterator[Finding]:
    yield GOOD.found("example.com")


async def slow(_context: Context) -> AsyncIterator[Finding]:
    await asyncio.sleep(0.1)
    yield LATER.found("example.com")


async def unknown(context: Context) -> AsyncIterator[Finding]:
    yield GOOD.found("before")
    answer = Answer("a.example", "TXT", Status.TIMEOUT, problem="192.0.2.53: no answer in 5 s")
    known(answer, context.domain)
    yield GOOD.found("after")


async def buggy(_context: Context) -> AsyncIterator[Finding]:
    yield GOOD.found("before")
    raise ZeroDivisionError


def test_findings_come_as_they_are_found_and_checks_run_at_once() -> None:
    started = time.monotonic()
    found = run(Check("x", KINDS, slow), Check("y", KINDS, slow), Check("x", KINDS, good))
    assert [finding.kind for finding in found] == [GOOD, LATER, LATER]
    assert time.monotonic() - started < 0.19


def test_an_unknown_fact_makes_the_finding_unknown_and_ends_the_check() -> None:
    found = run(Check("x", KINDS, unknown))
    assert [finding.subject for finding in found] == ["before", "example.com"]
    assert found[1].severity is Severity.UNKNOWN
    assert found[1].args == {"cause": "TXT a.example: time-out (192.0.2.53: no answer in 5 s)"}


@pytest.mark.parametrize("status", [status for status in Status if not status.is_known])
def test_no_failed_answer_counts_as_a_fact(status: Status) -> None:
    with pytest.raises(UnknownFactError):
        known(Answer("a.example", "A", status), "a.example")


def test_absence_is_a_fact() -> None:
    answer = Answer("a.example", "A", Status.NXDOMAIN)
    assert known(answer, "a.example") is answer


def addresses(host: str, failures: dict[tuple[str, RecordType], Status] | None = None) -> list[str]:
    zones: dict[str, dict[RecordType, list[str]]] = {
        "a.example": {"A": ["192.0.2.1"], "AAAA": ["2001:db8::1"]},
        "b.example": {"A": ["192.0.2.1"]},
    }
    found = asyncio.run(addresses_of(StaticResolver(zones, failures), host))
    return [str(address) for address in found]


def test_a_host_has_the_addresses_of_both_families() -> None:
    assert addresses("a.example") == ["192.0.2.1", "2001:db8::1"]
    assert addresses("b.example") == ["192.0.2.1"]
    assert addresses("gone.example") == []
    assert addresses("192.0.2.9") == ["192.0.2.9"]


def test_half_an_answer_is_no_answer() -> None:
    with pytest.raises(UnknownFactError, match=r"AAAA b\.example: refused"):
        addresses("b.example", {("b.example", "AAAA"): Status.REFUSED})


def test_a_bug_in_a_check_is_not_hidden() -> None:
    with pytest.raises(ZeroDivisionError):
        run(Check("x", KINDS, buggy), Check("y", KINDS, slow))


def test_a_check_declares_what_it_finds() -> None:
    with pytest.raises(LookupError, match=r"x\.good"):
        run(Check("x", (LATER,), good))


def test_a_check_that_asks_declares_its_unknown_finding() -> None:
    with pytest.raises(LookupError, match="check x declares"):
        run(Check("x", (GOOD,), unknown))


async def part(name: str, seconds: float, *, is_known: bool = True) -> AsyncIterator[Finding]:
    yield GOOD.found(name)
    await asyncio.sleep(seconds)
    if not is_known:
        raise UnknownFactError(name, "silent")
    yield LATER.found(name)


async def in_parts(_context: Context) -> AsyncIterator[Finding]:
    yield GOOD.found("whole")
    parts = [part("slow", 0.1), part("open", 0.05, is_known=False), part("quick", 0)]
    async for finding in each(UNKNOWN, parts):
        yield finding


def test_an_unknown_fact_ends_only_the_part_that_needs_it() -> None:
    began = time.monotonic()
    found = [(finding.subject, finding.severity) for finding in run(Check("x", KINDS, in_parts))]
    assert time.monotonic() - began < 0.14
    assert found == [
        ("whole", Severity.PASS),
        ("slow", Severity.PASS),
        ("open", Severity.PASS),
        ("quick", Severity.PASS),
        ("quick", Severity.INFO),
        ("open", Severity.UNKNOWN),
        ("slow", Severity.INFO),
    ]


async def buggy_part(_context: Context) -> AsyncIterator[Finding]:
    async for finding in each(UNKNOWN, [part("slow", 5), buggy(_context)]):
        yield finding


def test_a_bug_in_a_part_ends_the_run() -> None:
    began = time.monotonic()
    with pytest.raises(ZeroDivisionError):
        run(Check("x", KINDS, buggy_part))
    assert time.monotonic() - began < 4


async def twice(_context: Context) -> AsyncIterator[Finding]:
    parts = [part("same", 0, is_known=False), part("same", 0, is_known=False)]
    async for finding in each(UNKNOWN, parts):
        yield finding
    raise UnknownFactError("same", "silent")


def test_equal_findings_of_a_check_are_told_once() -> None:
    found = [finding.severity for finding in run(Check("x", KINDS, twice))]
    assert found == [Severity.PASS, Severity.UNKNOWN]
