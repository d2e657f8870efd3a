"""A terminal with a person at it: programs that ask find somebody who answers."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LIMIT = 60.0


def ask_person(
    arguments: Sequence[str], environment: Mapping[str, str], answers: Mapping[str, str]
) -> tuple[int, str]:
    """Run `mailwright` at a terminal; its exit code and all that the person saw.

    `answers` maps the end of a question to what the person types there.
    """
    master, slave = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "mailwright", *arguments],
        env=environment,
        stdin=slave,
        stdout=slave,
        stderr=slave,
    ) as process:
        os.close(slave)
        try:
            seen = _talk(master, dict(answers))
        finally:
            os.close(master)
            if process.poll() is None:
                process.wait(LIMIT)
    return process.returncode, seen


def _talk(master: int, answers: dict[str, str]) -> str:
    seen, asked_from = "", 0
    end = time.monotonic() + LIMIT
    while time.monotonic() < end:
        if not select.select([master], [], [], 1)[0]:
            continue
        try:
            data = os.read(master, 65_536)
        except OSError:  # the other side of the terminal is closed
            return seen
        if not data:
            return seen
        seen += data.decode()
        for question in [each for each in answers if each in seen[asked_from:]]:
            os.write(master, f"{answers.pop(question)}\n".encode())
            asked_from = len(seen)
    raise TimeoutError(f"no end within {LIMIT:.0f} s; seen so far:\n{seen}")
