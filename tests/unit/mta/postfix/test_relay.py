from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from mailwright.model.requirements import RelayAuthentication, Requirements, TlsMode
from mailwright.model.server import Facts
from mailwright.mta.postfix import desired, relay
from mailwright.mta.postfix.tables import PASSWORDS
from mailwright.platforms.releases import platforms
from mailwright.resource.files import Files
from tests.support.examples import REQUIREMENTS

if TYPE_CHECKING:
    from mailwright.mta.postfix.settings import Parameter

PLATFORM = platforms()[0]
FACTS = Facts("debian", "12")
SECRET = relay.RelaySecret("pa#ss w:ord$")


def values(wanted: Requirements, *, proven: bool = False) -> dict[str, str | None]:
    return {p.name: p.value for p in owned(wanted, proven=proven)}


def owned(wanted: Requirements, *, proven: bool = False) -> list[Parameter]:
    facts = replace(FACTS, proven=desired.fingerprint(wanted) if proven else None)
    found = desired.parameters(wanted, facts, PLATFORM)
    return [each.settled(None) for each in found]


def test_every_parameter_is_owned_once_and_says_why() -> None:
    found = owned(REQUIREMENTS, proven=False)
    assert len({each.name for each in found}) == len(found)
    assert all(each.why for each in found)


@pytest.mark.parametrize(
    ("tls", "port", "wrapper"), [(TlsMode.STARTTLS, 587, "no"), (TlsMode.IMPLICIT, 465, "yes")]
)
def test_the_relay_gets_mail_over_verified_tls_alone(tls: TlsMode, port: int, wrapper: str) -> None:
    wanted = replace(REQUIREMENTS, relay=replace(REQUIREMENTS.smarthost, tls=tls, port=port))
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
        r for r in desired.desired(REQUIREMENTS, FACTS, PLATFORM, SECRET) if isinstance(r, Files)
    )
    item = next(item for item in tables.items if item.path == PASSWORDS)
    assert item.content == b"[relay.example]:587 someone:pa#ss w:ord$\n"
    assert (item.mode, item.secret) == (0o600, True)
    assert "pa#ss" not in repr(SECRET)


def test_a_relay_that_knows_us_by_address_gets_no_login() -> None:
    by_address = replace(REQUIREMENTS.smarthost, authentication=RelayAuthentication.ADDRESS)
    wanted = replace(REQUIREMENTS, relay=by_address)
    assert values(wanted)["smtp_sasl_auth_enable"] == "no"
    assert values(wanted)["smtp_sasl_password_maps"] is None
    gone = next(r for r in desired.desired(wanted, FACTS, PLATFORM, SECRET) if r.id == "no-tables")
    assert isinstance(gone, Files)
    assert next(item for item in gone.items if item.path == PASSWORDS).absent


@pytest.mark.parametrize("proven", [False, True])
@pytest.mark.parametrize("authentication", RelayAuthentication)
@pytest.mark.parametrize("tls", TlsMode)
def test_no_combination_loosens_what_protects_the_password(
    tls: TlsMode, authentication: RelayAuthentication, *, proven: bool
) -> None:
    chosen = replace(REQUIREMENTS.smarthost, tls=tls, authentication=authentication)
    found = owned(replace(REQUIREMENTS, relay=chosen), proven=proven)
    assert len({each.name for each in found}) == len(found)
    by_name = {each.name: each.value for each in found}
    assert by_name["smtp_tls_security_level"] == "secure"
    assert by_name["smtp_tls_secure_cert_match"] == "hostname"
    assert by_name["smtp_tls_CAfile"] == PLATFORM.ca_file
    assert by_name["smtp_sasl_auth_enable"] in {"yes", "no"}
    assert SECRET.password is not None
    assert SECRET.password not in repr(found)
    assert "\n" not in "".join(each.value or "" for each in found)
