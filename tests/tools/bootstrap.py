"""Set up everything that checks and tests need; run by every make target.

It uses the standard library alone, since a fresh machine has nothing else. Python packages go
into `.venv` and pip's cache into `build/`, both in the project folder. Only Debian packages need
root or sudo. A second run finds everything done and says nothing.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import venv
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"
REQUIREMENTS = ROOT / "requirements"
PINNED = (REQUIREMENTS / "runtime.txt", REQUIREMENTS / "dev.txt")
PROJECT = (ROOT / "pyproject.toml",)
OLDEST_PYTHON = (3, 11)
OS_RELEASE = Path("/etc/os-release")


def main() -> None:
    """Bring the machine and the project folder to the wanted state."""
    if sys.version_info < OLDEST_PYTHON:
        sys.exit(
            f"Mailwright needs Python {'.'.join(map(str, OLDEST_PYTHON))} or newer, and "
            f"{sys.executable} is {sys.version.split()[0]}. Choose another: make PYTHON=python3.12"
        )
    build = ROOT / "build"
    build.mkdir(exist_ok=True)
    with (build / "bootstrap.lock").open("w") as lock:
        # Two targets started at once set up once.
        fcntl.flock(lock, fcntl.LOCK_EX)
        install_debian_packages(missing_debian_packages(wanted_debian_packages()))
        once(VENV / "packages-stamp", PINNED, make_venv)
        once(VENV / "project-stamp", PROJECT, install_project)


def wanted_debian_packages() -> list[str]:
    """Return the names in requirements/debian.txt, and Python's own venv package where needed."""
    lines = (REQUIREMENTS / "debian.txt").read_text().splitlines()
    names = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    if find_spec("ensurepip") is None:
        # Debian splits it from Python; `import venv` works without it, making one does not.
        names.append(f"python{sys.version_info.major}.{sys.version_info.minor}-venv")
    return names


def missing_debian_packages(names: list[str]) -> list[str]:
    """Return those names that dpkg does not have installed; all are there on other systems."""
    if shutil.which("dpkg-query") is None:
        say(f"this is no Debian; the tests expect what it calls {' '.join(names)}")
        return []
    query = ["dpkg-query", "--show", "--showformat=${Package} ${db:Status-Status}\n", *names]
    # The exit code is 1 where a package was never known: that is an answer, not a failure.
    answer = subprocess.run(query, capture_output=True, text=True, check=False).stdout
    installed = {line.split()[0] for line in answer.splitlines() if line.endswith(" installed")}
    return [name for name in names if name not in installed]


def install_debian_packages(names: list[str]) -> None:
    """Install Debian packages, as root or through sudo; leave with the command where neither is."""
    if not names:
        return
    if os.geteuid() != 0 and shutil.which("sudo") is None:
        sys.exit(
            "bootstrap: Debian packages are missing; installing them needs root, and this user is "
            "not root and has no sudo. As root, run:\n"
            f"  apt-get update && apt-get install --no-install-recommends {' '.join(names)}"
        )
    if "ID=ubuntu" in OS_RELEASE.read_text().splitlines():
        say("the names are Debian's; Ubuntu has them too, but nobody has tried it yet")
    say(f"installing Debian packages{' with sudo' if os.geteuid() else ''}: {' '.join(names)}")
    prefix = ["sudo"] if os.geteuid() else []
    apt = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", "-o", "Dpkg::Use-Pty=0"]
    apt = [*prefix, *apt, "-o", "DPkg::Lock::Timeout=300"]
    run([*apt, "update"])
    run([*apt, "install", "--yes", "--no-install-recommends", *names])


def once(stamp: Path, inputs: tuple[Path, ...], step: Callable[[], None]) -> None:
    """Do a step unless it was finished with these very inputs and this interpreter."""
    digest = hashlib.sha256(sys.version.encode())
    for path in inputs:
        digest.update(path.read_bytes())
    if not stamp.exists() or stamp.read_text() != digest.hexdigest():
        step()
        stamp.write_text(digest.hexdigest())


def make_venv() -> None:
    """Make `.venv` anew with the pinned packages."""
    say(f"making .venv with Python {sys.version.split()[0]} and the pinned packages")
    venv.create(VENV, clear=True, with_pip=True, symlinks=True)
    pip_install("--require-hashes", *(f"--requirement={path}" for path in PINNED))


def install_project() -> None:
    """Install the project itself, editable: its commands and its compiled texts."""
    say("installing Mailwright into .venv, editable")
    pip_install("--no-deps", "--no-build-isolation", "--editable", str(ROOT))


def pip_install(*arguments: str) -> None:
    """Run `pip install` in `.venv`, with its cache in the project folder."""
    quiet = ["-qq", "--disable-pip-version-check", "--cache-dir", str(ROOT / "build" / "pip-cache")]
    run([str(VENV_PYTHON), "-m", "pip", "install", *quiet, *arguments])


def run(command: list[str]) -> None:
    """Run a command; leave with its exit code where it fails, since its own words are shown."""
    code = subprocess.run(command, check=False, cwd=ROOT).returncode
    if code:
        say(f"failed with exit code {code}: {' '.join(command)}")
        sys.exit(code)


def say(text: str) -> None:
    """Tell the person."""
    print(f"bootstrap: {text}", flush=True)


if __name__ == "__main__":
    main()
