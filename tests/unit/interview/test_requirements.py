from __future__ import annotations

import tomllib

import pytest

from mailwright.interview import (
    Answers,
    FieldErrors,
    checked_profile,
    document,
    profile_requirements,
    requirements,
    with_value,
)
from mailwright.model.requirements import (
    Asking,
    Proof,
    Relay,
    RelayAuthentication,
    Requirements,
    Route,
    SenderIdentity,
    SendingVolume,
    Submitter,
    TlsMode,
)
from mailwright.model.server import LoginMethod, Server

PROFILE = """
[server]
name = "mail"
host = "MX1.例え.jp"
port = 2222
user = "taro"
login = "key"
key_file = "~/.ssh/id_ed25519"
[submission]
who = ["this-host"]
[route]
kind = "relay"
[relay]
host = "SMTP.relay.example"
port = 465
user = "user"
spf_include = "_SPF.relay.example"
[identity]
hostname = "mx1.例え.jp"
domain = "Example.JP"
administrator = "Admin@Example.JP"
[volume]
per_day = 5000
peak_per_hour = 500
largest_message_mb = 10
give_up_after_hours = 48
[proof]
sender = "shop@example.jp"
recipient = "taro@example.com"
[advanced]
dns = "127.0.0.1:5353"
ca_file = "/tmp/ca.pem"
"""

EXPECTED = Requirements(
    server=Server("mail", "mx1.xn--r8jz45g.jp", 2222, "taro", LoginMethod.KEY, "~/.ssh/id_ed25519"),
    submitters=frozenset({Submitter.THIS_HOST}),
    route=Route.RELAY,
    relay=Relay(
        "smtp.relay.example",
        465,
        TlsMode.IMPLICIT,
        RelayAuthentication.LOGIN,
        "user",
        None,
        "_spf.relay.example",
    ),
    identity=SenderIdentity("mx1.xn--r8jz45g.jp", "example.jp", "Admin@example.jp"),
    volume=SendingVolume(5000, 500, 10_485_760, 172_800),
    proof=Proof("shop@example.jp", "taro@example.com"),
    asking=Asking("127.0.0.1:5353", "/tmp/ca.pem"),
)


def test_each_answer_has_its_place_in_the_requirements() -> None:
    assert profile_requirements(tomllib.loads(PROFILE)) == EXPECTED


def test_a_profile_that_is_written_again_asks_for_the_same() -> None:
    answers, errors = checked_profile(tomllib.loads(PROFILE))
    assert errors == ()
    assert profile_requirements(document(answers)) == requirements(answers) == EXPECTED


def test_defaults_are_those_of_the_model(complete: Answers) -> None:
    made = requirements(complete)
    assert made.server == Server("mx1.example.jp", "mx1.example.jp")
    assert made.relay == Relay("smtp.relay.example", user="taro")
    assert made.volume == SendingVolume(1000, 200)
    assert made.asking == Asking()


def test_a_server_without_a_name_is_called_by_its_host(complete: Answers) -> None:
    made = requirements(with_value(complete, "server.host", "2001:DB8::1"))
    assert (made.server.name, made.server.host) == ("2001-db8--1", "2001:db8::1")


def test_a_key_file_counts_only_where_it_is_used(complete: Answers) -> None:
    answers = with_value(complete, "server.key_file", "~/.ssh/old")
    assert requirements(answers).server.key_file is None


def test_errors_of_types_and_of_rules_come_together() -> None:
    tables = tomllib.loads(PROFILE)
    tables["server"]["port"] = "22"
    tables["server"]["host"] = "a b"
    tables["relay"]["usr"] = "x"
    tables["identity"]["domain"] = 5
    with pytest.raises(FieldErrors) as caught:
        profile_requirements(tables)
    assert sorted((error.field, error.code) for error in caught.value.errors) == [
        ("identity.domain", "needs-text"),
        ("relay.usr", "unknown-field"),
        ("server.host", "host"),
        ("server.port", "needs-integer"),
    ]


def test_a_table_that_could_not_be_read_is_told_once() -> None:
    _answers, errors = checked_profile({**tomllib.loads(PROFILE), "proof": "x"})
    assert [(error.field, error.code) for error in errors] == [("proof", "needs-table")]
