"""Secrets: where they are kept, how they come in, and how they are kept out of every text."""

from __future__ import annotations

from mailwright.secrets.keyring_store import KeyringSecrets
from mailwright.secrets.masking import masked
from mailwright.secrets.secret import MASK, Secret, SecretKind
from mailwright.secrets.sources import checked_secret, secret_from_credential, secret_from_file
from mailwright.secrets.store import MemorySecrets, SecretStore

__all__ = [
    "MASK",
    "KeyringSecrets",
    "MemorySecrets",
    "Secret",
    "SecretKind",
    "SecretStore",
    "checked_secret",
    "masked",
    "secret_from_credential",
    "secret_from_file",
]
