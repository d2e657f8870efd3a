from __future__ import annotations

import subprocess
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from mailwright.model.requirements import RelayAuthentication, Requirements, TlsMode
from mailwright.model.server import Facts
from mailwright.mta.postfix import relay
from mailwright.platforms.releases import platforms
from mailwright.resource.files import Files
from tests.support.examples import REQUIREMENTS

if TYPE_CHECKING:
    from pathlib import Path

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


def test_a_server_is_set_up_in_the_order_in_which_things_need_each_other() -> None:
    ids = [r.id for r in relay.desired(REQUIREMENTS, FACTS, PLATFORM, SECRET)]
    assert ids == ["packages", "tables", "main.cf", "master.cf", "postfix"]


@pytest.mark.parametrize("proven", [False, True])
@pytest.mark.parametrize("authentication", RelayAuthentication)
@pytest.mark.parametrize("tls", TlsMode)
def test_no_combination_loosens_what_protects_the_password(
    tls: TlsMode, authentication: RelayAuthentication, *, proven: bool
) -> None:
    chosen = replace(REQUIREMENTS.relay, tls=tls, authentication=authentication)
    found = relay.parameters(replace(REQUIREMENTS, relay=chosen), PLATFORM, proven=proven)
    assert len({each.name for each in found}) == len(found)
    by_name = {each.name: each.value for each in found}
    assert by_name["smtp_tls_security_level"] == "secure"
    assert by_name["smtp_tls_secure_cert_match"] == "hostname"
    assert by_name["smtp_tls_CAfile"] == PLATFORM.ca_file
    assert by_name["smtp_sasl_auth_enable"] in {"yes", "no"}
    assert SECRET.password is not None
    assert SECRET.password not in repr(found)
    assert "\n" not in "".join(each.value or "" for each in found)


def test_the_end_of_the_trial_is_soft_bounce_alone() -> None:
    before = {p.name: p.value for p in relay.parameters(REQUIREMENTS, PLATFORM, proven=False)}
    after = {p.name: p.value for p in relay.parameters(REQUIREMENTS, PLATFORM, proven=True)}
    assert {name for name in before if before[name] != after[name]} == {"soft_bounce"}


@pytest.mark.parametrize(
    ("give_up_after", "bounce", "warning"),
    [(3_600, "3600s", "0h"), (43_200, "43200s", "0h"), (432_000, "172800s", "4h")],
)
def test_senders_are_warned_before_a_message_is_given_up(
    give_up_after: int, bounce: str, warning: str
) -> None:
    volume = replace(REQUIREMENTS.volume, give_up_after=give_up_after)
    found = values(replace(REQUIREMENTS, volume=volume))
    assert found["maximal_queue_lifetime"] == f"{give_up_after}s"
    assert (found["bounce_queue_lifetime"], found["delay_warning_time"]) == (bounce, warning)


LOG = "AB12: to=<a@b>, relay={host}[192.0.2.1]:587, delay=1, dsn={dsn}, status={status} (250 ok)\n"


@pytest.mark.parametrize(
    ("line", "counts"),
    [
        (LOG.format(host="relay.example", dsn="2.0.0", status="sent"), True),
        (LOG.format(host="relay.example", dsn="4.0.0", status="deferred"), False),
        (LOG.format(host="relay.example", dsn="5.0.0", status="SOFTBOUNCE"), False),
        (LOG.format(host="other.example", dsn="2.0.0", status="sent"), False),
        (LOG.format(host="relayXexample", dsn="2.0.0", status="sent"), False),
        (LOG.format(host="not-relay.example", dsn="2.0.0", status="sent"), False),
        ("AB12: to=<a@b>, relay=local, status=sent (delivered to command: x)\n", False),
        ("", False),
    ],
)
def test_only_a_delivery_through_the_relay_is_evidence(
    tmp_path: Path, line: str, *, counts: bool
) -> None:
    (tmp_path / "evidence").touch()
    (tmp_path / "log").write_text(f"connect from x\n{line}")
    script = f'folder={tmp_path}; journalctl() {{ cat "$folder/log"; }}\n'
    done = subprocess.run(
        ["/bin/sh", "-c", script + relay.evidence(REQUIREMENTS)],
        stdout=subprocess.PIPE,
        check=False,
    )
    assert (done.stdout.decode() == line and bool(line)) == counts
