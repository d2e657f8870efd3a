"""What a keyring may do, by stand-ins for its back ends; a real one is in `tests/host`."""

from __future__ import annotations

import sys
from threading import Event
from typing import TYPE_CHECKING

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import chainer, fail, null
from keyring.errors import KeyringError, KeyringLocked

from mailwright.errors import MailwrightError
from mailwright.secrets import KeyringSecrets, Secret, SecretKind

if TYPE_CHECKING:
    from collections.abc import Iterator


class Encrypting(KeyringBackend):
    """A back end that does what `failure` says."""

    __module__ = "keyring.backends.SecretService"
    # The library keeps a list of all classes, and must choose none of these by itself.
    viable = False
    priority = 1.0

    def __init__(self, failure: BaseException | None = None) -> None:
        self.entries: dict[tuple[str, str], str] = {}
        self.failure = failure

    def get_password(self, service: str, username: str) -> str | None:
        if self.failure:
            raise self.failure
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        if self.failure:
            raise self.failure
        self.entries[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.entries[service, username]


class Plaintext(Encrypting):
    __module__ = "keyrings.alt.file"


class Silent(Encrypting):
    """A back end whose prompt nobody answers."""

    __module__ = "keyring.backends.kwallet"

    def __init__(self) -> None:
        super().__init__()
        self.answered = Event()

    def get_password(self, service: str, username: str) -> str | None:
        self.answered.wait()
        return None


class Chain(chainer.ChainerBackend):
    viable = False
    backends: tuple[KeyringBackend, ...] = ()

    def __init__(self) -> None:
        """Leave out what the base class reads from the environment."""


@pytest.fixture(autouse=True)
def own_keyring() -> Iterator[None]:
    before = keyring.get_keyring()
    yield
    keyring.set_keyring(before)


def refused(backend: KeyringBackend, store: KeyringSecrets | None = None) -> MailwrightError:
    keyring.set_keyring(backend)
    with pytest.raises(MailwrightError) as caught:
        (store or KeyringSecrets()).get("mx1", SecretKind.RELAY)
    return caught.value


def test_entries_are_named_by_server_and_kind() -> None:
    backend = Encrypting()
    keyring.set_keyring(backend)
    store = KeyringSecrets()
    store.set("mx1", SecretKind.RELAY, Secret("pass"))
    assert backend.entries == {("mailwright", "mx1/relay"): "pass"}
    assert store.get("mx1", SecretKind.RELAY) == Secret("pass")
    assert store.get("mx1", SecretKind.SUDO) is None
    assert store.forget("mx1", SecretKind.RELAY)
    assert not store.forget("mx1", SecretKind.RELAY)


@pytest.mark.parametrize("backend", [fail.Keyring, null.Keyring])
def test_without_a_keyring_the_error_says_what_to_install(backend: type[KeyringBackend]) -> None:
    error = refused(backend())
    assert error.code == "secrets.no-keyring"
    assert "Secret Service" in (error.remedy or "")


def test_a_back_end_that_does_not_encrypt_is_refused_by_its_name() -> None:
    error = refused(Plaintext())
    assert error.code == "secrets.keyring-unsafe"
    assert "keyrings.alt.file" in error.message


def test_a_chain_is_used_as_far_as_it_encrypts(monkeypatch: pytest.MonkeyPatch) -> None:
    plain, real = Plaintext(), Encrypting()
    monkeypatch.setattr(Chain, "backends", (plain, real))
    keyring.set_keyring(Chain())
    KeyringSecrets().set("mx1", SecretKind.SSH, Secret("pass"))
    assert (plain.entries, len(real.entries)) == ({}, 1)
    monkeypatch.setattr(Chain, "backends", (plain,))
    assert refused(Chain()).code == "secrets.keyring-unsafe"


def test_a_locked_keyring_is_told_apart_from_a_missing_secret() -> None:
    error = refused(Encrypting(KeyringLocked("Failed to unlock the collection!")))
    assert error.code == "secrets.keyring-locked"
    assert "Unlock" in (error.remedy or "")


@pytest.mark.parametrize("failure", [KeyringError("no access"), ConnectionResetError("gone")])
def test_a_refusal_comes_with_the_keyrings_own_words(failure: Exception) -> None:
    error = refused(Encrypting(failure))
    assert error.code == "secrets.keyring-refused"
    assert str(failure) in error.message


def test_a_prompt_that_nobody_answers_does_not_hold_the_program() -> None:
    backend = Silent()
    assert refused(backend, KeyringSecrets(answer_within=0.2)).code == "secrets.keyring-silent"
    backend.answered.set()


def test_a_mistake_of_the_program_is_not_hidden() -> None:
    keyring.set_keyring(Encrypting(ZeroDivisionError()))
    with pytest.raises(ZeroDivisionError):
        KeyringSecrets().get("mx1", SecretKind.RELAY)


def test_no_error_holds_the_secret() -> None:
    keyring.set_keyring(Encrypting(KeyringError("refused")))
    with pytest.raises(MailwrightError) as caught:
        KeyringSecrets().set("mx1", SecretKind.RELAY, Secret("s3cret"))
    error: BaseException | None = caught.value
    while error is not None:
        assert "s3cret" not in f"{error} {error.args} {vars(error)}"
        error = error.__cause__ or error.__context__


def test_the_library_is_loaded_when_it_is_first_asked() -> None:
    program = "import sys; import mailwright.secrets; sys.exit('keyring' in sys.modules)"
    import subprocess

    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
