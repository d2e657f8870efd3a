from __future__ import annotations

from dataclasses import replace

import pytest

from mailwright.model.requirements import RelayAuthentication, Requirements, TlsMode
from mailwright.model.server import Facts
from mailwright.mta.postfix import relay
from mailwright.platforms.releases import platforms
from mailwright.resource.files import Files
from tests.support.examples import REQUIREMENTS

PLATFORM = platforms()[0]
FACTS = Facts("debian", "12")
SECRET = relay.RelaySecret("pa#ss w:ord$")


def values(wanted: Requirements, *, proven: bool = False) -> dict[str, str | None]:
    return {p.name: p.value for p in relay.parameters(wanted, PLATFORM, proven=proven)}


def test_every_parameter_is_owned_once_and_says_why() -> None:
    found = relay.parameters(REQUIREMENTS, PLATFORM, proven=False)
    assert len({each.name for each in found}) == len(found)
    assert all(each.why for each in found)


@pytest.mark.parametrize(
    ("tls", "port", "wrapper"), [(TlsMode.STARTTLS, 587, "no"), (TlsMode.IMPLICIT, 465, "yes")]
)
def test_the_relay_gets_mail_over_verified_tls_alone(tls: TlsMode, port: int, wrapper: str) -> None:
    wanted = replace(REQUIREMENTS, relay=replace(REQUIREMENTS.relay, tls=tls, port=port))
    found = values(wanted)
    assert found["relayhost"] == f"[relay.example]:{port}"
    assert found["smtp_tls_security_level"] == "secure"
    assert found["smtp_tls_wrappermode"] == wrapper
    assert found["smtp_sasl_security_options"] == "noanonymous, noplaintext"


def test_nobody_but_the_host_may_submit() -> None:
    found = values(REQUIREMENTS)
    assert found["inet_interfaces"] == "loopback-only"
    assert found["mydestination"] == ""
    assert found["smtpd_relay_restrictions"] == "permit_mynetworks, reject"


def test_refused_mail_is_kept_until_the_route_is_proven() -> None:
    assert values(REQUIREMENTS)["soft_bounce"] == "yes"
    assert values(REQUIREMENTS, proven=True)["soft_bounce"] is None


def test_the_password_is_kept_as_typed_under_the_very_relayhost() -> None:
    tables = next(
        r for r in relay.desired(REQUIREMENTS, FACTS, PLATFORM, SECRET) if isinstance(r, Files)
    )
    item = next(item for item in tables.items if item.path == relay.PASSWORDS)
    assert item.content == b"[relay.example]:587 someone:pa#ss w:ord$\n"
    assert (item.mode, item.secret) == (0o600, True)
    assert "pa#ss" not in repr(SECRET)


def test_a_relay_that_knows_us_by_address_gets_no_login() -> None:
    by_address = replace(REQUIREMENTS.relay, authentication=RelayAuthentication.ADDRESS)
    wanted = replace(REQUIREMENTS, relay=by_address)
    assert values(wanted)["smtp_sasl_auth_enable"] == "no"
    assert values(wanted)["smtp_sasl_password_maps"] is None
    tables = next(r for r in relay.desired(wanted, FACTS, PLATFORM, SECRET) if isinstance(r, Files))
    assert next(item for item in tables.items if item.path == relay.PASSWORDS).absent


def test_another_route_has_another_fingerprint() -> None:
    other = replace(REQUIREMENTS, relay=replace(REQUIREMENTS.relay, user="else"))
    assert relay.fingerprint(REQUIREMENTS) != relay.fingerprint(other)
    assert relay.fingerprint(REQUIREMENTS) == relay.fingerprint(replace(REQUIREMENTS))


@pytest.mark.parametrize(("changed", "needed"), [("inet_interfaces", True), ("relayhost", False)])
def test_listeners_need_a_restart(changed: str, *, needed: bool) -> None:
    assert relay.restart_needed(frozenset({changed})) == needed
