from __future__ import annotations

import subprocess
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from mailwright.model.server import Facts
from mailwright.mta.postfix import desired, relay
from mailwright.mta.postfix.tables import TEST_MESSAGES
from mailwright.platforms.releases import platforms
from tests.support.examples import DIRECT, REQUIREMENTS

if TYPE_CHECKING:
    from pathlib import Path

    from mailwright.model.requirements import Requirements
    from mailwright.mta.postfix.settings import Parameter

PLATFORM = platforms()[0]
FACTS = Facts("debian", "12")
WAITING = replace(FACTS, addresses=("198.51.100.7", "2001:db8:1::7", "198.51.100.133"))
SECRET = relay.RelaySecret("pa#ss w:ord$")
LOG = "AB12: to=<a@b>, relay={host}[192.0.2.1]:587, delay=1, dsn={dsn}, status={status} (250 ok)\n"


def owned(wanted: Requirements, *, proven: bool = False) -> list[Parameter]:
    facts = replace(FACTS, proven=desired.fingerprint(wanted) if proven else None)
    found = desired.parameters(wanted, facts, PLATFORM)
    return [each.settled(None) for each in found]


def test_another_route_has_another_fingerprint() -> None:
    other = replace(REQUIREMENTS, relay=replace(REQUIREMENTS.smarthost, user="else"))
    assert desired.fingerprint(REQUIREMENTS) != desired.fingerprint(other)
    assert desired.fingerprint(REQUIREMENTS) == desired.fingerprint(replace(REQUIREMENTS))


@pytest.mark.parametrize(("changed", "needed"), [("inet_interfaces", True), ("relayhost", False)])
def test_listeners_need_a_restart(changed: str, *, needed: bool) -> None:
    assert desired.restart_needed(frozenset({changed})) == needed


def test_a_server_is_set_up_in_the_order_in_which_things_need_each_other() -> None:
    ids = [r.id for r in desired.desired(REQUIREMENTS, FACTS, PLATFORM, SECRET)]
    assert ids == [
        "packages",
        "tables",
        "main.cf",
        "no-tables",
        "no-signing",
        "master.cf",
        "postfix",
    ]


def test_the_end_of_the_trial_is_soft_bounce_alone() -> None:
    before = {p.name: p.value for p in owned(REQUIREMENTS, proven=False)}
    after = {p.name: p.value for p in owned(REQUIREMENTS, proven=True)}
    assert {name for name in before if before[name] != after[name]} == {"soft_bounce"}


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
        ["/bin/sh", "-c", script + desired.evidence(REQUIREMENTS)],
        stdout=subprocess.PIPE,
        check=False,
    )
    assert (done.stdout.decode() == line and bool(line)) == counts


def test_what_names_the_route_is_what_must_be_in_the_dns() -> None:
    same = replace(DIRECT, volume=replace(DIRECT.volume, per_day=5))
    assert desired.fingerprint(same) == desired.fingerprint(DIRECT)
    identity = replace(DIRECT.identity, hostname="other.corp.example")
    assert desired.fingerprint(replace(DIRECT, identity=identity)) != desired.fingerprint(DIRECT)
    assert desired.fingerprint(REQUIREMENTS) != desired.fingerprint(DIRECT)


def test_who_goes_back_to_a_relay_keeps_nothing_of_the_waiting() -> None:
    found = desired.parameters(REQUIREMENTS, WAITING, PLATFORM)
    (listed,) = (each for each in found if each.name == "header_checks")
    assert listed.settled(f"regexp:{TEST_MESSAGES}").value is None
    assert listed.settled("pcre:/etc/own").value == "pcre:/etc/own"
