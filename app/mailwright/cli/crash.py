"""What a bug shows: a report to copy that holds no secret.

An exception's text, its arguments and the source line may hold what a person typed or a server
said. The report names the kind of error and the places in the program, nothing else.
"""

from __future__ import annotations

import platform
import sys
import traceback
from typing import TYPE_CHECKING, NoReturn

import click

from mailwright import __version__
from mailwright.i18n import _

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

EXIT = 70
"""EX_SOFTWARE of sysexits(3)."""


def install() -> None:
    """Let every exception that nobody expects end the program with a report."""
    sys.excepthook = _show


def report(error: BaseException) -> str:
    """The report: versions, then for each exception its kind and where it came from."""
    versions = f"Mailwright {__version__}, Python {platform.python_version()}, {sys.platform}"
    return "\n".join((versions, *_lines(error)))


def _lines(error: BaseException) -> Iterator[str]:
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        kind = type(current)
        yield f"{kind.__module__}.{kind.__qualname__}"
        for frame, number in traceback.walk_tb(current.__traceback__):
            module = frame.f_globals.get("__name__", "?")
            yield f"  {module}:{frame.f_code.co_name}:{number}"
        current = current.__cause__ or current.__context__


def _show(
    _kind: type[BaseException], error: BaseException, _places: TracebackType | None
) -> NoReturn:
    if isinstance(error, KeyboardInterrupt):
        raise SystemExit(130)
    text = _(
        "This is a mistake in Mailwright itself. Please report the lines below; they hold no "
        "secret."
    )
    click.echo(f"{text}\n\n{report(error)}", err=True)
    raise SystemExit(EXIT)
