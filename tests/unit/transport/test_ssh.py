"""Against a real SSH server in this process, on loopback."""

from __future__ import annotations

import os
import socket
import subprocess
import threading
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING

import paramiko
import pytest
from paramiko.common import AUTH_FAILED, AUTH_SUCCESSFUL, OPEN_SUCCEEDED

from mailwright.errors import MailwrightError
from mailwright.model.server import HostKey, LoginMethod, Server
from mailwright.transport import ssh
from mailwright.transport.ssh import Credentials, connect

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.net

PASSWORD = "correct horse"
SUDO = "battery staple"


class Far(paramiko.ServerInterface):
    """A server that runs each command in a real shell, behind a sudo of its own making."""

    def __init__(self) -> None:
        self.passwords: list[str] = []
        self.keys: list[str] = []

    def get_allowed_auths(self, username: str) -> str:
        return "password,publickey"

    def check_auth_publickey(self, username: str, key: paramiko.PKey) -> int:
        self.keys.append(key.fingerprint)
        return AUTH_SUCCESSFUL

    def check_auth_password(self, username: str, password: str) -> int:
        self.passwords.append(password)
        right = password == PASSWORD
        return AUTH_SUCCESSFUL if right else AUTH_FAILED

    def check_channel_request(self, kind: str, chanid: int) -> int:
        return OPEN_SUCCEEDED

    def check_channel_exec_request(self, channel: paramiko.Channel, command: bytes) -> bool:
        threading.Thread(target=_served, args=(channel, command.decode()), daemon=True).start()
        return True


def _served(channel: paramiko.Channel, command: str) -> None:
    with suppress(OSError, EOFError):  # the client went away
        _serve(channel, command)


def _serve(channel: paramiko.Channel, command: str) -> None:
    if command.startswith("exec sudo"):
        words = command.split()
        prompt = words[words.index("-p") + 1]
        for _attempt in range(2):
            channel.sendall_stderr(prompt.encode())
            if channel.makefile("r").readline().strip() == SUDO:
                break
        else:
            channel.close()
            return
        command = command.partition(prompt)[2]
    command = command.removeprefix("exec ")
    with subprocess.Popen(
        ["/bin/sh", "-c", command], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as shell:
        assert shell.stdin is not None
        assert shell.stdout is not None
        back = threading.Thread(target=_pump, args=(shell, channel), daemon=True)
        back.start()
        while data := channel.recv(65_536):
            shell.stdin.write(data)
            shell.stdin.flush()
        shell.kill()


def _pump(shell: subprocess.Popen[bytes], channel: paramiko.Channel) -> None:
    assert shell.stdout is not None
    with suppress(OSError, EOFError):  # the client went away
        while data := os.read(shell.stdout.fileno(), 65_536):
            channel.sendall(data)
        channel.close()


@contextmanager
def far_server(*, user: str = "root") -> Iterator[tuple[Server, Far, paramiko.PKey]]:
    key = paramiko.ECDSAKey.generate()
    far = Far()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        links: list[paramiko.Transport] = []

        def accept() -> None:
            raw, _address = listener.accept()
            link = paramiko.Transport(raw)
            link.add_server_key(key)
            links.append(link)
            with suppress(EOFError, OSError, paramiko.SSHException):  # the client went away
                link.start_server(server=far)

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        port = listener.getsockname()[1]
        yield Server("mx1", "127.0.0.1", port, user, LoginMethod.PASSWORD), far, key
        thread.join(5)
        for link in links:
            link.close()


def accept_any(_server: Server, _key: HostKey) -> None:
    """Confirm."""


def by_password(password: str | None = PASSWORD, sudo: str | None = None) -> Credentials:
    return Credentials(ssh=lambda: password, sudo=lambda: sudo)


def test_a_script_runs_over_ssh() -> None:
    with far_server() as (server, _far, _key):
        transport = connect(server, by_password(), accept_any)
        result = transport.run("tr a-z A-Z; exit 3", b"hello")
        transport.close()
    assert (result.code, result.output) == (3, b"HELLO")


def test_a_refused_host_key_ends_it_before_any_password_is_sent() -> None:
    seen: list[HostKey] = []

    def refuse(_server: Server, key: HostKey) -> None:
        seen.append(key)
        raise MailwrightError("host-key.unconfirmed", "no")

    with far_server() as (server, far, key), pytest.raises(MailwrightError, match="no"):
        connect(server, by_password(), refuse)
    assert far.passwords == []
    assert seen[0].fingerprint == key.fingerprint


def test_a_wrong_password_is_refused_and_not_repeated_in_words() -> None:
    with far_server() as (server, _far, _key), pytest.raises(MailwrightError) as caught:
        connect(server, by_password("wrong-secret"), accept_any)
    assert caught.value.code == "transport.login-refused"
    assert "wrong-secret" not in repr(caught.value) + str(caught.value)


def test_a_missing_password_is_said() -> None:
    with far_server() as (server, far, _key), pytest.raises(MailwrightError) as caught:
        connect(server, by_password(None), accept_any)
    assert caught.value.code == "transport.no-password"
    assert far.passwords == []


def test_sudo_gets_its_password_only_when_it_asks() -> None:
    with far_server(user="admin") as (server, _far, _key):
        transport = connect(server, by_password(sudo=SUDO), accept_any)
        assert transport.run("echo ok").output == b"ok\n"
        transport.close()


@pytest.mark.parametrize("sudo", ["wrong", None])
def test_a_sudo_that_refuses_is_told(sudo: str | None) -> None:
    with far_server(user="admin") as (server, _far, _key), pytest.raises(MailwrightError) as caught:
        connect(server, by_password(sudo=sudo), accept_any)
    assert caught.value.code == "transport.sudo-refused"
    assert "mailwright secret set mx1 sudo" in (caught.value.remedy or "")


def test_an_answer_that_does_not_come_in_time_is_a_lost_connection() -> None:
    with far_server() as (server, _far, _key):
        transport = connect(server, by_password(), accept_any)
        with pytest.raises(MailwrightError) as caught:
            transport.run("sleep 5", limit=0.3)
        assert caught.value.code == "transport.lost"


def test_a_shell_that_ends_is_a_lost_connection() -> None:
    with far_server() as (server, _far, _key):
        transport = connect(server, by_password(), accept_any)
        with pytest.raises(MailwrightError) as caught:
            transport.run("kill -9 $PPID; kill -9 $$; sleep 1", limit=5)
        assert caught.value.code == "transport.lost"


def test_an_answer_without_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ssh, "OUTPUT_LIMIT", 100_000)
    with far_server() as (server, _far, _key):
        transport = connect(server, by_password(), accept_any)
        with pytest.raises(MailwrightError) as caught:
            transport.run("yes", limit=20)
        assert caught.value.code == "transport.lost"


