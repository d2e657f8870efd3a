"""Compile requirements/*.txt from requirements/*.in: every package pinned, with its hashes.

The files hold for every system and every supported Python, and name no index: packages come from
wherever the machine's own configuration says, and the hashes say which are the right ones.
"""

from __future__ import annotations

import subprocess
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
COMPILER = "uv==0.13.9"
OLDEST_PYTHON = "3.11"
FILES = ("runtime", "dev")


def main() -> None:
    """Compile each file, in an order in which the later may be constrained by the earlier."""
    folder = ROOT / "build" / "pin"
    venv.create(folder, clear=True, with_pip=True)
    install = [str(folder / "bin" / "pip"), "install", "-qq", COMPILER]
    subprocess.run(install, check=True)
    for name in FILES:
        subprocess.run([str(folder / "bin" / "uv"), *arguments(name)], check=True, cwd=ROOT)


def arguments(name: str) -> list[str]:
    """Return uv's arguments for one file, named by paths relative to the project."""
    options = ["--universal", "--upgrade", "--generate-hashes", "--no-config", "--quiet"]
    options += ["--no-emit-index-url", "--no-emit-find-links", f"--python-version={OLDEST_PYTHON}"]
    options += ["--custom-compile-command=make pin", f"--output-file=requirements/{name}.txt"]
    return ["pip", "compile", *options, f"requirements/{name}.in"]


if __name__ == "__main__":
    main()
