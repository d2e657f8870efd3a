"""What the machine itself must have: root, and some Debian packages."""

from __future__ import annotations

import logging
import os
import shutil
from pathlib import Path

from tests.lab import shell
from tests.lab.definitions import load
from tests.lab.errors import LabError

log = logging.getLogger("lab")
APT_GET = ("apt-get", "-q", "-y", "-o", "DPkg::Lock::Timeout=300")


def is_root() -> bool:
    """Whether this process may make hosts."""
    return os.geteuid() == 0


def check_root_or_sudo() -> None:
    """Check that this process is root or may become root without being asked.

    :raises LabError: if neither; the text says what is missing.
    """
    if is_root():
        return
    if not shutil.which("sudo"):
        raise LabError("the lab needs root, and this machine has no sudo: start it as root")
    if shell.run("sudo", "-n", "true", check=False).returncode:
        raise LabError(
            "the lab needs root, and sudo asks for a password: run `sudo -v` first, or start it "
            "as root"
        )


def missing_packages() -> list[str]:
    """The Debian packages that the machine lacks."""
    return sorted(
        {
            package
            for program, package in load().machine.items()
            if not (Path(program).exists() if program.startswith("/") else shutil.which(program))
        }
    )


def install() -> None:
    """Install what is missing, and say so before.

    :raises LabError: if this is no Debian-like machine, or apt-get fails.
    """
    missing = missing_packages()
    if not missing:
        return
    if not shutil.which("apt-get"):
        raise LabError(f"this machine has no apt-get; install what provides {', '.join(missing)}")
    log.info("installing on this machine with apt-get: %s", " ".join(missing))
    shell.run(*APT_GET, "update")
    shell.run(
        *(*APT_GET, "install", "--no-install-recommends", *missing),
        env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
    )
