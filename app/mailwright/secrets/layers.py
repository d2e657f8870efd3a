"""Where a secret is looked for on a machine with and without a desktop."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from mailwright.secrets.secret import SecretKind
from mailwright.secrets.sources import secret_from_credential, secret_from_file
from mailwright.secrets.store import SecretStore

if TYPE_CHECKING:
    from mailwright.secrets.secret import Secret


@dataclass(frozen=True)
class HeadlessSecrets:
    """Files named for this run first, then systemd's credentials, then the keyring.

    See `SecretStore`; what is set or forgotten is set or forgotten in the keyring.
    """

    keyring: SecretStore
    files: Mapping[SecretKind, Path] = field(default_factory=dict)

    def get(self, server: str, kind: SecretKind) -> Secret | None:
        """Return the first secret found. Raises MailwrightError for a file that is unsafe."""
        if kind in self.files:
            return secret_from_file(self.files[kind], kind)
        return secret_from_credential(server, kind) or self.keyring.get(server, kind)

    def set(self, server: str, kind: SecretKind, secret: Secret) -> None:
        """Store a secret in the keyring."""
        self.keyring.set(server, kind, secret)

    def forget(self, server: str, kind: SecretKind) -> bool:
        """Remove a secret from the keyring; False when it was not there."""
        return self.keyring.forget(server, kind)
