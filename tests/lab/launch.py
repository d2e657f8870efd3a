"""Starting a keeper, from a process that need not be root."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, NamedTuple

from tests.lab import needs, paths, shell
from tests.lab.errors import LabError

if TYPE_CHECKING:
    from collections.abc import Sequence

END_SECONDS = 90.0


class Order(NamedTuple):
    """What kind of lab is wanted."""

    images: Sequence[str]
    purpose: str
    wait: float  # seconds to wait for a lab that somebody else holds
    until_eof: bool  # end with this process


def as_root(*argv: str) -> list[str]:
    """A command line that runs as root.

    :raises LabError: if this process is not root and cannot become it.
    """
    needs.check_root_or_sudo()
    return list(argv) if needs.is_root() else ["sudo", "-n", *argv]


def module(name: str, *words: str) -> list[str]:
    """The command line of one of the lab's modules, to be run as root in the project's root.

    It writes no byte code: root's files would be in the user's way.
    """
    return as_root(sys.executable, "-B", "-m", name, *words)


def settings() -> list[str]:
    """The options that carry this process's environment past sudo."""
    return [f"--base={paths.base()}", f"--archive={os.environ.get('MWLAB_ARCHIVE', '')}"]


def start(order: Order) -> subprocess.Popen[str]:
    """Start a keeper and wait until its lab is up; what it has to say goes to standard error.

    :raises LabError: if there is no way to root, somebody else holds the lab for too long,
        or the lab cannot be built or started.
    """
    words = [f"--purpose={order.purpose}", f"--wait={order.wait}", f"--client={os.getpid()}"]
    if order.until_eof:
        words.append("--until-eof")
    argv = module("tests.lab.keeper", *settings(), *words, "--images", *order.images)
    keeper = shell.start_piped(*argv, cwd=paths.PROJECT, stdin_pipe=order.until_eof)
    assert keeper.stdout, "standard output is a pipe"
    try:
        line = keeper.stdout.readline()
    except BaseException:
        stop(keeper)
        raise
    answer = json.loads(line) if line else {}
    if not answer.get("ready"):
        stop(keeper)
        raise LabError(answer.get("failed") or "the lab's keeper ended before the lab was up")
    return keeper


def stop(keeper: subprocess.Popen[str]) -> None:
    """Let a keeper take its lab down, and wait for it.

    :raises LabError: if it does not end.
    """
    for stream in (keeper.stdin, keeper.stdout):
        if stream:
            stream.close()
    try:
        keeper.wait(END_SECONDS)
    except subprocess.TimeoutExpired as error:
        raise LabError(f"the lab's keeper (process {keeper.pid}) does not end") from error
