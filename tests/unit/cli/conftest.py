from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from click.testing import CliRunner

from mailwright.cli.main import program
from mailwright.cli.world import World
from mailwright.secrets import MemorySecrets, Secret, SecretKind
from tests.support.examples import REQUIREMENTS
from tests.unit.usecases.practice import PASSWORD, Practice

if TYPE_CHECKING:
    from mailwright.usecases.parts import Parts

PROFILE = """\
[server]
name = "mx1"
host = "198.51.100.7"
login = "key"
key_file = "/k"
[relay]
host = "relay.example"
user = "someone"
[identity]
hostname = "mx1.corp.example"
domain = "corp.example"
administrator = "admin@corp.example"
[volume]
peak_per_hour = 100
[proof]
sender = "info@corp.example"
recipient = "somebody@elsewhere.example"
"""


class Ran(NamedTuple):
    """How a command ended, and what it printed."""

    code: int
    out: str
    err: str

    @property
    def shapes(self) -> list[dict[str, Any]]:
        """The JSON objects on standard output."""
        return [json.loads(line) for line in self.out.splitlines()]

    def events(self, kind: str) -> list[dict[str, Any]]:
        """The JSON events of one kind."""
        return [shape for shape in self.shapes if shape.get("event") == kind]


@dataclass
class Person:
    """Runs commands against a practice server, without a terminal unless `terminal`."""

    server: Practice
    keyring: MemorySecrets
    profile: str
    terminal: bool = False
    asked_for: list[Mapping[SecretKind, Path]] = field(default_factory=list)

    def run(self, *arguments: str, stdin: str | bytes = "", lang: str = "C") -> Ran:
        """Run a command in this process."""
        world = World(self._parts, lambda: self.keyring, lambda: self.terminal)
        environment = {"LANGUAGE": None, "LC_ALL": None, "LC_MESSAGES": None, "LANG": lang}
        result = CliRunner().invoke(
            program, arguments, input=stdin, env=environment, obj=world, prog_name="mailwright"
        )
        return Ran(result.exit_code, result.stdout, result.stderr)

    def on_profile(self, command: str, *arguments: str, stdin: str = "") -> Ran:
        """Run a command on the profile."""
        return self.run(command, self.profile, *arguments, stdin=stdin)

    def _parts(self, secret_files: Mapping[SecretKind, Path]) -> Parts:
        self.asked_for.append(secret_files)
        return self.server.parts


@pytest.fixture
def stranger(tmp_path: Path) -> Person:
    """A person who never connected to the fresh server of the profile."""
    server = Practice(tmp_path)
    server.parts.secrets.set("mx1", SecretKind.RELAY, Secret(PASSWORD))
    profile = tmp_path / "mx1.toml"
    profile.write_text(PROFILE)
    return Person(server, MemorySecrets(), str(profile))


@pytest.fixture
def person(stranger: Person) -> Person:
    """A person who has confirmed the host key of the server."""
    server = REQUIREMENTS.server
    stranger.server.parts.host_keys.confirm(server.host, server.port, stranger.server.key, "me")
    stranger.server.parts.journal.meet(server)
    return stranger
