from __future__ import annotations

import asyncio
from ipaddress import ip_address
from typing import TYPE_CHECKING

import pytest

from mailwright.checks.spf.outcome import Cause, Problem
from mailwright.checks.spf.parser import Record, parse_record
from mailwright.checks.spf.questions import (
    Questions,
    TooManyNamesError,
    UnansweredError,
    find_record,
    is_within,
    preferred_name,
    prefetch,
)
from mailwright.net.resolver import RecordType, StaticResolver, Status

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Failures = dict[tuple[str, RecordType], Status]
    Zones = Mapping[str, Mapping[RecordType, Sequence[str]]]

FULL = (32, 128)
HOSTS: Zones = {
    "example.com": {"A": ["192.0.2.1"], "AAAA": ["2001:db8::1"], "MX": ["10 mx.example.com"]},
    "mx.example.com": {"A": ["192.0.2.25"]},
    "two.example.com": {"MX": ["10 slow.example.com", "20 mx.example.com"]},
    "null.example.com": {"MX": ["0 ."]},
    "many.example.com": {"MX": [f"10 mx{n}.example.com" for n in range(11)]},
    "slow.example.com": {"A": ["192.0.2.99"]},
    "25.2.0.192.in-addr.arpa": {"PTR": ["slow.example.com", "other.example", "MX.example.com."]},
}
SLOW: Failures = {("slow.example.com", "A"): Status.TIMEOUT}


def questions(address: str, failures: Failures | None = None) -> Questions:
    return Questions(StaticResolver(HOSTS, failures), ip_address(address))


@pytest.mark.parametrize(
    ("address", "name", "prefixes", "expected"),
    [
        ("192.0.2.1", "example.com", FULL, True),
        ("192.0.2.2", "example.com", FULL, False),
        ("192.0.2.2", "example.com", (24, 128), True),
        ("2001:db8::1", "example.com", FULL, True),
        ("2001:db8::2", "example.com", (0, 128), False),
        ("2001:db8::2", "example.com", (32, 64), True),
    ],
)
def test_an_address_is_compared_by_the_prefix_of_its_family(
    address: str, name: str, prefixes: tuple[int, int], expected: bool
) -> None:
    assert asyncio.run(questions(address).has_address(name, prefixes)) is expected


def test_what_holds_no_record_is_void_and_what_is_no_name_is_not_asked() -> None:
    async def run() -> None:
        asking = questions("192.0.2.1")
        assert await asking.ask("bad..name", "A") == ()
        assert not asking.is_void
        assert await asking.ask("mx.example.com", "AAAA") == ()
        assert asking.is_void

    asyncio.run(run())


@pytest.mark.parametrize(
    ("address", "name", "expected"),
    [
        ("192.0.2.25", "example.com", True),
        ("192.0.2.1", "example.com", False),
        ("192.0.2.1", "mx.example.com", False),
        ("192.0.2.1", "null.example.com", False),
        ("192.0.2.25", "two.example.com", True),
    ],
)
def test_mx_hosts_count_and_nothing_stands_in_for_them(
    address: str, name: str, expected: bool
) -> None:
    assert asyncio.run(questions(address, SLOW).has_mail_exchanger(name, FULL)) is expected


def test_an_open_question_decides_where_no_host_matches() -> None:
    with pytest.raises(UnansweredError, match=r"A slow\.example\.com: time-out"):
        asyncio.run(questions("192.0.2.1", SLOW).has_mail_exchanger("two.example.com", FULL))


def test_more_than_ten_mx_hosts_are_too_many() -> None:
    with pytest.raises(TooManyNamesError):
        asyncio.run(questions("192.0.2.1").has_mail_exchanger("many.example.com", FULL))


def test_only_names_that_lead_back_are_validated() -> None:
    assert asyncio.run(questions("192.0.2.25", SLOW).validated_names()) == ("MX.example.com",)
    assert asyncio.run(questions("192.0.2.26").validated_names()) == ()


def test_the_eleventh_name_of_an_address_is_not_looked_at() -> None:
    names = [f"n{number}.example.com" for number in range(11)]
    zones: Zones = {
        "1.2.0.192.in-addr.arpa": {"PTR": names},
        **{name: {"A": ["192.0.2.1"]} for name in names},
    }
    asking = Questions(StaticResolver(zones), ip_address("192.0.2.1"))
    assert asyncio.run(asking.validated_names()) == tuple(names[:10])


@pytest.mark.parametrize(
    ("name", "domain", "expected"),
    [
        ("a.example.com", "example.com", True),
        ("EXAMPLE.com", "example.COM.", True),
        ("badexample.com", "example.com", False),
        ("com", "example.com", False),
    ],
)
def test_a_name_is_within_a_domain_by_whole_labels(name: str, domain: str, expected: bool) -> None:
    assert is_within(name, domain) is expected


def test_the_domain_itself_is_the_preferred_name_then_one_below_it() -> None:
    names = ["other.example", "a.example.com", "Example.com"]
    assert preferred_name(names, "example.com") == "Example.com"
    assert preferred_name(names[:2], "example.com") == "a.example.com"
    assert preferred_name(names[:1], "example.com") == "other.example"
    assert preferred_name([], "example.com") == "unknown"


def record(*texts: str, failure: Status | None = None) -> Record | Problem | None:
    failures: Failures = {("example.com", "TXT"): failure} if failure else {}
    resolver = StaticResolver({"example.com": {"TXT": texts}}, failures)
    return asyncio.run(find_record(resolver, "example.com"))


def test_a_record_is_found_among_other_texts() -> None:
    assert record("other", "v=spf1 -all") == parse_record("v=spf1 -all")
    assert record("other") is None


def test_why_a_record_is_of_no_use() -> None:
    assert record("v=spf1 -all", "V=SPF1") == Problem(
        Cause.SEVERAL_RECORDS, "example.com", records=("v=spf1 -all", "V=SPF1")
    )
    syntax = record("v=spf1 moo")
    assert isinstance(syntax, Problem)
    assert (syntax.cause, syntax.term, syntax.column) == (Cause.SYNTAX, "moo", 8)


@pytest.mark.parametrize("failure", [status for status in Status if not status.is_known])
def test_no_failure_is_a_missing_record(failure: Status) -> None:
    found = record("v=spf1 -all", failure=failure)
    assert isinstance(found, Problem)
    assert found.cause is Cause.UNANSWERED
    assert str(failure) in found.detail


@pytest.mark.parametrize("domain", ["localhost", "a..b", "", "[192.0.2.1]", "x" * 64 + ".example"])
def test_what_is_no_domain_has_no_record(domain: str) -> None:
    assert asyncio.run(find_record(StaticResolver({}), domain)) is None


def test_only_names_are_prefetched() -> None:
    async def run() -> int:
        resolver = StaticResolver({})
        prefetch(resolver, "a..b", "A")
        prefetch(resolver, "a.example", "A")
        return resolver.queries

    assert asyncio.run(run()) == 1
