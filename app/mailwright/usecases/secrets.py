"""Store what a person typed as a secret of a server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mailwright.secrets.secret import SecretKind
from mailwright.secrets.sources import checked_secret

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mailwright.usecases.parts import Parts


def store_secrets(parts: Parts, server: str, typed: Mapping[str, str]) -> None:
    """Store what was typed, by the kind of `SecretQuestion`; all of it is checked first.

    Raises MailwrightError `secrets.…` for a text that can be no secret of its kind, and where
    the keyring refuses.
    """
    checked = {
        SecretKind(kind): checked_secret(text, SecretKind(kind)) for kind, text in typed.items()
    }
    for kind, secret in checked.items():
        parts.secrets.set(server, kind, secret)


def stored_kinds(parts: Parts, server: str, kinds: Iterable[str]) -> frozenset[str]:
    """Return those of the kinds for which a secret of the server is stored.

    Raises MailwrightError where the keyring cannot be asked.
    """
    return frozenset(
        kind for kind in kinds if parts.secrets.get(server, SecretKind(kind)) is not None
    )
