"""Small helpers of the image's configuration."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

HERE = Path(__file__).resolve().parent


def run(*argv: str | Path, stdin: bytes = b"") -> bytes:
    """Run a program and return its standard output.

    :raises SystemExit: if it fails, with what it said.
    """
    words = [str(word) for word in argv]
    done = subprocess.run(words, input=stdin, capture_output=True, check=False)
    if done.returncode:
        said = (done.stdout + done.stderr).decode(errors="replace")
        raise SystemExit(f"{' '.join(words)}: status {done.returncode}\n{said}")
    return done.stdout


def write(path: str | Path, text: str, mode: int = 0o644) -> None:
    """Write a file, its folders included."""
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text)
    target.chmod(mode)


def copy(source: str, target: str | Path, mode: int = 0o644) -> None:
    """Copy a file of this package into the system."""
    destination = Path(target)
    destination.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(HERE / source, destination)
    destination.chmod(mode)
