"""The system's keyring: Secret Service, KWallet, macOS Keychain, Windows Credential Locker."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from queue import Empty, SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, TypeVar

from mailwright.errors import MailwrightError
from mailwright.i18n import N_
from mailwright.secrets.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Callable

    from keyring.backend import KeyringBackend

    from mailwright.secrets.secret import SecretKind

SERVICE = "mailwright"
"""The service name of every entry; the user name is `SERVER/kind`."""

ANSWER_WITHIN = 120.0
"""Seconds for an answer: a person may first have to find and unlock the keyring's own prompt."""

ENCRYPTING = frozenset(
    {
        "keyring.backends.SecretService",
        "keyring.backends.Windows",
        "keyring.backends.kwallet",
        "keyring.backends.libsecret",
        "keyring.backends.macOS",
    }
)
"""The back ends that encrypt what they keep. Others (`keyrings.alt`) write files in the clear."""

_LOOSE_ERRORS = (
    ("jeepney", "DBusErrorResponse"),
    ("secretstorage.exceptions", "SecretStorageException"),
    ("win32ctypes.pywin32.pywintypes", "error"),
)
"""Errors of the libraries below keyring, each on the system that has it."""

_OPEN_KEYRING = N_(
    "Unlock the keyring of your desktop and try again. Without a desktop, give the secret by a "
    "systemd credential or a file that only you can read."
)

T = TypeVar("T")


class KeyringSecrets:
    """Secrets in the system's keyring.

    Every method raises MailwrightError with these codes: `secrets.no-keyring` (this system has
    none), `secrets.keyring-unsafe` (the configured one does not encrypt),
    `secrets.keyring-locked`, `secrets.keyring-refused` (with its own words) and
    `secrets.keyring-silent` (no answer within `answer_within` seconds).
    """

    def __init__(self, answer_within: float = ANSWER_WITHIN) -> None:
        self._answer_within = answer_within

    def get(self, server: str, kind: SecretKind) -> Secret | None:
        """Return the secret; None when the keyring is open and holds none."""
        text = self._ask(lambda backend: backend.get_password(SERVICE, _user(server, kind)))
        return None if text is None else Secret(text)

    def set(self, server: str, kind: SecretKind, secret: Secret) -> None:
        """Store the secret in place of an earlier one."""
        text = secret.reveal()
        self._ask(lambda backend: backend.set_password(SERVICE, _user(server, kind), text))

    def forget(self, server: str, kind: SecretKind) -> bool:
        """Remove the secret; tells whether there was one."""
        user = _user(server, kind)

        def remove(backend: KeyringBackend) -> bool:
            # Deleting what is not there is an error of its own in each back end.
            if backend.get_password(SERVICE, user) is None:
                return False
            backend.delete_password(SERVICE, user)
            return True

        return self._ask(remove)

    def _ask(self, question: Callable[[KeyringBackend], T]) -> T:
        """Ask in a thread of its own: the back ends wait for a person without a limit."""
        answers: SimpleQueue[T | MailwrightError | BaseException] = SimpleQueue()
        Thread(target=_answer, args=(question, answers), name="keyring", daemon=True).start()
        try:
            answer = answers.get(timeout=self._answer_within)
        except Empty:
            raise MailwrightError(
                "secrets.keyring-silent",
                N_("The keyring gave no answer within {seconds} seconds."),
                remedy=_OPEN_KEYRING,
                args={"seconds": round(self._answer_within)},
            ) from None
        if isinstance(answer, BaseException):
            raise answer
        return answer


def _user(server: str, kind: SecretKind) -> str:
    return f"{server}/{kind}"


def _answer(
    question: Callable[[KeyringBackend], T], answers: SimpleQueue[T | BaseException]
) -> None:
    try:
        answers.put(_answered(question))
    except BaseException as error:  # noqa: BLE001 - raised again by the thread that asked
        answers.put(error)


def _answered(question: Callable[[KeyringBackend], T]) -> T:
    from keyring.errors import KeyringLocked

    backend = _encrypting_backend()
    try:
        return question(backend)
    except KeyringLocked:
        raise MailwrightError(
            "secrets.keyring-locked", N_("The keyring is locked."), remedy=_OPEN_KEYRING
        ) from None
    except _backend_errors() as error:
        raise MailwrightError(
            "secrets.keyring-refused",
            N_("The keyring refused: {reason}"),
            remedy=_OPEN_KEYRING,
            args={"reason": str(error) or type(error).__name__},
        ) from None


def _encrypting_backend() -> KeyringBackend:
    import keyring
    from keyring.backends import chainer

    chosen = keyring.get_keyring()
    # A chain may hold a plaintext back end behind the real one: each is looked at by itself.
    links = chosen.backends if isinstance(chosen, chainer.ChainerBackend) else [chosen]
    for backend in links:
        if type(backend).__module__ in ENCRYPTING:
            found: KeyringBackend = backend
            return found
    names = [type(link).__module__ for link in links]
    if all(name in {"keyring.backends.fail", "keyring.backends.null"} for name in names):
        raise MailwrightError(
            "secrets.no-keyring",
            N_("This system has no keyring to store secrets in."),
            remedy=N_(
                "Install and start a Secret Service (GNOME Keyring, KWallet, KeePassXC). Without "
                "a desktop, give the secret by a systemd credential or a file that only you can "
                "read."
            ),
        )
    raise MailwrightError(
        "secrets.keyring-unsafe",
        N_("The configured keyring {backend} is not known to encrypt secrets, so it is not used."),
        remedy=N_("Remove it from keyringrc.cfg, so that the system's own keyring is used."),
        args={"backend": ", ".join(names)},
    )


def _backend_errors() -> tuple[type[Exception], ...]:
    """Return what the back ends let through beside their own errors when a service goes away."""
    from keyring.errors import KeyringError

    loose = (
        getattr(import_module(module), name)
        for module, name in _LOOSE_ERRORS
        if find_spec(module.partition(".")[0])
    )
    return (KeyringError, OSError, EOFError, *loose)
