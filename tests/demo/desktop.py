"""The person's desktop: the real command line with a keyring and folders of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import tomli_w

from tests.support import practice

if TYPE_CHECKING:
    from pathlib import Path

    from tests.lab.client import Lab
    from tests.lab.host import Host

LIMIT = 300


@dataclass(frozen=True)
class Answer:
    """What a command printed: its exit code and its JSON objects."""

    code: int
    shapes: list[dict[str, Any]]
    errors: str

    def events(self, kind: str) -> list[dict[str, Any]]:
        """The events of one kind."""
        return [shape for shape in self.shapes if shape.get("event") == kind]

    def finding(self, name: str) -> dict[str, Any]:
        """A finding by its id, an empty one where there is none."""
        found = [each for shape in self.shapes for each in shape.get("findings", [shape])]
        return next((each for each in found if each.get("id") == name), {})


@dataclass(frozen=True)
class Desktop:
    """Runs `mailwright` as the person would, in an environment of its own."""

    environment: dict[str, str]

    def run(self, *arguments: str, stdin: str = "") -> Answer:
        """Run a command with `--json`; what it needs to know secretly comes on standard input."""
        done = subprocess.run(
            [sys.executable, "-m", "mailwright", *arguments, "--json"],
            env=self.environment,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=LIMIT,
            check=False,
        )
        shapes = [json.loads(line) for line in done.stdout.splitlines()]
        return Answer(done.returncode, shapes, done.stderr)


def write_profile(path: Path, lab: Lab, host: Host, user: str) -> None:
    """Write the wizard's answers for a practice server."""
    answers = {
        "server": {
            "name": host.name,
            "host": host.ip,
            "user": user,
            "login": "key",
            "key_file": str(host.ssh_key_path),
        },
        "relay": {
            "host": lab.relay.host,
            "port": lab.relay.submission_port,
            "tls": "starttls",
            "user": lab.relay.user,
        },
        "identity": {
            "hostname": "smtp.corp.example",
            "domain": "corp.example",
            "administrator": practice.RECIPIENT,
        },
        "proof": {"sender": practice.SENDER, "recipient": practice.RECIPIENT},
        "advanced": {"dns": lab.resolver},
    }
    path.write_text(tomli_w.dumps(answers))
