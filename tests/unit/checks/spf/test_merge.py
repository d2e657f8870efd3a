from __future__ import annotations

import asyncio
from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailwright.checks.spf import Request, Result, check_host
from mailwright.checks.spf.merge import WHY, merge_records, merge_spf, spf_record, terms_for
from mailwright.checks.spf.parser import SpfSyntaxError, parse_record
from mailwright.errors import MailwrightError
from mailwright.model.dns_records import DnsRecord
from mailwright.net.resolver import RecordType, StaticResolver

NEW = "include:relay.example"


@pytest.mark.parametrize(
    ("existing", "merged"),
    [
        (None, f"v=spf1 {NEW} ~all"),
        ("v=spf1", f"v=spf1 {NEW}"),
        ("V=SPF1  a   -all", f"V=SPF1 a {NEW} -all"),
        ("v=spf1 a mx ?all", f"v=spf1 a mx {NEW} ?all"),
        ("v=spf1 a -all exp=e.example", f"v=spf1 a {NEW} -all exp=e.example"),
        ("v=spf1 a redirect=r.example", f"v=spf1 a {NEW} redirect=r.example"),
        ("v=spf1 x=y a -mx -all", f"v=spf1 {NEW} x=y a -mx -all"),
        ("v=spf1 a -ip4:192.0.2.1 mx -all", f"v=spf1 a {NEW} -ip4:192.0.2.1 mx -all"),
        (f"v=spf1 {NEW} -all", f"v=spf1 {NEW} -all"),
        ("v=spf1 +Include:Relay.Example. -all", "v=spf1 +Include:Relay.Example. -all"),
        (f"v=spf1 ~{NEW} -all", f"v=spf1 {NEW} -all"),
        (f"v=spf1 -all {NEW}", f"v=spf1 {NEW} -all"),
        ("v=spf1 +all", f"v=spf1 {NEW} +all"),
    ],
)
def test_terms_go_before_what_could_refuse_and_the_rest_stays(
    existing: str | None, merged: str
) -> None:
    assert merge_spf(existing, [NEW]) == merged


def test_a_term_that_is_there_in_other_words_is_not_added() -> None:
    existing = "v=spf1 ip4:192.0.2.1/32 ip6:2001:DB8::1 -all"
    assert merge_spf(existing, ["ip4:192.0.2.1", "ip6:2001:db8::1"]) == existing


@pytest.mark.parametrize(("existing", "terms"), [("v=spf1 moo", [NEW]), (None, ["include:x"])])
def test_a_mistake_is_not_merged(existing: str | None, terms: list[str]) -> None:
    with pytest.raises(SpfSyntaxError):
        merge_spf(existing, terms)


@pytest.mark.parametrize(
    ("records", "merged"),
    [
        (["v=spf1 a  -all"], "v=spf1 a  -all"),
        (["v=spf1 a -all", "v=spf1 mx -all"], "v=spf1 a mx -all"),
        (["v=spf1 a -all", "v=spf1 A mx ~all"], "v=spf1 a mx ~all"),
        (["v=spf1 ?a -all", "v=spf1 a -all"], "v=spf1 a -all"),
        (["v=spf1 -a ?all", "v=spf1 mx"], "v=spf1 mx -a ?all"),
        (["v=spf1 a", "v=spf1 mx"], "v=spf1 a mx ~all"),
        (["v=spf1 redirect=r.x", "v=spf1 mx -all"], "v=spf1 mx include:r.x ~all"),
        (["v=spf1 -all exp=e.x", "v=spf1 a exp=f.x -all"], "v=spf1 a exp=e.x -all"),
        (["v=spf1 -all mx", "v=spf1 a -all"], "v=spf1 a -all"),
    ],
)
def test_several_records_become_one(records: list[str], merged: str) -> None:
    assert merge_records(records) == merged


def test_a_relay_is_allowed_by_its_include_or_else_by_its_addresses() -> None:
    addresses = [ip_address("192.0.2.25"), ip_address("2001:db8::25")]
    assert terms_for(addresses, "Relay.Example.") == (NEW,)
    assert terms_for(addresses, None) == ("ip4:192.0.2.25", "ip6:2001:db8::25")
    assert terms_for([], None) == ()


@pytest.mark.parametrize("domain", ["localhost", "a..b", "a b", "x.1", "%.example", "x.y/24"])
def test_what_no_record_can_include_is_refused(domain: str) -> None:
    with pytest.raises(MailwrightError):
        terms_for([], domain)


def test_the_record_to_publish() -> None:
    record = DnsRecord("example.com", "TXT", f"v=spf1 {NEW} ~all", WHY)
    assert spf_record("example.com", [], [NEW]) == record
    assert spf_record("example.com", [record.value], [NEW]) is None
    several = spf_record("example.com", [record.value, "v=spf1 a ~all"], [NEW])
    assert several is not None
    assert several.value == f"v=spf1 {NEW} a ~all"


TERMS = ["a", "-mx", "?a:x.example", "ip4:192.0.2.0/28", "-ip4:192.0.2.0/24", "~ip6:2001:db8::/32",
         "all", "-all", "~all", "x=y"]  # fmt: skip
RECORD = st.lists(st.sampled_from(TERMS), max_size=6).map(lambda t: " ".join(["v=spf1", *t]))
ADDRESSES = st.lists(
    st.sampled_from([ip_address("192.0.2.25"), ip_address("2001:db8::25")]), min_size=1, unique=True
)


@given(st.none() | RECORD, ADDRESSES)
def test_what_was_merged_passes_and_merging_again_changes_nothing(
    existing: str | None, addresses: list[object]
) -> None:
    senders = [ip_address(str(address)) for address in addresses]
    terms = terms_for(senders, None)
    merged = merge_spf(existing, terms)
    assert merge_spf(merged, terms) == merged
    kept = parse_record(existing or "v=spf1").mechanisms
    assert {m.meaning for m in kept} <= {m.meaning for m in parse_record(merged).mechanisms}
    host: dict[RecordType, list[str]] = {
        "TXT": [merged],
        "A": ["192.0.2.1"],
        "AAAA": ["2001:db8::1"],
    }
    for sender in senders:
        request = Request(sender, "a@example.com", "h.example.com")
        resolver = StaticResolver({"example.com": host})
        assert asyncio.run(check_host(resolver, request)).result is Result.PASS


@given(st.lists(RECORD, min_size=1, max_size=3))
def test_several_records_always_become_one_that_can_be_read(records: list[str]) -> None:
    merged = merge_records(records)
    assert parse_record(merged).text == merged
