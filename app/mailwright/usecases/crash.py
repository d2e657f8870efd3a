"""What a person can send of a mistake in the program itself: a report without secrets.

An exception's message and a frame's variables may hold passwords, addresses and names, so neither
is in the report. Types and places are what a developer needs first, and can hold none of them.
"""

from __future__ import annotations

import platform
import traceback
from typing import TYPE_CHECKING

from mailwright import __version__

if TYPE_CHECKING:
    from collections.abc import Iterator

FRAMES = 40
"""The innermost frames of each exception that are told."""
CAUSES = 8


def report(error: BaseException) -> str:
    """Return the versions, and the type and the places of an exception and of its causes."""
    system = f"{platform.system()} {platform.machine()}"
    head = f"mailwright {__version__}, Python {platform.python_version()}, {system}"
    lines = [head]
    for number, each in enumerate(_chain(error)):
        lines.append(f"{'because of ' if number else ''}{type(each).__qualname__}")
        lines += _places(each)
    return "\n".join(lines)


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: list[BaseException] = []
    current: BaseException | None = error
    while current is not None and current not in seen and len(seen) < CAUSES:
        yield current
        seen.append(current)
        hidden = current.__suppress_context__
        current = current.__cause__ or (None if hidden else current.__context__)


def _places(error: BaseException) -> list[str]:
    """Modules and functions instead of files: a path may hold the person's name."""
    places = [
        f"  {frame.f_globals.get('__name__', '?')}:{line} in {frame.f_code.co_qualname}"
        for frame, line in traceback.walk_tb(error.__traceback__)
    ]
    return places[-FRAMES:]
