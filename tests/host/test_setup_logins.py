"""Every way to log in, and a person at a terminal who is asked about host keys."""

from __future__ import annotations

import secrets
import subprocess
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from mailwright.errors import MailwrightError
from mailwright.model.server import LoginMethod, Server
from mailwright.secrets import Secret, SecretKind
from mailwright.usecases import setup
from tests.demo.desktop import Desktop, through_relay, write_profile
from tests.lab.host import Admin
from tests.secret_service import secret_service
from tests.support import practice
from tests.support.terminal import ask_person

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from mailwright.usecases.parts import Parts
    from tests.lab.client import Lab
    from tests.lab.fixtures import FreshHost
    from tests.lab.host import Host

__all__ = ["secret_service"]

ALLOW_PASSWORDS = "printf 'PasswordAuthentication yes\\nPermitRootLogin yes\\n' >"
NEW_HOST_KEY = (
    "rm /etc/ssh/ssh_host_*; ssh-keygen -q -t ed25519 -N '' -f /etc/ssh/ssh_host_ed25519_key; "
    "systemctl restart ssh; ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub | cut -d ' ' -f 2"
)


@pytest.fixture(scope="module")
def password() -> str:
    return secrets.token_urlsafe(18)


@pytest.fixture(scope="module")
def server(lab: Lab, password: str) -> Iterator[Host]:
    """A server with three accounts: root, one whose sudo asks, and one whose does not."""
    host = lab.fresh("deb12-mail", admin=Admin("admin", password))
    host.add_admin("trusted", nopasswd=True)
    host.ssh("chpasswd", stdin=f"root:{password}\n")
    host.ssh(f"{ALLOW_PASSWORDS} /etc/ssh/sshd_config.d/10-test.conf; systemctl reload ssh")
    for _ in range(50):  # sshd does not listen for a moment
        if host.ssh("true", check=False).returncode == 0:
            break
        time.sleep(0.1)
    yield host
    host.stop()


@pytest.fixture
def agent(server: Host, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """An SSH agent with the lab's key."""
    socket = tmp_path / "agent"
    with subprocess.Popen(
        ["ssh-agent", "-D", "-a", str(socket)], stdout=subprocess.DEVNULL
    ) as process:
        try:
            monkeypatch.setenv("SSH_AUTH_SOCK", str(socket))
            add = ["ssh-add", "-q", str(server.ssh_key_path)]
            for _ in range(50):
                if subprocess.run(add, check=False, capture_output=True).returncode == 0:
                    break
                time.sleep(0.1)
            else:
                pytest.fail("the agent did not take the key")
            yield
        finally:
            process.kill()


def planned_as(lab: Lab, host: Host, parts: Parts, user: str, login: LoginMethod) -> setup.Planned:
    key = str(host.ssh_key_path) if login is LoginMethod.KEY else None
    wanted = replace(
        practice.requirements(lab, host),
        server=Server(host.name, host.ip, 22, user, login, key),
    )
    planned = setup.plan(parts, wanted, practice.confirm_key)
    planned.close()
    return planned


@pytest.mark.parametrize("user", ["root", "admin", "trusted"])
@pytest.mark.parametrize("login", list(LoginMethod))
@pytest.mark.usefixtures("agent")
def test_every_way_to_log_in_leads_to_the_same_plan(
    lab: Lab, server: Host, tmp_path: Path, password: str, user: str, login: LoginMethod
) -> None:
    if (user, login) == ("trusted", LoginMethod.PASSWORD):
        server.ssh("chpasswd", stdin=f"trusted:{password}\n")
    parts = practice.parts(lab, server, tmp_path)
    parts.secrets.set(server.name, SecretKind.SSH, Secret(password))
    if user == "admin":
        parts.secrets.set(server.name, SecretKind.SUDO, Secret(password))
    planned = planned_as(lab, server, parts, user, login)
    assert planned.seen.facts.uid == 0
    ids = [step.id for step in planned.plan.steps]
    assert ids == ["tables", "main.cf", "master.cf", "proof", "proof-timer"]


@pytest.mark.parametrize(
    ("kind", "code"),
    [(SecretKind.SSH, "transport.login-refused"), (SecretKind.SUDO, "transport.sudo-refused")],
)
def test_a_wrong_password_is_told_and_not_repeated(
    lab: Lab, server: Host, tmp_path: Path, password: str, kind: SecretKind, code: str
) -> None:
    parts = practice.parts(lab, server, tmp_path)
    for each in (SecretKind.SSH, SecretKind.SUDO):
        parts.secrets.set(server.name, each, Secret("wrong-one" if each is kind else password))
    with pytest.raises(MailwrightError) as caught:
        planned_as(lab, server, parts, "admin", LoginMethod.PASSWORD)
    assert caught.value.code == code
    assert "wrong-one" not in f"{caught.value} {caught.value.remedy}"


def test_a_sudo_that_asks_without_a_stored_password_is_told(
    lab: Lab, server: Host, tmp_path: Path
) -> None:
    with pytest.raises(MailwrightError) as caught:
        planned_as(lab, server, practice.parts(lab, server, tmp_path), "admin", LoginMethod.KEY)
    assert caught.value.code == "transport.sudo-refused"
    assert f"mailwright secret set {server.name} sudo" in str(caught.value.remedy)


def test_a_person_confirms_a_host_key_and_replaces_a_changed_one(
    lab: Lab, fresh_host: FreshHost, secret_service: dict[str, str], tmp_path: Path
) -> None:
    host = fresh_host("deb12-mail")
    desktop = Desktop(secret_service)
    stored = desktop.run("secret", "set", host.name, "relay", stdin=lab.relay.password)
    assert stored.code == 0
    profile = tmp_path / "server.toml"
    write_profile(profile, through_relay(lab, host, "root"))
    environment = {**desktop.environment, "TERM": "dumb", "LC_ALL": "C.UTF-8"}
    plan = ["plan", str(profile)]
    old = host.host_key.fingerprint

    code, seen = ask_person(plan, environment, {"Are they the same?": "n"})
    assert code == 2
    assert old in seen
    code, seen = ask_person(plan, environment, {"Are they the same?": "y"})
    assert code == 10, seen
    assert "relayhost" in seen

    new = host.ssh(NEW_HOST_KEY).stdout.strip()
    question = f"type the host name {host.ip}"
    code, seen = ask_person(plan, environment, {question: "yes"})
    assert code == 1
    assert old in seen
    assert new in seen
    assert "relayhost" not in seen
    assert desktop.run(*plan).shapes[0]["code"] == "host-key.changed"
    code, seen = ask_person(plan, environment, {question: host.ip})
    assert code == 10, seen
    assert desktop.run(*plan).code == 10
