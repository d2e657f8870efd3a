"""Ctrl+C while a server is at work: the first asks it to stop, the second leaves it alone."""

from __future__ import annotations

import os
import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING

from mailwright.errors import MailwrightError
from mailwright.i18n import N_, _

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_STDERR = 2


@contextmanager
def stop_on_interrupt() -> Iterator[Callable[[], bool]]:
    """Take the first Ctrl+C as the wish to stop after this step; the second raises.

    Yields what tells whether there is that wish.
    """
    wished = False

    def wish(_number: int, _frame: object) -> None:
        nonlocal wished
        if wished:
            raise KeyboardInterrupt
        wished = True
        # Not by Python's stream: the signal may have come in the middle of writing to it.
        text = _("Stopping after this step … (Ctrl+C again leaves the server to itself)")
        os.write(_STDERR, f"{text}\n".encode())

    before = signal.signal(signal.SIGINT, wish)
    try:
        yield lambda: wished
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def told_when_left(server: str, confirm_within: int) -> Iterator[None]:
    """Say what becomes of the server where the person leaves by Ctrl+C.

    `confirm_within` is in seconds. Raises MailwrightError `cli.left`.
    """
    try:
        yield
    except KeyboardInterrupt:
        raise MailwrightError(
            "cli.left",
            N_("You left while {server} was at work; how it ended is not known here."),
            remedy=N_(
                "It goes on by itself; an apply that hears no more from here is taken back within "
                "{minutes} min. See how it ended with: mailwright history {server}"
            ),
            args={"server": server, "minutes": -(-confirm_within // 60)},
        ) from None
