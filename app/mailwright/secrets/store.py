"""The one way to ask for a secret, and the store that tests use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from mailwright.secrets.secret import Secret, SecretKind


class SecretStore(Protocol):
    """Keeps secrets by the server's name and what they open."""

    def get(self, server: str, kind: SecretKind) -> Secret | None:
        """Return the secret; None when none was ever stored.

        Raises MailwrightError when that cannot be found out.
        """

    def set(self, server: str, kind: SecretKind, secret: Secret) -> None:
        """Store the secret in place of an earlier one. Raises MailwrightError when refused."""

    def forget(self, server: str, kind: SecretKind) -> bool:
        """Remove the secret; tells whether there was one. Raises MailwrightError when refused."""


class MemorySecrets:
    """A store that lasts as long as the program: for tests, and for prompts asked only once."""

    def __init__(self) -> None:
        self._secrets: dict[tuple[str, SecretKind], Secret] = {}

    def get(self, server: str, kind: SecretKind) -> Secret | None:
        """Return the secret, or None."""
        return self._secrets.get((server, kind))

    def set(self, server: str, kind: SecretKind, secret: Secret) -> None:
        """Keep the secret."""
        self._secrets[server, kind] = secret

    def forget(self, server: str, kind: SecretKind) -> bool:
        """Drop the secret; tells whether there was one."""
        return self._secrets.pop((server, kind), None) is not None
