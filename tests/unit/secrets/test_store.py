from __future__ import annotations

from mailwright.secrets import MemorySecrets, Secret, SecretKind, SecretStore


def test_memory_keeps_each_kind_of_each_server_apart() -> None:
    store: SecretStore = MemorySecrets()
    store.set("mx1", SecretKind.RELAY, Secret("one"))
    store.set("mx1", SecretKind.SUDO, Secret("two"))
    store.set("mx1", SecretKind.RELAY, Secret("three"))
    assert store.get("mx1", SecretKind.RELAY) == Secret("three")
    assert store.get("mx1", SecretKind.SUDO) == Secret("two")
    assert store.get("mx2", SecretKind.RELAY) is None


def test_forget_tells_whether_there_was_one() -> None:
    store = MemorySecrets()
    store.set("mx1", SecretKind.SSH, Secret("one"))
    assert store.forget("mx1", SecretKind.SSH)
    assert not store.forget("mx1", SecretKind.SSH)
    assert store.get("mx1", SecretKind.SSH) is None
