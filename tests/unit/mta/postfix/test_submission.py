from __future__ import annotations

from dataclasses import replace

import pytest

from mailwright.model.requirements import Submitter
from mailwright.model.server import Facts
from mailwright.mta.postfix import desired, submission
from mailwright.mta.postfix.tables import SENDERS
from mailwright.platforms.releases import platforms
from tests.support.examples import DIRECT

PLATFORM = platforms()[0]
ADDRESSES = ("198.51.100.7", "2001:db8:1::7", "198.51.100.133")
LIVE = Facts("debian", "12", addresses=ADDRESSES, live=desired.fingerprint(DIRECT))


def values(facts: Facts) -> dict[str, str | None]:
    found = (each.settled(None) for each in desired.parameters(DIRECT, facts, PLATFORM))
    return {each.name: each.value for each in found}


def test_networks_reach_the_server_at_its_address_in_them() -> None:
    found = values(LIVE)
    assert found["inet_interfaces"] == "127.0.0.1, [::1], 198.51.100.133"
    assert found["mynetworks"] == "127.0.0.0/8 [::1]/128 198.51.100.128/25"
    assert found["smtpd_relay_restrictions"] == "permit_mynetworks, reject"


def test_what_devices_leave_out_is_added() -> None:
    assert values(LIVE)["local_header_rewrite_clients"] == "permit_mynetworks"


@pytest.mark.parametrize(
    ("networks", "interfaces"),
    [
        (("198.51.100.128/25", "192.0.2.0/24"), "all"),
        (("192.0.2.0/24",), "all"),
        (
            ("198.51.100.128/25", "2001:db8:1::/64"),
            "127.0.0.1, [::1], [2001:db8:1::7], 198.51.100.133",
        ),
    ],
)
def test_every_network_reaches_the_server(networks: tuple[str, ...], interfaces: str) -> None:
    found = desired.parameters(replace(DIRECT, networks=networks), LIVE, PLATFORM)
    (listens,) = (each.settled(None) for each in found if each.name == "inet_interfaces")
    assert listens.value == interfaces


def test_without_ipv6_postfix_does_not_listen_at_its_loopback_address() -> None:
    assert values(replace(LIVE, ipv6=False))["inet_interfaces"] == "127.0.0.1, 198.51.100.133"


def test_who_serves_networks_no_more_refuses_no_sender() -> None:
    before = values(LIVE)["smtpd_sender_restrictions"]
    alone = replace(DIRECT, submitters=frozenset({Submitter.THIS_HOST}), networks=())
    found = desired.parameters(alone, LIVE, PLATFORM)
    (own,) = (each for each in found if each.name == "smtpd_sender_restrictions")
    assert own.settled(before).value is None
    assert own.settled("reject_unknown_sender_domain").value == "reject_unknown_sender_domain"


def test_senders_of_other_domains_are_refused() -> None:
    found = values(LIVE)
    assert str(found["smtpd_sender_restrictions"]).endswith("allowed_senders, reject")
    table = submission.sender_table(DIRECT)
    assert table.content == b"<> OK\ncorp.example OK\n.corp.example OK\n"
    assert table.path == SENDERS


@pytest.mark.parametrize(
    ("peak", "messages", "recipients"),
    [(10, "60", "120"), (200, "60", "120"), (6000, "300", "600")],
)
def test_limits_stay_above_the_answered_peak(peak: int, messages: str, recipients: str) -> None:
    wanted = replace(DIRECT, volume=replace(DIRECT.volume, per_day=10**6, peak_per_hour=peak))
    found = {p.name: p for p in desired.parameters(wanted, LIVE, PLATFORM)}
    assert found["smtpd_client_message_rate_limit"].settled(None).value == messages
    assert found["smtpd_client_recipient_rate_limit"].settled(None).value == recipients
