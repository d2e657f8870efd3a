"""No secret is ever anywhere but in the keyring and in Postfix's own map."""

from __future__ import annotations

import json
import secrets
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import tomli_w

from tests.demo.desktop import LIMIT, Desktop, through_relay, write_profile
from tests.lab.client import Lab
from tests.lab.host import Admin, Host
from tests.secret_service import secret_service
from tests.support import practice
from tests.support.differences import unexplained
from tests.support.leaks import forms, on_host, on_this_machine, watching

if TYPE_CHECKING:
    from tests.lab.fixtures import FreshHost

__all__ = ["secret_service"]

PASSWORDS = "/etc/postfix/mailwright/sasl_passwd"


@dataclass
class Person:
    """Somebody who logs in with a password, and whose sudo asks for it too."""

    lab: Lab
    host: Host
    desktop: Desktop
    profile: Path
    password: str

    @property
    def words(self) -> list[str]:
        relay = self.lab.relay
        return [*forms(relay.password, relay.user), *forms(self.password, "admin")]

    def arguments(self, command: str, *more: str) -> list[str]:
        return [command, str(self.profile), "--host-key", self.host.host_key.fingerprint, *more]

    def own_folders(self) -> list[Path]:
        """Keyring, database and settings of the desktop; crash files of the machine."""
        crashes = [Path("/var/crash"), Path("/var/lib/systemd/coredump")]
        return [Path(self.desktop.environment["HOME"]).parent, self.profile.parent, *crashes]


@pytest.fixture
def person(
    lab: Lab, fresh_host: FreshHost, secret_service: dict[str, str], tmp_path: Path
) -> Person:
    # Characters that look different in a URL, a shell, a pattern and JSON.
    password = f"""{secrets.token_urlsafe(12)} &%"'$\\é+{secrets.token_urlsafe(12)}"""
    host = fresh_host("deb12-mail", admin=Admin("admin", password))
    host.ssh("echo 'PasswordAuthentication yes' >/etc/ssh/sshd_config.d/10-password.conf")
    host.ssh("systemctl reload ssh")
    folder = tmp_path / "profile"
    folder.mkdir()
    profile = folder / "server.toml"
    write_profile(profile, through_relay(lab, host))
    by_password(profile)
    person = Person(lab, host, Desktop(secret_service), profile, password)
    for kind, secret in (("relay", lab.relay.password), ("sudo", password), ("ssh", password)):
        assert person.desktop.run("secret", "set", host.name, kind, stdin=secret).code == 0
    return person


def by_password(profile: Path) -> None:
    answers = tomllib.loads(profile.read_text())
    answers["server"]["login"] = "password"
    del answers["server"]["key_file"]
    profile.write_text(tomli_w.dumps(answers))


def test_no_process_ever_shows_a_secret_and_none_stays(person: Person) -> None:
    before = practice.settled(person.host)
    with watching(person.host, person.words) as watch:
        applied = person.desktop.run(*person.arguments("apply", "--yes"))
    assert applied.events("done")[0]["outcome"] == "done", applied.errors
    # Nobody has published the record that the plan derived.
    assert (applied.code, applied.finding("spf.no-record")["severity"]) == (1, "fail")
    assert watch.rounds > 20
    assert watch.seen == []

    # The search itself works: it finds the map, which must hold the password.
    assert on_host(person.host, person.words) == [PASSWORDS]
    assert person.host.ssh(f"stat -c '%a %U' {PASSWORDS}").stdout == "600 root\n"
    check_this_machine(person, repr(applied.shapes) + applied.errors)

    assert person.desktop.run("rollback", person.host.name, "--yes").code == 0
    assert on_host(person.host, person.words) == []
    assert unexplained(before, person.host.manifest()) == []


def check_this_machine(person: Person, said: str) -> None:
    assert not any(word in said for word in person.words)
    assert any(Path(person.desktop.environment["HOME"]).parent.rglob("*.keyring"))
    assert on_this_machine(person.words, person.own_folders()) == []


def test_an_earlier_password_is_kept_for_root_alone(person: Person) -> None:
    assert person.desktop.run(*person.arguments("apply", "--yes")).events("done")
    # A password that the relay refuses is not saved; the old one stays in use.
    wrong = secrets.token_urlsafe(24)
    person.desktop.run("secret", "set", person.host.name, "relay", stdin=wrong)
    refused = person.desktop.run(*person.arguments("apply", "--yes"))
    assert refused.code == 1
    assert refused.finding("relay-login.login-refused")["severity"] == "fail"
    assert on_host(person.host, forms(wrong, person.lab.relay.user)) == []
    assert not any(word in repr(refused) for word in forms(wrong, person.lab.relay.user))
    # Somebody's own line is saved before it is replaced.
    person.host.ssh(f"echo '# mine' >>{PASSWORDS}")
    password = person.lab.relay.password
    person.desktop.run("secret", "set", person.host.name, "relay", stdin=password)
    assert person.desktop.run(*person.arguments("apply", "--yes")).events("done")
    kept = [path for path in on_host(person.host, person.words) if path != PASSWORDS]
    assert len(kept) == 1
    assert "/saved/" in kept[0]
    assert person.host.ssh(f"stat -c '%a %U' {kept[0]}").stdout == "600 root\n"


def test_a_killed_desktop_leaves_no_secret_and_the_server_goes_back(person: Person) -> None:
    before = practice.settled(person.host)
    with subprocess.Popen(
        [sys.executable, "-m", "mailwright", *person.arguments("apply", "--yes"), "--json"],
        env=person.desktop.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        lines = []
        for line in process.stdout:
            lines.append(line)
            event = json.loads(line)
            if event.get("event") == "step_started" and event["step"] == "main.cf":
                process.kill()
                break
        rest, errors = process.communicate(timeout=LIMIT)
    check_this_machine(person, "".join(lines) + rest + errors)
    allowed = (PASSWORDS, "/run/mailwright/")
    assert [p for p in on_host(person.host, person.words) if not p.startswith(allowed)] == []
    # Ten minutes later: the wait is made shorter instead of waited for.
    person.host.ssh(
        "until grep -q '^applied' /var/lib/mailwright/journal/*/events; do sleep 0.2; done; "
        "echo 1 >$(ls /var/lib/mailwright/journal/*/window); "
        "timeout 60 sh -c 'until grep -q undone$ /var/lib/mailwright/journal/*/state; "
        "do sleep 0.2; done'"
    )
    assert on_host(person.host, person.words) == []
    assert unexplained(before, person.host.manifest()) == []
    [entry] = person.desktop.run("history", person.host.name).shapes[0]["entries"]
    assert entry["state"] == "undone"
