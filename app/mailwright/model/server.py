"""A server that a person administers, and what was read on it."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, field
from enum import StrEnum


class LoginMethod(StrEnum):
    """How the SSH user proves who they are (RFC 4252)."""

    AGENT = "agent"
    KEY = "key"
    PASSWORD = "password"  # noqa: S105 - a way to log in


@dataclass(frozen=True, slots=True)
class HostKey:
    """A server's public host key (RFC 4253 section 6.6).

    `algorithm` is the key format's name, `blob` the key's bytes as sent on the wire.
    """

    algorithm: str
    blob: bytes

    @property
    def fingerprint(self) -> str:
        """`SHA256:…` exactly as `ssh-keygen -l` prints it."""
        digest = hashlib.sha256(self.blob).digest()
        return "SHA256:" + base64.b64encode(digest).decode("ascii").rstrip("=")

    @property
    def public_file(self) -> str:
        """Where OpenSSH keeps the public half of such a key on the server (sshd_config(5))."""
        kind = self.algorithm.removeprefix("ssh-").partition("-")[0]
        return f"/etc/ssh/ssh_host_{kind}_key.pub"


@dataclass(frozen=True, slots=True)
class Server:
    """Where and as whom to log in.

    `name` is the label under which profiles, secrets and the history know this server.
    """

    name: str
    host: str
    port: int = 22
    user: str = "root"
    login: LoginMethod = LoginMethod.AGENT
    key_file: str | None = None

    @property
    def needs_sudo(self) -> bool:
        """Every change needs root; anyone else goes through sudo."""
        return self.user != "root"


@dataclass(frozen=True, slots=True)
class Facts:
    """What a server is, apart from the things that a plan may change.

    `addresses` are the global ones of all interfaces; `listening` holds the TCP ports
    with a listener; `mta_packages` the installed packages that provide another
    `sendmail`; `free_bytes` what the file systems of `/` and `/var` still hold;
    `clock` the server's own time (seconds since the epoch); `proven` the route whose
    first delivery was proven on this server; `live` the direct route that was let out because
    its DNS records were seen, or because a person said so; `ipv6` whether
    the loopback interface has ::1.
    """

    os_id: str
    os_version: str
    os_like: tuple[str, ...] = ()
    os_name: str = ""
    hostname: str = ""
    uid: int = 0
    systemd: bool = True
    addresses: tuple[str, ...] = ()
    listening: frozenset[int] = frozenset()
    mta_packages: tuple[str, ...] = ()
    free_bytes: int = 0
    clock: float = 0.0
    proven: str | None = None
    live: str | None = None
    ipv6: bool = True


@dataclass(frozen=True, slots=True)
class FileState:
    """A path as `stat` and `sha256sum` see it; `kind` is `absent` when nothing is there."""

    kind: str = "absent"
    mode: int = 0
    owner: str = ""
    group: str = ""
    sha256: str | None = None

    @property
    def exists(self) -> bool:
        """Whether anything at all is at the path."""
        return self.kind != "absent"


@dataclass(frozen=True, slots=True)
class UnitState:
    """A systemd unit: LoadState, UnitFileState and ActiveState as systemctl names them."""

    load: str = "not-found"
    file: str = ""
    active: str = "inactive"


@dataclass(frozen=True, slots=True)
class Observation:
    """Everything that one reading of a server found out.

    `packages` maps a package to its installed version or None; `texts` maps a
    configuration file to its text, or None where it does not exist. `keys` maps a private key's
    file to its public half (SubjectPublicKeyInfo, RFC 5280 section 4.1, in base64), or None where
    none could be read: whether the file is there at all, `files` tells.
    """

    facts: Facts
    files: dict[str, FileState] = field(default_factory=dict)
    packages: dict[str, str | None] = field(default_factory=dict)
    units: dict[str, UnitState] = field(default_factory=dict)
    texts: dict[str, str | None] = field(default_factory=dict)
    keys: dict[str, str | None] = field(default_factory=dict)
