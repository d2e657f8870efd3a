"""The relay's login is tried before anything is saved; both TLS modes lead to it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from mailwright.model.events import Event, FindingMade, Outcome
from mailwright.model.requirements import Relay, TlsMode
from mailwright.secrets import Secret, SecretKind
from mailwright.usecases import setup
from tests.support import practice
from tests.support.differences import unexplained

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.lab.client import Lab
    from tests.lab.fixtures import FreshHost


def wrong_password(_lab: Lab, relay: Relay) -> tuple[Relay, str]:
    return relay, "wrong"


def wrong_name(lab: Lab, relay: Relay) -> tuple[Relay, str]:
    return replace(relay, host=lab.relay.wrong_name), lab.relay.password


def self_signed(lab: Lab, relay: Relay) -> tuple[Relay, str]:
    return replace(relay, port=lab.relay.self_signed_port), lab.relay.password


def starttls_on_465(lab: Lab, relay: Relay) -> tuple[Relay, str]:
    return replace(relay, port=lab.relay.submissions_port), lab.relay.password


def implicit_on_587(lab: Lab, relay: Relay) -> tuple[Relay, str]:
    return replace(relay, tls=TlsMode.IMPLICIT), lab.relay.password


def closed_port(lab: Lab, relay: Relay) -> tuple[Relay, str]:
    return replace(relay, port=2525), lab.relay.password


def stranger(lab: Lab, relay: Relay) -> tuple[Relay, str]:
    return replace(relay, user=lab.relay.stranger), lab.relay.stranger_password


@pytest.mark.parametrize(
    ("change", "finding"),
    [
        (wrong_password, {"relay-login.login-refused"}),
        (wrong_name, {"relay-login.certificate"}),
        (self_signed, {"relay-login.certificate"}),
        (starttls_on_465, {"relay-login.no-tls"}),
        (implicit_on_587, {"relay-login.no-tls"}),
        (closed_port, {"relay-login.unreachable"}),
        (stranger, {"relay-login.recipient-refused", "relay-login.sender-refused"}),
    ],
)
def test_a_login_that_does_not_work_changes_nothing(
    lab: Lab,
    fresh_host: FreshHost,
    tmp_path: Path,
    change: Callable[[Lab, Relay], tuple[Relay, str]],
    finding: set[str],
) -> None:
    host = fresh_host("deb12-mail")
    before = practice.settled(host)
    parts = practice.parts(lab, host, tmp_path)
    wanted = practice.requirements(lab, host)
    relay, password = change(lab, wanted.smarthost)
    parts.secrets.set(host.name, SecretKind.RELAY, Secret(password))
    planned = setup.plan(parts, replace(wanted, relay=relay), practice.confirm_key)
    told: list[Event] = []
    done = setup.carry_out(parts, planned, told.append)
    planned.close()
    found = [event.finding for event in told if isinstance(event, FindingMade)]
    assert done.outcome is Outcome.FAILED
    assert found
    assert {each.kind.id for each in found} <= finding, found
    assert password not in repr(told)
    assert unexplained(before, host.manifest()) == []


def test_implicit_tls_on_465_works_whole(lab: Lab, fresh_host: FreshHost, tmp_path: Path) -> None:
    host = fresh_host("deb13-mail", rtt_ms=50)
    parts = practice.parts(lab, host, tmp_path)
    wanted = practice.requirements(lab, host)
    relay = replace(wanted.smarthost, port=lab.relay.submissions_port, tls=TlsMode.IMPLICIT)
    planned = setup.plan(parts, replace(wanted, relay=relay), practice.confirm_key)
    told: list[Event] = []
    done = setup.carry_out(parts, planned, told.append)
    planned.close()
    found = {e.finding.kind.id: e.finding.severity for e in told if isinstance(e, FindingMade)}
    assert done.outcome is Outcome.DONE
    assert found["relay.delivered"] == "pass"
    assert found["relay.tls-verified"] == "pass"
    assert found["setup.complete"] == "pass"
