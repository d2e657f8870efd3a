"""The main job through the real command line and a real keyring, and what it leaves where."""

from __future__ import annotations

import base64
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.demo.desktop import Desktop, through_relay, write_profile
from tests.lab.host import Admin
from tests.lab.records import Record, txt
from tests.secret_service import secret_service
from tests.support import practice
from tests.support.differences import unexplained

if TYPE_CHECKING:
    from tests.demo.desktop import Answer
    from tests.lab.client import Lab
    from tests.lab.fixtures import FreshHost
    from tests.lab.host import Host

__all__ = ["secret_service"]

# Where the relay's password may be on the server: Postfix's map, and its saved copies.
KEPT = ("/etc/postfix/mailwright/sasl_passwd", "/var/lib/mailwright/journal/")


class Person:
    """Somebody at a desktop, with a profile of one server."""

    def __init__(self, lab: Lab, host: Host, desktop: Desktop, folder: Path, sudo: str) -> None:
        self.lab, self.host, self.desktop, self.sudo = lab, host, desktop, sudo
        self.profile = folder / "server.toml"
        write_profile(self.profile, through_relay(lab, host))

    def store(self) -> None:
        for kind, secret in (("relay", self.lab.relay.password), ("sudo", self.sudo)):
            assert self.desktop.run("secret", "set", self.host.name, kind, stdin=secret).code == 0

    def on_profile(self, command: str, *arguments: str) -> Answer:
        return self.desktop.run(command, str(self.profile), *arguments)


@pytest.fixture
def person(
    lab: Lab, fresh_host: FreshHost, secret_service: dict[str, str], tmp_path: Path
) -> Person:
    password = secrets.token_urlsafe(18)
    host = fresh_host("deb12", admin=Admin("admin", password))
    person = Person(lab, host, Desktop(secret_service), tmp_path, password)
    person.store()
    return person


def forms(secret: str, user: str) -> list[str]:
    """A secret in plain and as it is encoded on its way."""
    plain = f"\0{user}\0{secret}".encode()
    shifted = [base64.b64encode(bytes(n) + secret.encode()).decode()[4:-4] for n in range(3)]
    return [secret, secret.encode().hex(), base64.b64encode(plain).decode(), *shifted]


def test_the_whole_job_leaves_no_secret_and_goes_back(person: Person) -> None:
    host = person.host
    before = practice.settled(host)
    key = host.host_key.fingerprint
    plan = person.on_profile("plan", "--host-key", key)
    assert plan.code == 10, plan.errors
    for record in plan.shapes[0]["dns_records"]:
        row = Record(record["name"], record["type"], txt(record["value"]))
        person.lab.publish("corp.example", [row])

    applied = person.on_profile("apply", "--yes")
    assert applied.code == 0, applied.errors
    found = {shape["id"]: shape["severity"] for shape in applied.events("finding")}
    assert found["relay-login.accepted"] == "pass"
    assert found["postfix.gate-silent"] == "pass"
    assert found["relay.delivered"] == "pass"
    assert found["relay.tls-verified"] == "pass"
    assert found["spf.covers-relay"] == "pass"
    assert (found["ptr.relay-carries"], found["dkim.relay-signs"]) == ("info", "info")
    assert person.lab.mail(practice.RECIPIENT)

    again = person.on_profile("plan")
    assert (again.code, again.shapes[0]["changes"]) == (0, [])
    search_for_secrets(person, applied)

    undone = person.desktop.run("rollback", host.name, "--yes")
    assert undone.code == 0, undone.errors
    assert unexplained(before, host.manifest()) == []
    states = person.desktop.run("history", host.name).shapes[0]["entries"]
    assert {entry["state"] for entry in states} == {"undone"}
    person.lab.unpublish("corp.example", [Record("corp.example", "TXT")])


def search_for_secrets(person: Person, applied: Answer) -> None:
    relay = person.lab.relay
    words = [*forms(relay.password, relay.user), *forms(person.sudo, "admin")]
    patterns = "".join(f"{word}\n" for word in words)
    # The patterns come on standard input: in an argument they would be found in /proc.
    script = (
        "cat >/run/patterns; "
        "grep -rlaFf /run/patterns --exclude=patterns --exclude-dir=proc --exclude-dir=sys / "
        "2>/dev/null; "
        "for file in /proc/[0-9]*/cmdline /proc/[0-9]*/environ; do "
        "grep -laFf /run/patterns $file 2>/dev/null; done; "
        "journalctl -q -o export | grep -caFf /run/patterns; rm /run/patterns"
    )
    *paths, in_journal = person.host.ssh(script, stdin=patterns).stdout.split()
    assert in_journal == "0"
    assert KEPT[0] in paths
    assert [path for path in paths if not path.startswith(KEPT)] == []
    shown = repr(applied.shapes) + applied.errors
    home = Path(person.desktop.environment["HOME"]).parent
    texts = [shown.encode(), *(path.read_bytes() for path in home.rglob("*") if path.is_file())]
    mine = [path.read_bytes() for path in Path("/proc").glob("[0-9]*/cmdline") if path.exists()]
    for word in words:
        assert not any(word.encode() in text for text in [*texts, *mine])


def test_an_unknown_or_changed_host_key_stops_everything(person: Person) -> None:
    host = person.host
    refused = person.on_profile("plan")
    assert refused.code == 2
    assert refused.shapes[0]["code"] == "host-key.unconfirmed"
    assert person.on_profile("plan", "--host-key", host.host_key.fingerprint).code == 10
    host.ssh(
        "rm /etc/ssh/ssh_host_*; ssh-keygen -q -t ed25519 -N '' -f /etc/ssh/ssh_host_ed25519_key; "
        "systemctl restart ssh"
    )
    changed = person.on_profile("plan", "--host-key", host.host_key.fingerprint)
    assert changed.code == 1
    assert changed.shapes[0]["code"] == "host-key.changed"
    assert host.host_key.fingerprint in changed.errors


def test_a_wrong_sudo_password_is_told(person: Person) -> None:
    person.desktop.run("secret", "set", person.host.name, "sudo", stdin="not the password")
    answer = person.on_profile("plan", "--host-key", person.host.host_key.fingerprint)
    assert answer.code == 1
    assert answer.shapes[0]["code"] == "transport.sudo-refused"
    assert "not the password" not in answer.errors
