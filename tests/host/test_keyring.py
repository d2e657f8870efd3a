"""Secrets in a real Secret Service, asked for by a program of its own as a person runs it."""

from __future__ import annotations

import json
import secrets
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.secret_service import keyring_daemon, secret_service, session_bus

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["secret_service"]

PROGRAM = """
import json, sys
from mailwright.errors import MailwrightError
from mailwright.secrets import KeyringSecrets, Secret, SecretKind

store = KeyringSecrets(answer_within=20)
for line in sys.stdin:
    verb, server, kind, *text = json.loads(line)
    arguments = [server, SecretKind(kind), *map(Secret, text)]
    try:
        answer = getattr(store, verb)(*arguments)
        print(json.dumps(answer.reveal() if isinstance(answer, Secret) else answer), flush=True)
    except MailwrightError as error:
        print(json.dumps({"code": error.code, "text": f"{error} {error.remedy}"}), flush=True)
"""


class Asker:
    """A process that asks the keyring what it is told on its standard input."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def ask(self, *question: str) -> object:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(question) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, self.process.stderr and self.process.stderr.read()
        return json.loads(line)

    def refusal(self, *question: str) -> str:
        answer = self.ask(*question)
        assert isinstance(answer, dict)
        assert "Unlock" in answer["text"] or "Install" in answer["text"]
        return str(answer["code"])

    def close(self) -> str:
        """End the process; returns what it wrote to its standard error."""
        _output, errors = self.process.communicate(timeout=30)
        assert self.process.returncode == 0
        return errors


@pytest.fixture
def bus(tmp_path: Path) -> Iterator[dict[str, str]]:
    with session_bus(tmp_path / "bus") as environment:
        yield environment


def seen_by_other_programs() -> bytes:
    """Return the arguments and environment of every process, as /proc shows them."""
    seen = []
    for process in Path("/proc").glob("[0-9]*"):
        for name in ("cmdline", "environ"):
            try:
                seen.append((process / name).read_bytes())
            except (FileNotFoundError, ProcessLookupError, PermissionError):
                continue  # ended in between, or of another account
    return b"\n".join(seen)


def test_a_secret_is_stored_found_replaced_and_forgotten(secret_service: dict[str, str]) -> None:
    asker = Asker(secret_service)
    assert asker.ask("get", "mx1", "relay") is None
    for password in ("p#a $s'\"\\é日本\t:", "x" * 4096):
        asker.ask("set", "mx1", "relay", password)
        assert asker.ask("get", "mx1", "relay") == password
    asker.ask("set", "mx1", "sudo", "other")
    assert asker.ask("forget", "mx1", "relay") is True
    assert asker.ask("forget", "mx1", "relay") is False
    assert asker.ask("get", "mx1", "relay") is None
    assert asker.ask("get", "mx1", "sudo") == "other"
    assert asker.close() == ""


def test_a_secret_outlives_the_program(secret_service: dict[str, str]) -> None:
    writer = Asker(secret_service)
    writer.ask("set", "mx1", "ssh", "kept")
    writer.close()
    reader = Asker(secret_service)
    assert reader.ask("get", "mx1", "ssh") == "kept"
    reader.close()


def test_no_other_program_sees_the_secret(secret_service: dict[str, str], tmp_path: Path) -> None:
    password = secrets.token_hex(16)
    asker = Asker(secret_service)
    asker.ask("set", "mx1", "relay", password)
    assert asker.ask("get", "mx1", "relay") == password
    # The look itself works: it finds what is in the argument list of the asking process.
    assert b"answer_within=20" in seen_by_other_programs()
    assert password.encode() not in seen_by_other_programs()
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert any(path.suffix == ".keyring" for path in files)
    assert not any(password.encode() in path.read_bytes() for path in files)
    asker.close()


def test_a_locked_keyring_is_told(secret_service: dict[str, str]) -> None:
    asker = Asker(secret_service)
    asker.ask("set", "mx1", "relay", "hidden")
    lock(secret_service)
    assert asker.refusal("get", "mx1", "relay") == "secrets.keyring-locked"
    assert asker.refusal("set", "mx1", "relay", "new") == "secrets.keyring-locked"
    assert asker.refusal("forget", "mx1", "relay") == "secrets.keyring-locked"
    asker.close()


def test_a_keyring_that_was_never_opened_is_told(bus: dict[str, str]) -> None:
    with keyring_daemon(bus, unlocked=False):
        asker = Asker(bus)
        assert asker.refusal("set", "mx1", "relay", "new") == "secrets.keyring-refused"
        asker.close()


def test_a_keyring_that_goes_away_is_told(bus: dict[str, str]) -> None:
    asker = Asker(bus)
    with keyring_daemon(bus):
        asker.ask("set", "mx1", "relay", "hidden")
    assert asker.refusal("get", "mx1", "relay") == "secrets.keyring-refused"
    asker.close()


def test_a_bus_without_a_keyring_is_told(bus: dict[str, str]) -> None:
    asker = Asker(bus)
    assert asker.refusal("get", "mx1", "relay") == "secrets.no-keyring"
    asker.close()


@pytest.mark.parametrize("address", [None, "unix:path=/nonexistent/bus"])
def test_a_system_without_a_bus_is_told(bus: dict[str, str], address: str | None) -> None:
    environment = {**bus, "DBUS_SESSION_BUS_ADDRESS": address or ""}
    if address is None:
        del environment["DBUS_SESSION_BUS_ADDRESS"]
    asker = Asker(environment)
    assert asker.refusal("get", "mx1", "relay") == "secrets.no-keyring"
    asker.close()


def lock(environment: dict[str, str]) -> None:
    """Lock the default collection, as a desktop does when the person leaves."""
    program = """
import secretstorage
from contextlib import closing
with closing(secretstorage.dbus_init()) as bus:
    secretstorage.get_default_collection(bus).lock()
"""
    subprocess.run([sys.executable, "-c", program], env=environment, check=True, timeout=30)
