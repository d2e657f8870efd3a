from __future__ import annotations

from dataclasses import replace

import pytest

from mailwright.model.server import Facts
from mailwright.mta.postfix.addresses import sending_addresses, service_options
from tests.support.examples import DIRECT, REQUIREMENTS

ADDRESSES = ("198.51.100.7", "2001:db8::7")


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        (ADDRESSES[:1], {"inet_protocols": "ipv4", "smtp_bind_address": ADDRESSES[0]}),
        (ADDRESSES[1:], {"inet_protocols": "ipv6", "smtp_bind_address6": ADDRESSES[1]}),
        (ADDRESSES, {"smtp_bind_address": ADDRESSES[0], "smtp_bind_address6": ADDRESSES[1]}),
        (("203.0.113.9",), {"inet_protocols": "ipv4"}),
    ],
)
def test_mail_leaves_by_the_addresses_whose_records_are_known(
    named: tuple[str, ...], expected: dict[str, str]
) -> None:
    wanted = replace(DIRECT, identity=replace(DIRECT.identity, addresses=named))
    options = dict(service_options(wanted, Facts("debian", "12", addresses=ADDRESSES)))
    assert {name: value for name, value in options.items() if value} == expected
    assert set(options) == {"inet_protocols", "smtp_bind_address", "smtp_bind_address6"}


def test_where_nobody_named_an_address_the_system_chooses() -> None:
    facts = Facts("debian", "12", addresses=ADDRESSES)
    unnamed = replace(DIRECT, identity=replace(DIRECT.identity, addresses=()))
    assert service_options(unnamed, facts) == ()
    assert service_options(REQUIREMENTS, facts) == ()


def test_without_an_answer_mail_may_leave_from_every_global_address() -> None:
    facts = Facts("debian", "12", addresses=ADDRESSES)
    unnamed = replace(DIRECT, identity=replace(DIRECT.identity, addresses=()))
    assert sending_addresses(unnamed, facts) == ADDRESSES
    assert sending_addresses(DIRECT, facts) == DIRECT.identity.addresses
