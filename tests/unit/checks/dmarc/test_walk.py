"""The walk up the tree of names (RFC 9989 section 4.10)."""

from __future__ import annotations

import asyncio

import pytest

from mailwright.checks.base import UnknownFactError
from mailwright.checks.dmarc.walk import QUERIES, Walk, names_on_the_way, walk
from mailwright.net.resolver import RecordType, StaticResolver, Status

Failures = dict[tuple[str, RecordType], Status]


def walked(domain: str, failures: Failures | None = None, **tags: str) -> Walk:
    """Walk; `tags` maps domains (`_` for `.`) to what follows the version in their records."""
    records: dict[str, dict[RecordType, list[str]]] = {
        f"_dmarc.{name.replace('_', '.')}": {"TXT": [f"v=DMARC1; p=none; {text}"]}
        for name, text in tags.items()
    }
    return asyncio.run(walk(StaticResolver(records, failures), domain))


def test_a_short_name_loses_a_label_at_each_step() -> None:
    assert names_on_the_way("A.mail.example.com") == [
        "a.mail.example.com",
        "mail.example.com",
        "example.com",
        "com",
    ]


def test_a_long_name_is_cut_to_seven_labels_so_that_eight_queries_are_enough() -> None:
    names = names_on_the_way("a.b.c.d.e.f.g.h.i.j.example.com")
    assert len(names) == QUERIES
    assert names[1] == "f.g.h.i.j.example.com"
    assert names[-1] == "com"
    assert len(names_on_the_way("a.b.c.d.e.f.g.com")) == QUERIES
    assert names_on_the_way("a.b.c.d.e.f.g.com")[1] == "b.c.d.e.f.g.com"


def test_the_organizational_domain_is_the_highest_with_a_record() -> None:
    found = walked("a.mail.example.com", mail_example_com="", example_com="")
    assert found.organizational == "example.com"
    assert found.policy_stop
    assert found.policy_stop.domain == "example.com"


def test_the_domain_itself_where_nobody_has_a_record() -> None:
    found = walked("a.example.com")
    assert found.organizational == "a.example.com"
    assert found.policy_stop is None


def test_psd_n_ends_the_walk() -> None:
    found = walked("a.b.example.com", b_example_com="psd=n", example_com="")
    assert found.organizational == "b.example.com"
    assert [stop.domain for stop in found.stops] == ["a.b.example.com", "b.example.com"]


def test_below_a_public_suffix_the_organizational_domain_is_one_label_down() -> None:
    found = walked("a.b.example.com", example_com="psd=y", com="")
    assert found.organizational == "b.example.com"
    assert found.policy_stop
    assert found.policy_stop.domain == "example.com"


def test_a_public_suffix_itself_goes_on() -> None:
    found = walked("example.com", example_com="psd=y")
    assert found.organizational == "example.com"
    assert len(found.stops) == 2


def test_records_that_are_several_do_not_count() -> None:
    records: dict[str, dict[RecordType, list[str]]] = {
        "_dmarc.a.example.com": {"TXT": ["v=DMARC1; p=none", "v=DMARC1; p=reject"]},
        "_dmarc.example.com": {"TXT": ["v=DMARC1; p=reject"]},
    }
    found = asyncio.run(walk(StaticResolver(records), "a.example.com"))
    assert found.organizational == "example.com"
    assert len(found.stops[0].records) == 2


def test_a_parent_that_stays_open_leaves_the_own_record_known() -> None:
    found = walked("example.com", {("_dmarc.com", "TXT"): Status.TIMEOUT}, example_com="")
    assert found.policy_stop
    with pytest.raises(UnknownFactError, match=r"TXT _dmarc\.com: time-out"):
        _ = found.organizational


def test_an_own_record_that_stays_open_ends_the_walk() -> None:
    with pytest.raises(UnknownFactError):
        walked("example.com", {("_dmarc.example.com", "TXT"): Status.SERVFAIL})


def test_what_lies_beyond_the_end_of_the_walk_may_stay_open() -> None:
    failures: Failures = {("_dmarc.com", "TXT"): Status.TIMEOUT}
    assert walked("a.example.com", failures, example_com="psd=n").organizational == "example.com"
