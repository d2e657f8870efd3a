from __future__ import annotations

from ipaddress import ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailwright.checks.spf.parser import RULES, SpfSyntaxError, parse_record, spf_records

TERMS = st.lists(
    st.sampled_from(
        ["a", "mx", "ptr", "all", "include", "exists", "ip4", "ip6", "redirect", "exp", "v", ":",
         "=", "/", "//", "24", "33", "129", "0", "-", "~", "?", "+", " ", "example.com", "%{d}",
         "%{ir}", "%", "192.0.2.1", "2001:db8::", "\t", "é", ".", "x.1", "[", "\\"]
    ),
    max_size=25,
).map("".join)  # fmt: skip
NOISE = st.text(max_size=100) | TERMS


def test_spf_records_are_those_with_the_version_as_a_word() -> None:
    texts = ["v=spf1", "V=SpF1 -all", "v=spf10 -all", " v=spf1", "v=spf1\t-all", "spf2.0/pra", ""]
    assert spf_records(texts) == ("v=spf1", "V=SpF1 -all")


def test_a_record_becomes_terms_in_their_order() -> None:
    record = parse_record("v=spf1  A:Example.com/24//64 -mx ?ip4:192.0.2.9/24 exp=e.example x=%{d}")
    first, second, third = record.mechanisms
    assert (first.qualifier, first.name, first.prefixes, first.column) == ("+", "a", (24, 64), 9)
    assert first.target is not None
    assert first.target.text == "Example.com"
    assert (second.qualifier, second.name, second.target) == ("-", "mx", None)
    assert (third.qualifier, third.network) == ("?", ip_network("192.0.2.0/24"))
    assert record.exp is not None
    assert record.exp.target.text == "e.example"
    assert record.redirect is None


@pytest.mark.parametrize(
    "term",
    ["all", "-ALL", "a", "a/24", "a//64", "a/0//0", "a:example.com", "a:a.b-c", "a:%{d}/24",
     "a:foo:bar/baz.example", "a:example.xn--zckzah", "a:example.com.", "mx:%{i}.x.y//128", "ptr",
     "ptr:example.com", "ip4:192.0.2.1", "ip4:192.0.2.1/0", "ip6:::1", "ip6:2001:DB8::/32",
     "ip6:::1.2.3.4/128", "exists:%{ir}.%{d}", "include:_spf.example.com", "include:%%",
     "redirect=example.com", "redirect=%{d2}", "exp=%{d}", "moo=", "moo.cow-far_out=man:dog/cat",
     "default=+", "all=x", "a=b", "include=x"],
)  # fmt: skip
def test_the_grammar_has_these_terms(term: str) -> None:
    assert parse_record(f"v=spf1 {term} ~all").text == f"v=spf1 {term} ~all"


