from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailwright.checks.dmarc.record import (
    VERSION,
    has_size,
    is_meant_as_record,
    is_record,
    mended,
    mended_uri,
    parse_policy,
    report_address,
)

TEXTS = st.text(st.characters(max_codepoint=255)) | st.lists(
    st.sampled_from(
        [
            *("v=DMARC1", "v=dmarc1", "V = DMARC1", "p=none", "p=", "sp=x", "pct=5", "=", '"'),
            *("rua=mailto:a@b.example", "rua=,,", "rua=a@b.example", "\\;", " ", "p"),
        ]
    )
).map(";".join)


@pytest.mark.parametrize(
    ("text", "counts", "meant"),
    [
        ("v=DMARC1", True, False),
        ("v=DMARC1;p=none", True, False),
        ("v \t=\tDMARC1 ; p=none", True, False),
        ("v=DMARC1 p=none", False, True),
        ("v=DMARC10; p=none", False, True),
        ("v=dmarc1; p=none", False, True),
        (" v=DMARC1; p=none", False, True),
        ("p=none; v=DMARC1", False, True),
        ('"v=DMARC1; p=none"', False, True),
        ("v=spf1 include:dmarc1.example -all", False, False),
        ("DMARC1 is a version", False, False),
        ("", False, False),
    ],
)
def test_what_counts_as_a_record_and_what_was_meant_as_one(
    text: str, counts: bool, meant: bool
) -> None:
    assert (is_record(text), is_meant_as_record(text)) == (counts, meant)


def test_defaults_come_from_the_policy_above() -> None:
    policy = parse_policy("v=DMARC1; p=reject")
    assert (policy.for_subdomains, policy.for_missing) == ("reject", "reject")
    policy = parse_policy("v=DMARC1; p=reject; sp=quarantine")
    assert policy.for_missing == "quarantine"
    policy = parse_policy("v=DMARC1; p=reject; sp=quarantine; np=none")
    assert (policy.requested, policy.for_missing, policy.is_test) == ("reject", "none", False)


def test_what_has_a_mistake_is_as_if_it_were_not_there() -> None:
    policy = parse_policy("v=DMARC1; p=Reject; aspf=x; pct=20; foo=1; p=none; adkim=S; moo")
    assert policy.tags == {"v": "DMARC1", "p": "reject", "adkim": "s"}
    assert set(policy.dropped) == {"aspf=x", "p=none", "moo"}
    assert (policy.gone, policy.unknown) == (("pct",), ("foo",))


@pytest.mark.parametrize(
    ("uri", "address", "whole"),
    [
        ("mailto:a@b.example", "a@b.example", "mailto:a@b.example"),
        ("MAILTO:a@b.example!10m", "a@b.example", "MAILTO:a@b.example!10m"),
        ("a@b.example", "", "mailto:a@b.example"),
        ("mailto:a@b", "", ""),
        ("mailto:@b.example", "", ""),
        ("https://b.example/a@b.example", "", ""),
        ("", "", ""),
    ],
)
def test_places_for_reports(uri: str, address: str, whole: str) -> None:
    assert (report_address(uri), mended_uri(uri)) == (address, whole)
    assert has_size(uri) is uri.endswith("!10m")


@given(TEXTS)
def test_any_text_is_read_as_a_policy(text: str) -> None:
    policy = parse_policy(f"v={VERSION};{text}")
    assert policy.requested in {"", "none", "quarantine", "reject"}
    for uri in policy.report_uris:
        assert not report_address(uri) or mended_uri(uri) in {"", uri}


@given(TEXTS)
def test_a_mended_record_counts(text: str) -> None:
    assert is_record(mended(text))
