from __future__ import annotations

from ipaddress import ip_address

import pytest

from mailwright.checks.spf.request import Request


@pytest.mark.parametrize(
    ("mail_from", "sender", "domain"),
    [
        ("foo@example.com", "foo@example.com", "example.com"),
        ("foo@bar@example.com.", "foo@bar@example.com.", "example.com"),
        ("@example.com", "postmaster@example.com", "example.com"),
        ("example.com", "postmaster@example.com", "example.com"),
        ("", "postmaster@helo.example", "helo.example"),
    ],
)
def test_the_sender_has_a_local_part_and_a_bounce_has_helo(
    mail_from: str, sender: str, domain: str
) -> None:
    request = Request(ip_address("192.0.2.3"), mail_from, "helo.example")
    assert (request.sender, request.domain) == (sender, domain)


def test_values_for_ip4() -> None:
    request = Request(ip_address("::ffff:192.0.2.3"), "a.b@o.example", "h.example.", "r.example", 7)
    assert request.values("d.example") == {
        "s": "a.b@o.example",
        "l": "a.b",
        "o": "o.example",
        "d": "d.example",
        "i": "192.0.2.3",
        "h": "h.example",
        "v": "in-addr",
        "c": "192.0.2.3",
        "r": "r.example",
        "t": "7",
    }


def test_values_for_ip6() -> None:
    values = Request(ip_address("2001:db8::cb01"), "a@o.example", "h.example").values("d.example")
    assert values["i"] == "2.0.0.1.0.D.B.8.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.C.B.0.1"
    assert (values["v"], values["c"], values["r"]) == ("ip6", "2001:db8::cb01", "unknown")
