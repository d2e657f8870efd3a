from __future__ import annotations

import pytest

from mailwright.interview import Answers, prefilled, value, with_value
from mailwright.interview.prefill import mail_domain
from mailwright.model.server import Facts


def facts(hostname: str) -> Facts:
    return Facts("debian", "12", hostname=hostname)


@pytest.mark.parametrize(
    ("hostname", "domain"),
    [
        ("mx1.example.jp", "example.jp"),
        ("mx1.mail.example.jp", "mail.example.jp"),
        ("mx1.example.co.jp", "example.co.jp"),
        ("example.co.jp", ""),
        ("mx1.abc.com", "abc.com"),
        ("example.jp", ""),
        ("mx1", ""),
        ("", ""),
    ],
)
def test_the_mail_domain_is_the_parent_unless_a_registry_may_own_it(
    hostname: str, domain: str
) -> None:
    assert mail_domain(hostname) == domain


@pytest.mark.parametrize(
    ("found", "hostname"),
    [
        ("mx1.Example.jp", "mx1.example.jp"),
        ("mx1", ""),
        ("localhost.localdomain", ""),
        ("evil\x1b[31m.example.jp", ""),
        ("", ""),
    ],
)
def test_the_servers_own_name_is_taken_when_it_is_a_full_name(found: str, hostname: str) -> None:
    answers = prefilled(Answers(), facts(found))
    assert value(answers, "identity.hostname") == hostname


def test_what_was_answered_stays() -> None:
    answers = with_value(Answers(), "identity.hostname", "out.example.com")
    answers = with_value(answers, "identity.administrator", "admin@example.com")
    answers = with_value(answers, "proof.recipient", "me@example.net")
    filled = prefilled(answers, facts("mx1.example.jp"))
    assert value(filled, "identity.hostname") == "out.example.com"
    assert value(filled, "identity.domain") == "example.com"
    assert value(filled, "proof.sender") == "admin@example.com"
    assert value(filled, "proof.recipient") == "me@example.net"
    assert prefilled(filled, facts("other.example.org")) == filled
