"""A host of the lab, as tests and the demo use it."""

from __future__ import annotations

import base64
import hashlib
import subprocess
from typing import TYPE_CHECKING, NamedTuple

from tests.lab import manifest, paths, ready, wire
from tests.lab.errors import LabError

if TYPE_CHECKING:
    from pathlib import Path

    from tests.lab.manifest import Manifest
    from tests.lab.wire import Json

COMMAND_SECONDS = 300.0
# The account gets the lab's key. The password comes on standard input.
ADD_ADMIN = """
set -eu
useradd --create-home --shell /bin/bash --groups sudo {name}
IFS= read -r password
[ -z "$password" ] || printf '%s:%s\\n' {name} "$password" | chpasswd
install -d -m 700 -o {name} -g {name} /home/{name}/.ssh
install -m 600 -o {name} -g {name} /root/.ssh/authorized_keys /home/{name}/.ssh/
"""
NOPASSWD = """
echo '{name} ALL=(ALL:ALL) NOPASSWD: ALL' > /etc/sudoers.d/{name}
chmod 440 /etc/sudoers.d/{name}
"""


class HostKey(NamedTuple):
    """A server's public key, as OpenSSH names its parts."""

    type: str
    base64: str

    @property
    def fingerprint(self) -> str:
        """``SHA256:`` and the digest, as ssh-keygen -l shows it."""
        digest = hashlib.sha256(base64.b64decode(self.base64)).digest()
        return f"SHA256:{base64.b64encode(digest).decode().rstrip('=')}"


class Admin(NamedTuple):
    """An account that may use sudo."""

    name: str
    password: str = ""  # empty: none, logins by key only
    nopasswd: bool = False  # sudo asks for no password


class Host:
    """One server. The lab's key logs in as root, and as every admin."""

    def __init__(self, fields: Json) -> None:
        self.name: str = fields["name"]
        self.image: str = fields["image"]
        self.fqdn: str = fields["fqdn"]
        self.ip: str = fields["ip"]
        self.host_key = HostKey(*fields["host_key"].split())
        self.running: bool = fields["running"]
        self.rtt_ms: float = fields["rtt_ms"]
        self.ready_seconds: float = fields["timings"].get("ready", 0.0)

    @property
    def ssh_key_path(self) -> Path:
        """The private key for logins (Ed25519, no passphrase)."""
        return paths.CLIENT / "id_ed25519"

    @property
    def known_hosts_path(self) -> Path:
        """A known_hosts file with this host's key."""
        return paths.known_hosts(self.name)

    def ssh_command(self, user: str = "root") -> list[str]:
        """The start of an ssh command line, up to the host."""
        return ready.ssh_command(self.ip, self.known_hosts_path, user)

    def ssh(
        self, command: str, *, check: bool = True, stdin: str = "", user: str = "root"
    ) -> subprocess.CompletedProcess[str]:
        """Run a shell command on the host.

        :raises LabError: if it ends with another status than 0 and ``check`` is set.
        :raises subprocess.TimeoutExpired: after five minutes.
        """
        done = subprocess.run(
            [*self.ssh_command(user), command],
            input=stdin,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=COMMAND_SECONDS,
            check=False,
        )
        if check and done.returncode:
            raise LabError(
                f"{self.name}: status {done.returncode} of {command!r}\n{done.stdout}{done.stderr}"
            )
        return done

    def add_admin(self, name: str, password: str = "", nopasswd: bool = False) -> None:
        """Make an account that may use sudo."""
        script = ADD_ADMIN + (NOPASSWD if nopasswd else "")
        self.ssh(script.format(name=name), stdin=f"{password}\n")

    def manifest(self) -> Manifest:
        """Files, packages, units and accounts, for :func:`tests.lab.manifest.diff_manifests`.

        Files are read from outside of the host, first, so that looking changes none of them.
        """
        files = wire.ask("files", name=self.name)
        inside = manifest.parse_inside(self.ssh(manifest.INSIDE).stdout)
        return {"files": files, **inside}

    def set_rtt(self, rtt_ms: float) -> None:
        """Make every round trip to the host so many milliseconds longer; 0 ends it."""
        wire.ask("rtt", name=self.name, rtt_ms=rtt_ms)

    def cut(self) -> None:
        """Interrupt the host's cables."""
        wire.ask("cut", name=self.name)

    def mend(self) -> None:
        """Undo :meth:`cut`."""
        wire.ask("mend", name=self.name)

    def reboot(self) -> None:
        """Let the host reboot by itself; ready for logins when this returns."""
        wire.ask("reboot", name=self.name)

    def crash(self) -> None:
        """End the host without warning, as a power cut does. Its disk stays."""
        wire.ask("crash", name=self.name)

    def start_again(self) -> None:
        """Start a crashed host from its disk; ready for logins when this returns."""
        wire.ask("start", name=self.name)

    def stop(self, *, graceful: bool = False) -> None:
        """Throw the host away, its disk included."""
        wire.ask("stop", name=self.name, graceful=graceful)
