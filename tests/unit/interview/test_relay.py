from __future__ import annotations

import pytest

from mailwright.interview.answers import RelayAnswers
from mailwright.interview.relay import (
    authentication,
    preset,
    relay,
    relay_host,
    relay_port,
    relay_tls,
    relay_user,
)
from mailwright.model.requirements import Relay, RelayAuthentication, TlsMode

STARTTLS, IMPLICIT = TlsMode.STARTTLS, TlsMode.IMPLICIT


@pytest.mark.parametrize(
    ("answers", "port", "tls"),
    [
        (RelayAnswers(), 587, STARTTLS),
        (RelayAnswers(port=465), 465, IMPLICIT),
        (RelayAnswers(port=25), 25, STARTTLS),
        (RelayAnswers(tls=IMPLICIT), 465, IMPLICIT),
        (RelayAnswers(port=587, tls=IMPLICIT), 587, IMPLICIT),
        (RelayAnswers(preset="smtp2go"), 587, STARTTLS),
        (RelayAnswers(preset="smtp2go", port=8465), 8465, IMPLICIT),
        (RelayAnswers(preset="smtp2go", tls=IMPLICIT), 465, IMPLICIT),
        (RelayAnswers(preset="mailjet"), 2525, STARTTLS),
        (RelayAnswers(preset="mailjet", tls=IMPLICIT), 2525, IMPLICIT),
    ],
)
def test_port_and_tls_follow_from_each_other(
    answers: RelayAnswers, port: int, tls: TlsMode
) -> None:
    assert (relay_port(answers), relay_tls(answers)) == (port, tls)


def test_a_service_with_one_host_fills_it_in() -> None:
    assert relay_host(RelayAnswers(preset="sendgrid")) == "smtp.sendgrid.net"
    assert relay_host(RelayAnswers(preset="sendgrid", host="other.example")) == "other.example"
    for preset_id in ("amazon-ses", "mailgun", "microsoft-365-connector", "", "no-such"):
        assert relay_host(RelayAnswers(preset=preset_id)) == ""


def test_a_user_that_all_customers_share_is_filled_in() -> None:
    assert relay_user(RelayAnswers(preset="sendgrid")) == "apikey"
    assert relay_user(RelayAnswers(preset="sparkpost", user="SMTP_Injection:X=1")) == (
        "SMTP_Injection:X=1"
    )
    assert relay_user(RelayAnswers(user="taro")) == "taro"


def test_a_relay_that_knows_the_address_gets_no_user() -> None:
    answers = RelayAnswers(user="taro", authentication=RelayAuthentication.ADDRESS)
    assert relay_user(answers) == ""
    assert authentication(RelayAnswers()) is RelayAuthentication.LOGIN
    by_address = RelayAnswers(preset="google-workspace-relay")
    assert authentication(by_address) is RelayAuthentication.ADDRESS


def test_the_include_comes_from_the_host_of_the_preset() -> None:
    answers = RelayAnswers(preset="sparkpost")
    made = relay(answers, "smtp.eu.sparkpostmail.com", None)
    assert made == Relay(
        host="smtp.eu.sparkpostmail.com",
        port=587,
        tls=STARTTLS,
        authentication=RelayAuthentication.LOGIN,
        user="SMTP_Injection",
        preset="sparkpost",
        spf_include="_spf.eu.sparkpostmail.com",
    )
    assert relay(answers, "smtp.sparkpostmail.com", "own.example").spf_include == "own.example"
    assert relay(RelayAnswers(), "relay.example", None).spf_include is None
    assert preset(RelayAnswers(preset="no-such")) is None
