"""Running other programs: the lab's only door to ``subprocess``."""

from __future__ import annotations

import os
import shlex
import subprocess
from typing import IO, TYPE_CHECKING

from tests.lab.errors import LabError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

OUTPUT_SHOWN = 4000


def run(
    *argv: str | Path | int,
    check: bool = True,
    stdin: str = "",
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    timeout: float | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run a program to its end, with standard output and standard error in ``stdout``.

    :param timeout: seconds after which the program is killed.
    :raises LabError: if it ends with another status than 0 and ``check`` is set, or too late.
    """
    words = [str(word) for word in argv]
    try:
        done = subprocess.run(
            words,
            input=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            env=dict(env) if env is not None else None,
            cwd=cwd,
            timeout=timeout,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise LabError(f"{shlex.join(words)}: no end after {timeout} seconds") from error
    if check and done.returncode:
        raise LabError(
            f"{shlex.join(words)}: status {done.returncode}\n{done.stdout[-OUTPUT_SHOWN:]}"
        )
    return done


def start(
    *argv: str | Path,
    stdin: int | IO[bytes] = subprocess.DEVNULL,
    output: Path | None = None,
    env: Mapping[str, str] | None = None,
) -> subprocess.Popen[bytes]:
    """Start a program in a session of its own; its output is added to the file ``output``."""
    sink: int | IO[bytes] = output.open("ab") if output else subprocess.DEVNULL
    try:
        return subprocess.Popen(
            [str(word) for word in argv],
            stdin=stdin,
            stdout=sink,
            stderr=subprocess.STDOUT,
            env=dict(env) if env is not None else None,
            start_new_session=True,
        )
    finally:
        if not isinstance(sink, int):
            sink.close()


def start_piped(*argv: str | Path, cwd: Path, stdin_pipe: bool) -> subprocess.Popen[str]:
    """Start a program whose standard output is read, in the caller's own session.

    The session stays the same so that ``sudo`` finds the ticket of this terminal.
    """
    return subprocess.Popen(
        [str(word) for word in argv],
        stdin=subprocess.PIPE if stdin_pipe else subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        cwd=cwd,
    )


def replace(*argv: str | Path) -> None:
    """Put another program in this process's place."""
    words = [str(word) for word in argv]
    os.execvp(words[0], words)  # noqa: S606 - no shell is what is wanted
