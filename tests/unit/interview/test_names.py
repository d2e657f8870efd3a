from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailwright.interview import names


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("mx1.example.jp", "mx1.example.jp"),
        ("MX1.Example.JP.", "mx1.example.jp"),
        ("mx1", "mx1"),
        ("1.example", "1.example"),
        ("r3---sn.example", "r3---sn.example"),
        ("xn--r8jz45g.jp", "xn--r8jz45g.jp"),
        ("a" * 63 + ".jp", "a" * 63 + ".jp"),
    ],
)
def test_host_names(text: str, name: str) -> None:
    assert names.host_name(text) == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("メール.例え.jp", "xn--4dkua4c.xn--r8jz45g.jp"),
        ("faß.example", "xn--fa-hia.example"),
        ("ＭＸ１.example。jp", "mx1.example.jp"),
    ],
)
def test_names_of_other_scripts_become_a_labels(text: str, name: str) -> None:
    assert names.host_name(text) == name


@pytest.mark.parametrize(
    "text",
    [
        "", ".", "a..b", "-a.jp", "a-.jp", "a_b.jp", "a b.jp", "*.jp", "a/b", "a:25", "a@b",
        "192.0.2.1", "1.2", "::1", "a" * 64 + ".jp", "a." * 127 + "jp", "a\n.jp", "a.jp\0",
        "例え.jp/", "☃☃.jp\u202e", "xn--\u3042.jp",
    ],
)  # fmt: skip
def test_what_is_no_host_name(text: str) -> None:
    assert names.host_name(text) is None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("_spf.Example.jp", "_spf.example.jp"),
        ("_dmarc._x.example.jp", "_dmarc._x.example.jp"),
        ("spf_x.example.jp", None),
        ("_.example.jp", None),
        ("_" + "a" * 63 + ".jp", None),
        ("192.0.2.1", None),
    ],
)
def test_domain_names_may_begin_with_an_underscore(text: str, name: str | None) -> None:
    assert names.domain_name(text) == name
    assert name is None or names.host_name(text) is None


@given(st.text())
def test_any_text_is_a_name_on_the_wire_or_none(text: str) -> None:
    name = names.host_name(text)
    assert name is None or re.fullmatch(r"[a-z0-9.-]{1,253}", name)
    assert name is None or names.host_name(name) == name


@pytest.mark.parametrize(
    ("name", "qualified"),
    [
        ("mx1.example.jp", True),
        ("example.jp", True),
        ("mx1", False),
        ("localhost.localdomain", False),
        ("", False),
    ],
)
def test_qualified_names(name: str, qualified: bool) -> None:
    assert names.is_qualified(name) is qualified


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:DB8::0:1", "2001:db8::1"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("mx1", "mx1"),
        ("300.1.1.1", None),
        ("a b", None),
    ],
)
def test_hosts_are_names_or_addresses(text: str, host: str | None) -> None:
    assert names.host(text) == host


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("taro@example.jp", "taro@example.jp"),
        ("Taro.Yamada+x@Example.JP", "Taro.Yamada+x@example.jp"),
        ("root@mx1.lab.test", "root@mx1.lab.test"),
        ("a@例え.jp", "a@xn--r8jz45g.jp"),
        ("x" * 64 + "@example.jp", "x" * 64 + "@example.jp"),
        ("x" * 65 + "@example.jp", None),
        ("taro", None),
        ("taro@", None),
        ("@example.jp", None),
        ("a@b@example.jp", None),
        ("a b@example.jp", None),
        (".a@example.jp", None),
        ("a..b@example.jp", None),
        ("太郎@example.jp", None),
        ('"a b"@example.jp', None),
        ("a@[192.0.2.1]", None),
        ("a@192.0.2.1", None),
        ("a@-x.jp", None),
        ("Taro <taro@example.jp>", None),
        ("a@example.jp\r\nBcc: x@example.com", None),
    ],
)
def test_email_addresses(text: str, address: str | None) -> None:
    assert names.email_address(text) == address


@pytest.mark.parametrize(
    ("text", "server"),
    [
        ("192.0.2.53", "192.0.2.53"),
        ("192.0.2.53:5353", "192.0.2.53:5353"),
        ("2001:db8::53", "2001:db8::53"),
        ("[2001:db8::53]:53", "[2001:db8::53]:53"),
        ("192.0.2.53:0", None),
        ("192.0.2.53:65536", None),
        ("192.0.2.53:", None),
        ("192.0.2.53:５３", None),
        ("dns.example:53", None),
        ("", None),
    ],
)
def test_dns_servers(text: str, server: str | None) -> None:
    assert names.dns_server(text) == server
