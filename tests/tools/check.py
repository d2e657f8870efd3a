"""Run the gates: format, lint, types, contracts, tests.

`make check` leaves out what needs a screen or real servers; `make test` runs everything,
`make matrix` the long combinations of real servers.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from subprocess import PIPE, STDOUT

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
ALL_TESTS = Gate("tests", (*IN_SESSION, *PYTEST, "-m", "not (matrix or bench)"))
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
        failed = side_by_side(TYPES, *QUICK) + in_turn(IMAGES, ALL_TESTS)
    else:
        failed = side_by_side(*UNIT_TESTS, TYPES, *QUICK)
    seconds = time.monotonic() - started
    if failed:
        sys.exit(f"check: failed after {seconds:.1f} s: {', '.join(failed)}")
    print(f"check: all is well, {seconds:.1f} s")


def side_by_side(*gates: Gate) -> list[str]:
    """Run gates, two at once; print each result as it comes; return the names of the failed."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
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
