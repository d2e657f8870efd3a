"""Run the gates: format, lint, types, contracts, tests.

`make check` leaves out what needs a screen or real servers; `make test` runs everything,
`make matrix` the long combinations of real servers.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from subprocess import PIPE, STDOUT
from typing import TYPE_CHECKING

from tests.lab.client import Lab

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
AT_ONCE = 2
TYPED = ("app", "ui", "tests", "packaging/compile_texts.py", "benchmarks")
LAB_IMAGES = ("deb12", "deb12-mail", "deb13", "deb13-mail")
SLOW = "host or matrix or bench or shots or ui"
SERVER_PROGRAMS = {
    shell: tuple(map(str, sorted((ROOT / "resources" / "server").glob(f"*.{shell}"))))
    for shell in ("sh", "bash")
}
# What is set before these texts (SC2154), and shell text that is meant for later (SC2016).
LATER = "SC2154,SC2016"
IN_SESSION = (sys.executable, "-m", "tests.tools.session")
PYTEST = (str(BIN / "pytest"), "-q")


@dataclass(frozen=True)
class Gate:
    """A command that must succeed."""

    name: str
    command: tuple[str, ...]


@dataclass(frozen=True)
class Outcome:
    """How a gate's command ended."""

    name: str
    code: int


TYPES = Gate("types", (str(BIN / "mypy"), *(path for path in TYPED if (ROOT / path).exists())))
UNIT = (*IN_SESSION, *PYTEST, "-m", f"not ({SLOW})")
# About half of the time each, so that both processors are at work.
FIRST_HALF = ("tests/unit/checks", "tests/unit/engine", "tests/unit/mta", "tests/unit/transport")
UNIT_TESTS = (
    Gate("unit tests of checks and engine", (*UNIT, *FIRST_HALF)),
    Gate("unit tests of the rest", (*UNIT, *(f"--ignore={path}" for path in FIRST_HALF))),
)
QUICK = (
    Gate("contracts", (str(BIN / "lint-imports"), "--no-logo", "--no-cache")),
    Gate("format", (str(BIN / "ruff"), "format", "--check", "--quiet", ".")),
    Gate("lint", (str(BIN / "ruff"), "check", "--quiet", ".")),
    *(
        Gate(f"server programs ({shell})", ("shellcheck", "-s", shell, "-e", LATER, *programs))
        for shell, programs in SERVER_PROGRAMS.items()
    ),
)
IMAGES = Gate(
    "practice servers", (sys.executable, "-m", "tests.lab", "build", "--images", *LAB_IMAGES)
)
HOST = (*IN_SESSION, *PYTEST, "-m", "host and not (matrix or bench)")
SET_UPS = tuple(
    str(path.relative_to(ROOT)) for path in (ROOT / "tests/host").glob("test_setup_*.py")
)
KEEPER = "tests/host/test_lab_keeper.py"
# Tests with real servers wait most of the time: two halves share one practice network.
TOGETHER = (
    Gate("set-ups on real servers", (*HOST, *SET_UPS)),
    Gate(
        "other tests with real servers",
        (*HOST, "tests/host", *(f"--ignore={path}" for path in (*SET_UPS, KEEPER))),
    ),
    Gate("unit tests and windows", (*IN_SESSION, *PYTEST, "-m", "not (host or matrix or bench)")),
)
# It takes the network down and up.
ALONE = Gate("the practice network's keeper", (*HOST, KEEPER))
MATRIX = Gate("matrix", (*IN_SESSION, *PYTEST, "-m", "host or matrix"))


def main() -> None:
    """Run the gates that the arguments ask for; leave with 1 where one failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--everything", action="store_true", help="with windows and real servers")
    parser.add_argument("--matrix", action="store_true", help="only real servers, all combinations")
    arguments = parser.parse_args()
    started = time.monotonic()
    if arguments.matrix:
        failed = in_turn(IMAGES, MATRIX)
    elif arguments.everything:
        failed = everything()
    else:
        failed = side_by_side(*UNIT_TESTS, TYPES, *QUICK)
    seconds = time.monotonic() - started
    if failed:
        sys.exit(f"check: failed after {seconds:.1f} s: {', '.join(failed)}")
    print(f"check: all is well, {seconds:.1f} s")


def everything() -> list[str]:
    """Run every gate, and every test that is not in the matrix; the names of the failed."""
    failed = side_by_side(TYPES, *QUICK) + in_turn(IMAGES)
    if IMAGES.name in failed:
        return failed
    with Lab(LAB_IMAGES, "make test"), attached():
        failed += side_by_side(*TOGETHER, at_once=len(TOGETHER))
    return failed + in_turn(ALONE)


@contextmanager
def attached() -> Iterator[None]:
    """Let the tests use the practice network that this process holds."""
    os.environ["MWLAB_ATTACH"] = "1"
    try:
        yield
    finally:
        del os.environ["MWLAB_ATTACH"]


def side_by_side(*gates: Gate, at_once: int = AT_ONCE) -> list[str]:
    """Run gates at once; print each result as it comes; return the names of the failed."""
    with ThreadPoolExecutor(at_once) as pool:
        outcomes = [done.result() for done in as_completed(pool.submit(shown, g) for g in gates)]
    return [outcome.name for outcome in outcomes if outcome.code]


def shown(gate: Gate) -> Outcome:
    """Run a gate and print how it ended, with its whole output where it failed."""
    started = time.monotonic()
    process = subprocess.run(
        gate.command, cwd=ROOT, check=False, text=True, stdout=PIPE, stderr=STDOUT
    )
    seconds = time.monotonic() - started
    last_line = process.stdout.strip().rpartition("\n")[2]
    if process.returncode:
        print(f"{gate.name}: FAILED, {seconds:.1f} s\n{process.stdout}", flush=True)
    else:
        print(f"{gate.name}: well, {seconds:.1f} s  {last_line}", flush=True)
    return Outcome(gate.name, process.returncode)


def in_turn(*gates: Gate) -> list[str]:
    """Run gates that need the whole machine, showing what they say; stop at the first failure."""
    for gate in gates:
        print(f"check: {gate.name} …", flush=True)
        if subprocess.run(gate.command, cwd=ROOT, check=False).returncode:
            return [gate.name]
    return []


if __name__ == "__main__":
    main()
