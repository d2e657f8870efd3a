"""Where the lab keeps its things.

Images are expensive and are kept (``base()``); everything of one run is under ``STATE``,
which there is only once per machine because the lab's addresses exist only once.
"""

from __future__ import annotations

import os
from pathlib import Path

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parents[1]

STATE = Path("/run/mwlab")
OWNER = STATE / "owner"
SOCKET = STATE / "keeper.sock"
HOSTS = STATE / "hosts"
CLIENT = STATE / "client"
CA_FILE = STATE / "ca.pem"


def base() -> Path:
    """The folder of images, mirrors and logs: ``MWLAB_DIR``, or ``/var/tmp/mwlab``."""
    return Path(os.environ.get("MWLAB_DIR", "/var/tmp/mwlab"))


def images() -> Path:
    """The folder of finished image layers, one sub-folder for each name and definition."""
    return base() / "images"


def mirrors() -> Path:
    """The folder of package mirrors, one sub-folder for each release and definition."""
    return base() / "mirrors"


def trust() -> Path:
    """The folder of the lab's certification authority and archive key (root only)."""
    return base() / "trust"


def logs() -> Path:
    """The folder of the hosts' consoles and of the keeper's log."""
    return base() / "log"


def host_dir(name: str) -> Path:
    """The mount point that holds one host's root file system and its changes."""
    return HOSTS / name


def host_root(name: str) -> Path:
    """The root of one host's file system, seen from the machine."""
    return host_dir(name) / "root"


def host_state(name: str) -> Path:
    """The file that says which processes and cables belong to one host."""
    return HOSTS / f"{name}.json"


def known_hosts(name: str) -> Path:
    """The OpenSSH known_hosts file that holds one host's key."""
    return CLIENT / f"{name}.known_hosts"
