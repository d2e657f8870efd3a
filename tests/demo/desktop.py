"""The person's desktop: the real command line with a keyring and folders of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import tomli_w

from tests.lab.addresses import ipv6
from tests.support import practice

if TYPE_CHECKING:
    from pathlib import Path

    from tests.lab.client import Lab
    from tests.lab.host import Host

LIMIT = 300
OFFICE = "198.51.100.128/25"

Profile = dict[str, dict[str, Any]]


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


def write_profile(path: Path, answers: Profile) -> Path:
    """Write the wizard's answers."""
    path.write_text(tomli_w.dumps(answers))
    return path


def through_relay(lab: Lab, host: Host, user: str = "admin") -> Profile:
    """This host only, through the lab's relay."""
    relay = {
        "host": lab.relay.host,
        "port": lab.relay.submission_port,
        "tls": "starttls",
        "user": lab.relay.user,
    }
    answers = _common(lab, host) | {"relay": relay}
    answers["server"]["user"] = user
    return answers


def directly(lab: Lab, host: Host) -> Profile:
    """This host and the office network, straight to the receivers."""
    return _common(lab, host, "mail.corp.example") | {
        "submission": {"who": ["this-host", "networks"], "networks": [OFFICE]},
        "route": {"kind": "direct"},
    }


def _common(lab: Lab, host: Host, hostname: str = "smtp.corp.example") -> Profile:
    return {
        "server": {
            "name": host.name,
            "host": host.ip,
            "user": "admin",
            "login": "key",
            "key_file": str(host.ssh_key_path),
        },
        "identity": {
            "hostname": hostname,
            "domain": "corp.example",
            "administrator": practice.RECIPIENT,
            "addresses": [host.ip, ipv6(host.ip)],
        },
        "proof": {"sender": practice.SENDER, "recipient": practice.RECIPIENT},
        "advanced": {"dns": lab.resolver, "ca_file": str(lab.ca_file)},
    }
