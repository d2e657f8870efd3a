"""What the keeper knows of a host, and how it is written down for a later keeper."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any

from tests.lab import paths
from tests.lab.addresses import Interface
from tests.lab.process import Identity


@dataclass(frozen=True)
class File:
    """A file that is put on a host's disk before it starts."""

    path: str
    text: str
    mode: int = 0o644
    owner: str = "root"


@dataclass(frozen=True)
class Wish:
    """What a new host shall be."""

    name: str
    image: str
    fqdn: str
    interfaces: tuple[Interface, ...]
    rtt_ms: float = 0
    files: tuple[File, ...] = ()
    folders: tuple[tuple[str, str], ...] = ()  # read-only: on the machine, on the host


@dataclass
class Host:
    """A host that exists."""

    name: str
    image: str
    fqdn: str
    interfaces: list[Interface]
    folders: list[tuple[str, str]]
    host_key: str = ""
    rtt_ms: float = 0
    init: Identity | None = None  # the shell that runs systemd-nspawn
    delay: Identity | None = None
    timings: dict[str, float] = field(default_factory=dict)

    @property
    def ip(self) -> str:
        """The address by which everybody calls it."""
        return self.interfaces[0].addresses[0]

    def save(self) -> None:
        """Write down what a later keeper needs to remove this host."""
        file = paths.host_state(self.name)
        unfinished = file.with_suffix(".part")
        unfinished.write_text(json.dumps(asdict(self)))
        unfinished.rename(file)


def load(name: str) -> Host | None:
    """Read what an earlier keeper wrote down; None if it got killed before that."""
    try:
        fields: dict[str, Any] = json.loads(paths.host_state(name).read_text())
    except FileNotFoundError:
        return None
    fields["interfaces"] = [
        Interface(device, bridge, tuple(addresses))
        for device, bridge, addresses in fields["interfaces"]
    ]
    fields["folders"] = [tuple(pair) for pair in fields["folders"]]
    for process in ("init", "delay"):
        fields[process] = Identity(*fields[process]) if fields[process] else None
    return Host(**fields)


def written_names() -> set[str]:
    """The hosts of which anything is written down or mounted."""
    if not paths.HOSTS.is_dir():
        return set()
    return {entry.name.split(".", 1)[0] for entry in paths.HOSTS.iterdir()}
