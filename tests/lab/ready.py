"""Waiting for hosts and their servers."""

from __future__ import annotations

import socket
import time
from typing import TYPE_CHECKING

from tests.lab import boot, paths, shell
from tests.lab.errors import LabError

if TYPE_CHECKING:
    from pathlib import Path

    from tests.lab.hosts import Host

LIMIT_SECONDS = 60.0
POLL_SECONDS = 0.02
CONSOLE_SHOWN = 2000


def ssh_command(ip: str, known_hosts: Path, user: str = "root") -> list[str]:
    """The start of an OpenSSH command line that trusts only the lab's own keys."""
    options = {
        "BatchMode": "yes",
        "ConnectTimeout": "10",
        "GlobalKnownHostsFile": "/dev/null",
        "IdentitiesOnly": "yes",
        "LogLevel": "ERROR",
        "StrictHostKeyChecking": "yes",
        "UserKnownHostsFile": str(known_hosts),
    }
    words = [word for option, value in options.items() for word in ("-o", f"{option}={value}")]
    key = paths.CLIENT / "id_ed25519"
    return ["ssh", "-F", "/dev/null", "-i", str(key), *words, f"{user}@{ip}"]


def ssh(host: Host, command: str, stdin: str = "", *, check: bool = True) -> str:
    """Run a command as root on a host and return what it printed.

    :raises LabError: if it fails and ``check`` is set, or lasts longer than a minute.
    """
    argv = ssh_command(host.ip, paths.known_hosts(host.name))
    return shell.run(*argv, command, stdin=stdin, check=check, timeout=LIMIT_SECONDS).stdout


def wait_for_login(host: Host) -> None:
    """Wait until root can log in.

    :raises LabError: if the host ends, or a minute passes; with the end of its console.
    """
    deadline = time.monotonic() + LIMIT_SECONDS
    argv = ssh_command(host.ip, paths.known_hosts(host.name))
    while not (_greets(host.ip) and shell.run(*argv, "true", check=False).returncode == 0):
        if not boot.running(host):
            said = boot.console(host.name).read_text(errors="replace")[-CONSOLE_SHOWN:]
            raise LabError(f"{host.name} ended while it started:\n{said}")
        if time.monotonic() > deadline:
            raise LabError(f"{host.name}: no login by SSH after {LIMIT_SECONDS:.0f} seconds")
        time.sleep(POLL_SECONDS)


def _greets(ip: str) -> bool:
    """Whether sshd answers: a cheap look before a real login."""
    try:
        with socket.create_connection((ip, 22), timeout=1) as connection:
            return connection.recv(4) == b"SSH-"
    except OSError:
        return False


def wait_for_port(ip: str, port: int) -> None:
    """Wait until a TCP port accepts connections.

    :raises LabError: if it does not within a minute.
    """
    deadline = time.monotonic() + LIMIT_SECONDS
    while True:
        try:
            socket.create_connection((ip, port), timeout=1).close()
        except OSError as error:
            if time.monotonic() > deadline:
                raise LabError(f"{ip} port {port}: {error}") from error
            time.sleep(POLL_SECONDS)
        else:
            return
