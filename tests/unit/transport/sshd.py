"""A real SSH server in this process, on loopback; its shells are real, its sudo is its own."""

from __future__ import annotations

import os
import socket
import subprocess
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import paramiko
from paramiko.common import (
    AUTH_FAILED,
    AUTH_PARTIALLY_SUCCESSFUL,
    AUTH_SUCCESSFUL,
    OPEN_FAILED_ADMINISTRATIVELY_PROHIBITED,
    OPEN_SUCCEEDED,
)

from mailwright.model.server import HostKey, LoginMethod, Server
from mailwright.transport.ssh import Credentials

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

PASSWORD = "correct horse"
SUDO = "battery staple"


class Far(paramiko.ServerInterface):
    """What the server does with a login and a command; `serve` answers the command.

    Every key is let in unless `allowed` holds the only ones that are.
    """

    def __init__(self) -> None:
        self.passwords: list[str] = []
        self.sudo_words: list[str] = []
        self.keys: list[str] = []
        self.allowed: list[paramiko.PKey] | None = None
        self.wants_more = False
        self.opens = True
        self.serve: Callable[[paramiko.Channel, str], None] = self.serve_shell
        self.links: list[paramiko.Transport] = []

    def get_allowed_auths(self, username: str) -> str:
        return "password,publickey"

    def check_auth_password(self, username: str, password: str) -> int:
        self.passwords.append(password)
        if password != PASSWORD:
            return AUTH_FAILED
        return AUTH_PARTIALLY_SUCCESSFUL if self.wants_more else AUTH_SUCCESSFUL

    def check_auth_publickey(self, username: str, key: paramiko.PKey) -> int:
        self.keys.append(key.fingerprint)
        return AUTH_SUCCESSFUL if self.allowed is None or key in self.allowed else AUTH_FAILED

    def check_channel_request(self, kind: str, chanid: int) -> int:
        return OPEN_SUCCEEDED if self.opens else OPEN_FAILED_ADMINISTRATIVELY_PROHIBITED

    def check_channel_exec_request(self, channel: paramiko.Channel, command: bytes) -> bool:
        def served() -> None:
            with suppress(OSError, EOFError):  # the client went away
                self.serve(channel, command.decode())

        threading.Thread(target=served, daemon=True).start()
        return True

    def serve_shell(self, channel: paramiko.Channel, command: str) -> None:
        """Run the command; in front of it a sudo that asks twice at the most."""
        if command.startswith("exec sudo"):
            prompt = prompt_of(command)
            for _attempt in range(2):
                channel.sendall_stderr(prompt.encode())
                self.sudo_words.append(channel.makefile("r").readline().strip())
                if self.sudo_words[-1] == SUDO:
                    break
            else:
                channel.close()
                return
        self.run(channel, command)

    def run(self, channel: paramiko.Channel, command: str) -> None:
        """Run the command as root would."""
        if command.startswith("exec sudo"):
            command = command.partition(prompt_of(command))[2]
        command = command.removeprefix("exec ")
        with subprocess.Popen(
            ["/bin/sh", "-c", command], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        ) as shell:
            assert shell.stdin is not None
            back = threading.Thread(target=_pump, args=(shell, channel), daemon=True)
            back.start()
            with suppress(OSError, EOFError):  # the shell or the client went away
                while data := channel.recv(65_536):
                    shell.stdin.write(data)
                    shell.stdin.flush()
            shell.kill()
            back.join(5)

    def cut(self) -> None:
        """Break the connection under everything."""
        for link in self.links:
            link.close()


def prompt_of(command: str) -> str:
    words = command.split()
    return words[words.index("-p") + 1]


def _pump(shell: subprocess.Popen[bytes], channel: paramiko.Channel) -> None:
    assert shell.stdout is not None
    with suppress(OSError, EOFError, ValueError):  # the client went away
        while data := os.read(shell.stdout.fileno(), 65_536):
            channel.sendall(data)
        channel.close()


@contextmanager
def far_server(
    *, user: str = "root", host_keys: Sequence[paramiko.PKey] = ()
) -> Iterator[tuple[Server, Far, paramiko.PKey]]:
    keys = host_keys or (paramiko.ECDSAKey.generate(),)
    far = Far()
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def accept() -> None:
            raw, _address = listener.accept()
            raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # as sshd does
            link = paramiko.Transport(raw)
            for key in keys:
                link.add_server_key(key)
            far.links.append(link)
            with suppress(EOFError, OSError, paramiko.SSHException):  # the client went away
                link.start_server(server=far)

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        port = listener.getsockname()[1]
        yield Server("mx1", "127.0.0.1", port, user, LoginMethod.PASSWORD), far, keys[0]
        thread.join(5)
        far.cut()


def accept_any(_server: Server, _key: HostKey) -> None:
    """Confirm."""


def by_password(password: str | None = PASSWORD, sudo: str | None = None) -> Credentials:
    return Credentials(ssh=lambda: password, sudo=lambda: sudo)
