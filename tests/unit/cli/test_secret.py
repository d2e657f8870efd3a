from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mailwright.secrets import MemorySecrets, Secret, SecretKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.unit.cli.conftest import Ran


@pytest.fixture
def keyring(monkeypatch: pytest.MonkeyPatch) -> MemorySecrets:
    store = MemorySecrets()
    monkeypatch.setattr("mailwright.secrets.keyring_store.KeyringSecrets", lambda: store)
    return store


def test_a_secret_comes_on_standard_input_and_is_not_repeated(
    run: Callable[..., Ran], keyring: MemorySecrets
) -> None:
    ran = run("secret", "set", "mx1", "relay", stdin="tr0ub4dor&3\n")
    assert ran.code == 0
    assert "tr0ub4dor" not in ran.out + ran.err
    assert keyring.get("mx1", SecretKind.RELAY) == Secret("tr0ub4dor&3")


def test_forgetting_says_whether_there_was_one(
    run: Callable[..., Ran], keyring: MemorySecrets
) -> None:
    keyring.set("mx1", SecretKind.SUDO, Secret("x"))
    first = run("secret", "forget", "mx1", "sudo").out
    second = run("secret", "forget", "mx1", "sudo").out
    assert first != second
    assert keyring.get("mx1", SecretKind.SUDO) is None


@pytest.mark.parametrize("text", ["", "a" * 5000])
def test_an_unusable_secret_is_refused(
    run: Callable[..., Ran], keyring: MemorySecrets, text: str
) -> None:
    assert run("secret", "set", "mx1", "relay", stdin=text).code == 1
    assert keyring.get("mx1", SecretKind.RELAY) is None
