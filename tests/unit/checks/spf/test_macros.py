from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailwright.checks.spf.macros import (
    Expansion,
    MacroSyntaxError,
    expand,
    parse_macro_string,
    query_name,
)
from mailwright.net.resolver import NAME_LENGTH

VALUES = {
    "s": "strong-bad@email.example.com",
    "l": "strong-bad",
    "o": "email.example.com",
    "d": "email.example.com",
    "i": "192.0.2.3",
    "v": "in-addr",
    "p": "mx.example.org",
    "h": "mx.example.org",
    "c": "192.0.2.3",
    "r": "unknown",
    "t": "1700000000",
}
NOISE = st.text(max_size=80) | st.text("%{}sldirp0123456789r.-+,/_= ", max_size=40)


@pytest.mark.parametrize(
    ("text", "expanded"),
    [
        # RFC 7208 section 7.4
        ("%{s}", "strong-bad@email.example.com"),
        ("%{o}", "email.example.com"),
        ("%{d4}", "email.example.com"),
        ("%{d3}", "email.example.com"),
        ("%{d2}", "example.com"),
        ("%{d1}", "com"),
        ("%{dr}", "com.example.email"),
        ("%{d2r}", "example.email"),
        ("%{l}", "strong-bad"),
        ("%{l-}", "strong.bad"),
        ("%{lr}", "strong-bad"),
        ("%{lr-}", "bad.strong"),
        ("%{l1r-}", "strong"),
        ("%{ir}.%{v}._spf.%{d2}", "3.2.0.192.in-addr._spf.example.com"),
        ("%{lr-}.lp.%{ir}.%{v}._spf.%{d2}", "bad.strong.lp.3.2.0.192.in-addr._spf.example.com"),
        ("%{d2}.trusted-domains.example.net", "example.com.trusted-domains.example.net"),
        # sections 7.1 to 7.3
        ("a%%b%_c%-d", "a%b c%20d"),
        ("%{S}", "strong-bad%40email.example.com"),
        ("%{D2R}", "example.email"),
        ("%{d127}", "email.example.com"),
        ("%{d0002}", "example.com"),
        ("%{d" + "9" * 5000 + "}", "email.example.com"),
        ("%{l-+./_=,}", "strong.bad"),
        ("", ""),
    ],
)
def test_a_macro_expands_as_the_rfc_says(text: str, expanded: str) -> None:
    assert expand(parse_macro_string(text), VALUES) == expanded


@pytest.mark.parametrize(
    "text",
    ["%", "%{", "%{}", "%{d", "%d", "%(ir)", "%{x}", "%{d0}", "%{d00}", "%{dr2}", "%{d2rr}",
     "%{d:}", "%{ſ}", "%{d٣}", "a b", "a\tb", "é", "\x00", "%{d}\n"],
)  # fmt: skip
def test_what_breaks_the_grammar_is_refused(text: str) -> None:
    with pytest.raises(MacroSyntaxError):
        parse_macro_string(text)


def test_only_an_explanation_may_hold_spaces() -> None:
    assert expand(parse_macro_string("not %{i} !", explanation=True), VALUES) == "not 192.0.2.3 !"
    with pytest.raises(MacroSyntaxError):
        parse_macro_string("tab\there", explanation=True)


def test_a_macro_string_knows_what_it_needs_and_how_it_ends() -> None:
    macro = parse_macro_string("%{ir}.x.%{D2r-}")
    assert macro.letters == {"i", "d"}
    assert macro.ends_in_macro
    assert macro.parts[-1] == Expansion("d", 2, reverse=True, delimiters="-", escape=True)
    assert parse_macro_string("a%%").ends_in_macro
    assert not parse_macro_string("%{d}.com").ends_in_macro


@pytest.mark.parametrize(
    ("expanded", "name"),
    [
        ("example.com.", "example.com"),
        ("a" * 10 + "." + "b" * NAME_LENGTH, "b" * NAME_LENGTH),
        ("a" * 10 + "." + "b" * (NAME_LENGTH - 4) + ".com", "b" * (NAME_LENGTH - 4) + ".com"),
        (".".join(["x" * 49] * 6), ".".join(["x" * 49] * 5)),
    ],
)
def test_a_long_name_loses_labels_on_the_left(expanded: str, name: str) -> None:
    assert query_name(expanded) == name


@given(st.text(max_size=600))
def test_a_name_never_gets_too_long(expanded: str) -> None:
    name = query_name(expanded)
    assert len(name) <= NAME_LENGTH
    assert expanded.removesuffix(".").endswith(name)


@given(NOISE, st.booleans())
def test_noise_is_parsed_or_refused(text: str, explanation: bool) -> None:
    try:
        macro = parse_macro_string(text, explanation=explanation)
    except MacroSyntaxError:
        return
    assert expand(macro, VALUES).isascii()
    assert macro.text == text


@given(st.text(max_size=60), st.sampled_from(["%{l}", "%{L}", "%{l1r-}", "%{Lr+-./}"]))
def test_any_local_part_expands(local: str, text: str) -> None:
    expanded = expand(parse_macro_string(text), {"l": local})
    assert len(expanded) <= len(local) * 12