@pytest.mark.parametrize(
    ("term", "rule"),
    [
        ("all.", ""),
        ("all:x.y", "all"),
        ("all/8", "all"),
        ("moo", ""),
        ("moo:x.y", ""),
        ("=all", ""),
        ("1up=foo", ""),
        ("redirect:x.y", ""),
        ("+redirect=x.y", ""),
        ("--all", ""),
        ("a:", "a"),
        ("a/", "a"),
        ("a//", "a"),
        ("a/33", "a"),
        ("a//129", "a"),
        ("a/024", "a"),
        ("a/24/64", "a"),
        ("a/1000", "a"),
        ("a:museum", "a"),
        ("a:museum.", "a"),
        ("a:abc.123", "a"),
        ("a:1.2.3.4", "a"),
        ("a:example.-com", "a"),
        ("a:example.com-", "a"),
        ("a:example.com:8080", "a"),
        ("a:%{d}com", "a"),
        ("a:%{d}/033", "a"),
        ("a:%{x}.com", "a"),
        ("a:%{c}.com", "a"),
        ("a:foo.example.com\x00", "a"),
        ("a:bücher.example", "a"),
        ("mx:", "mx"),
        ("mx/33", "mx"),
        ("ptr/0", "ptr"),
        ("ptr:", "ptr"),
        ("include", "include"),
        ("include:", "include"),
        ("include:x.y/24", "include"),
        ("exists", "exists"),
        ("exists:", "exists"),
        ("exists:x.y/24", "exists"),
        ("exists:%(ir).x.y", "exists"),
        ("ip4", "ip4"),
        ("ip4:", "ip4"),
        ("ip4:1.2.3", "ip4"),
        ("ip4:01.2.3.4", "ip4"),
        ("ip4:1.2.3.4/33", "ip4"),
        ("ip4:1.2.3.4/032", "ip4"),
        ("ip4:1.2.3.4//32", "ip4"),
        ("ip4:1.2.3.4/", "ip4"),
        ("ip4:1.2.3.4:25", "ip4"),
        ("ip4:::1", "ip4"),
        ("ip6", "ip6"),
        ("ip6:1.2.3.4", "ip6"),
        ("ip6::CAFE::BABE", "ip6"),
        ("ip6:::1/129", "ip6"),
        ("ip6:::1//33", "ip6"),
        ("ip6:fe80::1%eth0", "ip6"),
        ("redirect=", "redirect"),
        ("redirect=-all", "redirect"),
        ("redirect=%{r}.x.y", "redirect"),
        ("redirect=a.b redirect=a.b", "redirect"),
        ("exp=", "exp"),
        ("exp=-all", "exp"),
        ("exp=a.b exp=c.d", "exp"),
        ("foo=%abc", ""),
        ("foo=%{t}", ""),
        ("a\tmx", ""),
        ("ſ", ""),
        ("\x96all", ""),
    ],
)
def test_a_mistake_is_named_with_its_place_and_the_grammar(term: str, rule: str) -> None:
    with pytest.raises(SpfSyntaxError) as raised:
        parse_record(f"v=spf1 {term} -all")
    last = term.rpartition(" ")[2]
    assert raised.value.token == last
    assert raised.value.column == len(f"v=spf1 {term}") - len(last) + 1
    assert raised.value.rule == RULES.get(rule, raised.value.rule)


def test_another_version_is_no_record() -> None:
    with pytest.raises(SpfSyntaxError):
        parse_record("v=spf2 -all")


def test_nothing_after_all_is_effective() -> None:
    record = parse_record("v=spf1 a ?all mx redirect=example.com")
    assert [mechanism.name for mechanism in record.effective] == ["a", "all"]
    assert record.effective_redirect is None
    followed = parse_record("v=spf1 a redirect=example.com")
    assert followed.effective_redirect == followed.redirect is not None


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("a", "+A", True),
        ("a:Example.com", "-a:example.com.", True),
        ("ip4:192.0.2.1", "ip4:192.0.2.1/32", True),
        ("ip4:192.0.2.1/24", "ip4:192.0.2.0/24", True),
        ("a", "mx", False),
        ("a/24", "a", False),
        ("a:x.example", "a:y.example", False),
    ],
)
def test_mechanisms_that_match_the_same_mean_the_same(one: str, other: str, same: bool) -> None:
    first, second = parse_record(f"v=spf1 {one} {other}").mechanisms
    assert (first.meaning == second.meaning) is same


@given(NOISE)
def test_noise_is_parsed_or_refused_in_its_place(noise: str) -> None:
    text = f"v=spf1 {noise}"
    terms: list[tuple[int, str]]
    try:
        terms = [(m.column, m.text) for m in parse_record(text).mechanisms]
    except SpfSyntaxError as error:
        terms = [(error.column, error.token)]
    assert all(text[column - 1 :].startswith(term) for column, term in terms)


@given(NOISE)
def test_any_text_is_a_record_or_none(text: str) -> None:
    assert spf_records([text]) in {(), (text,)}
