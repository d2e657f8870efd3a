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
        raise _unwritable(path, error) from None


def _unwritable(path: Path, error: OSError) -> MailwrightError:
    return MailwrightError(
        "profile.unwritable",
        N_("The profile {path} cannot be written: {reason}"),
        args={"path": path, "reason": error.strerror or type(error).__name__},
    )


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


class Profiles:
    """The profiles of this account: one file for each server, `NAME.toml` in one folder.

    A name that would lead to another folder is a mistake of the program (ValueError): the
    interview allows none.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, server: str) -> Path:
        """Return where a server's profile is, or would be."""
        if not server or Path(server).name != server:
            raise ValueError(f"{server!r} names no file in this folder")
        return self._folder / f"{server}.toml"

    def read(self, server: str) -> dict[str, object] | None:
        """Return a server's profile as TOML tables; None where there is none.

        Raises MailwrightError as `read_profile` does.
        """
        path = self.path(server)
        return read_profile(path) if path.exists() else None

    def write(self, server: str, answers: Mapping[str, object]) -> Path:
        """Write a server's profile in place of an earlier one; return where it is.

        Raises MailwrightError `profile.unwritable`.
        """
        path = self.path(server)
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise _unwritable(path, error) from None
        write_profile(path, answers)
        return path