def test_nobody_answers() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    server = Server("mx1", "127.0.0.1", port, login=LoginMethod.PASSWORD)
    with pytest.raises(MailwrightError) as caught:
        connect(server, by_password(), accept_any)
    assert caught.value.code == "transport.unreachable"


def test_a_key_file_that_is_none_is_named() -> None:
    with far_server() as (server, _far, _key):
        wrong = Server(server.name, server.host, server.port, "root", LoginMethod.KEY, "/dev/null")
        with pytest.raises(MailwrightError) as caught:
            connect(wrong, Credentials(), accept_any)
    assert caught.value.code == "transport.key-file"


@pytest.mark.parametrize("phrase", [None, "pa ss é"])
def test_a_key_file_logs_in_with_and_without_a_passphrase(
    tmp_path: Path, phrase: str | None
) -> None:
    key = paramiko.ECDSAKey.generate()
    path = tmp_path / "key"
    key.write_private_key_file(str(path), None if phrase is None else phrase)
    asked: list[None] = []

    def ask() -> str | None:
        asked.append(None)
        return phrase

    with far_server() as (server, far, _key):
        by_key = replace(server, login=LoginMethod.KEY, key_file=str(path))
        transport = connect(by_key, Credentials(ssh=ask), accept_any)
        transport.close()
    assert far.keys[-1] == key.fingerprint
    assert bool(asked) == (phrase is not None)


def test_the_key_type_that_was_confirmed_is_asked_for() -> None:
    with far_server() as (server, _far, key):
        known = HostKey(key.get_name(), key.asbytes())
        transport = connect(server, by_password(), accept_any, known)
        transport.close()


def test_credentials_show_nothing() -> None:
    assert PASSWORD not in repr(by_password())
