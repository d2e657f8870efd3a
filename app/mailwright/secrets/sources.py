"""Secrets on a machine without a desktop: a systemd credential, or a file that only we can read.

Never an argument or an environment variable: other users can read the first in the process
list, and every started program inherits the second.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from mailwright.errors import MailwrightError
from mailwright.i18n import N_
from mailwright.secrets.secret import Secret, SecretKind

LONGEST = 4096
"""The most bytes of one secret; Postfix reads lines of a map without a limit of its own."""


def secret_from_file(path: Path, kind: SecretKind) -> Secret:
    """Read a secret from a file; one line end at its end is not part of it.

    Raises MailwrightError for a file that anyone but its owner can read, that belongs to neither
    root nor the account that runs the program, or whose text is no usable secret.
    """
    text = _read(path, others=stat.S_IRWXG | stat.S_IRWXO)
    return checked_secret(text, kind)


def secret_from_credential(server: str, kind: SecretKind) -> Secret | None:
    """Read the systemd credential `mailwright.SERVER.KIND`; None where systemd passed none.

    See "Credentials" in systemd.exec(5) for `$CREDENTIALS_DIRECTORY`. Raises MailwrightError
    as `secret_from_file` does.
    """
    folder = os.environ.get("CREDENTIALS_DIRECTORY")
    if not folder:
        return None
    name = f"mailwright.{server}.{kind}"
    path = Path(folder) / name
    if path.name != name or not path.exists():
        return None
    # systemd grants access by an ACL, whose mask appears as the group's bits.
    return checked_secret(_read(path, others=stat.S_IRWXO), kind)


def checked_secret(text: str, kind: SecretKind) -> Secret:
    """Return the text as a secret, without one line end at its end.

    Raises MailwrightError when it is empty, longer than 4,096 bytes, holds a NUL or a line end,
    or (for the relay) ends in a blank: a Postfix lookup table drops blanks at the end of a line.
    """
    text = text.removesuffix("\n").removesuffix("\r")
    if not text:
        raise MailwrightError("secrets.empty", N_("The secret is empty."))
    if len(text.encode("utf-8", "surrogatepass")) > LONGEST:
        raise MailwrightError(
            "secrets.too-long",
            N_("The secret is longer than {limit} bytes."),
            args={"limit": LONGEST},
        )
    if any(character in text for character in "\0\r\n"):
        raise MailwrightError(
            "secrets.line-end",
            N_("The secret holds a line end or a NUL character."),
            remedy=N_("Store the secret alone, on one line."),
        )
    if kind is SecretKind.RELAY and text != text.rstrip():
        raise MailwrightError(
            "secrets.trailing-blank",
            N_("The password ends in a blank, which Postfix would not send to the relay."),
            remedy=N_("Remove the blank if it was copied by mistake; otherwise set another."),
        )
    return Secret(text)


def _read(path: Path, others: int) -> str:
    try:
        content = _private_content(path, others)
    except OSError as error:
        raise MailwrightError(
            "secrets.file-unreadable",
            N_("The secret file {path} cannot be read: {reason}"),
            args={"path": path, "reason": error.strerror or type(error).__name__},
        ) from None
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        raise MailwrightError(
            "secrets.file-not-text",
            N_("The secret file {path} is not UTF-8 text."),
            args={"path": path},
        ) from None


def _private_content(path: Path, others: int) -> bytes:
    # A FIFO without a writer would wait for ever.
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    try:
        # The open file is looked at, not the path, which may lead elsewhere by now.
        _require_private(path, os.fstat(descriptor), others)
        return os.read(descriptor, LONGEST + len("\r\n") + 1)
    finally:
        os.close(descriptor)


def _require_private(path: Path, status: os.stat_result, others: int) -> None:
    if os.name != "posix":
        raise MailwrightError(
            "secrets.file-unknown",
            N_("Who can read {path} cannot be told on this system."),
            remedy=N_("Store the secret in the keyring instead."),
            args={"path": path},
        )
    if not stat.S_ISREG(status.st_mode):
        raise MailwrightError(
            "secrets.file-irregular",
            N_("The secret file {path} is not a regular file."),
            args={"path": path},
        )
    if status.st_uid not in {0, os.geteuid()}:
        raise MailwrightError(
            "secrets.file-owner",
            N_("The secret file {path} belongs to another account (uid {uid})."),
            remedy=N_("Make it belong to root or to the account that runs Mailwright (chown)."),
            args={"path": path, "uid": status.st_uid},
        )
    if status.st_mode & others:
        raise MailwrightError(
            "secrets.file-readable",
            N_("Others can read the secret file {path} (mode {mode})."),
            remedy=N_("Take their access away: chmod 600 {path}"),
            args={"path": path, "mode": format(stat.S_IMODE(status.st_mode), "04o")},
        )
