from __future__ import annotations

from typing import TYPE_CHECKING

from mailwright.secrets import MemorySecrets, Secret, SecretKind
from mailwright.secrets.layers import HeadlessSecrets

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_a_named_file_comes_before_systemd_and_that_before_the_keyring(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keyring = MemorySecrets()
    store = HeadlessSecrets(keyring)
    assert store.get("mx1", SecretKind.RELAY) is None
    store.set("mx1", SecretKind.RELAY, Secret("from the keyring"))
    assert store.get("mx1", SecretKind.RELAY) == Secret("from the keyring")

    credential = tmp_path / "mailwright.mx1.relay"
    credential.write_text("from systemd\n")
    credential.chmod(0o400)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    assert store.get("mx1", SecretKind.RELAY) == Secret("from systemd")

    file = tmp_path / "file"
    file.write_text("from a file\n")
    file.chmod(0o600)
    named = HeadlessSecrets(keyring, {SecretKind.RELAY: file})
    assert named.get("mx1", SecretKind.RELAY) == Secret("from a file")
    assert named.get("mx1", SecretKind.SSH) is None
    assert store.forget("mx1", SecretKind.RELAY)
    assert keyring.get("mx1", SecretKind.RELAY) is None
