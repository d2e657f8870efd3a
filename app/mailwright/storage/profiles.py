"""Profile files: the answers as TOML. What they mean is known to the interview alone."""

from __future__ import annotations

import os
import tempfile
import tomllib
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from mailwright.errors import MailwrightError
from mailwright.i18n import N_

if TYPE_CHECKING:
    from collections.abc import Mapping

LARGEST = 65_536
"""The most bytes of a profile that are read; answers take about one thousand."""


def read_profile(path: Path) -> dict[str, object]:
    """Read a profile as TOML tables.

    Raises MailwrightError: `profile.unreadable`, or `profile.not-toml` with the place.
    """
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        raise MailwrightError(
            "profile.unreadable",
            N_("The profile {path} cannot be read: {reason}"),
            args={"path": path, "reason": error.strerror or type(error).__name__},
        ) from None
    if len(content) > LARGEST:
        raise MailwrightError(
            "profile.too-large",
            N_("The profile {path} is larger than {limit} bytes."),
            args={"path": path, "limit": LARGEST},
        )
    return _parsed(path, content)


def _parsed(path: Path, content: bytes) -> dict[str, object]:
    try:
        return tomllib.loads(content.decode("utf-8"))
    except UnicodeDecodeError as error:
        reason = f"UTF-8, byte {error.start}"
    except tomllib.TOMLDecodeError as error:
        reason = str(error)
    raise MailwrightError(
        "profile.not-toml",
        N_("The profile {path} is not valid TOML: {reason}"),
        remedy=N_("Correct that place, or make a new profile: mailwright profile new {path}"),
        args={"path": path, "reason": reason},
    )


def write_profile(path: Path, answers: Mapping[str, object]) -> None:
    """Write answers as TOML in place of the file, readable for this account alone (0600).

    Comments of an earlier file are not kept. A crash leaves the old file or the new one.
    Raises MailwrightError `profile.unwritable`.
    """
    import tomli_w

    write_profile_text(path, tomli_w.dumps(answers))


def write_profile_text(path: Path, text: str) -> None:
    """Write a profile that is TOML already (a template with comments), as `write_profile` does."""
    try:
        _replace(path, text.encode("utf-8"))
    except OSError as error:
        raise MailwrightError(
            "profile.unwritable",
            N_("The profile {path} cannot be written: {reason}"),
            args={"path": path, "reason": error.strerror or type(error).__name__},
        ) from None


def _replace(path: Path, content: bytes) -> None:
    # mkstemp makes the file with mode 0600.
    descriptor, draft = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(descriptor)
        Path(draft).replace(path)
    except BaseException:
        with suppress(FileNotFoundError):
            Path(draft).unlink()
        raise
