"""Log in to a server: the host key is confirmed by a person, secrets come from the keyring."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mailwright.engine.progress import Session
from mailwright.errors import MailwrightError
from mailwright.i18n import N_
from mailwright.secrets.secret import SecretKind
from mailwright.transport.ssh import Credentials

if TYPE_CHECKING:
    from mailwright.model.server import HostKey, Server
    from mailwright.transport.base import Transport
    from mailwright.usecases.parts import AskHostKey, Parts


def open_session(parts: Parts, server: Server, ask: AskHostKey) -> Session:
    """Connect; a later reconnect accepts the confirmed key only and asks nothing.

    Raises MailwrightError: `host-key.unconfirmed`, `host-key.changed`, or as
    `transport.ssh.connect` does.
    """
    return Session(_connect(parts, server, ask), lambda: _connect(parts, server, lambda *_: False))


def _connect(parts: Parts, server: Server, ask: AskHostKey) -> Transport:
    known = parts.host_keys.lookup(server.host, server.port)

    def check(_server: Server, shown: HostKey) -> None:
        if shown == known:
            return
        if not ask(server, shown, known):
            raise _unconfirmed(server, shown) if known is None else _changed(server, shown, known)
        if known is None:
            parts.host_keys.confirm(server.host, server.port, shown, parts.who)
        else:
            parts.host_keys.replace(server.host, server.port, known, shown, parts.who)

    return parts.connect(server, _credentials(parts, server), check, known)


def _credentials(parts: Parts, server: Server) -> Credentials:
    def get(kind: SecretKind) -> str | None:
        secret = parts.secrets.get(server.name, kind)
        return None if secret is None else secret.reveal()

    return Credentials(ssh=lambda: get(SecretKind.SSH), sudo=lambda: get(SecretKind.SUDO))


def _unconfirmed(server: Server, shown: HostKey) -> MailwrightError:
    return MailwrightError(
        "host-key.unconfirmed",
        N_("The host key of {host} was not confirmed: {algorithm} {fingerprint}"),
        remedy=N_(
            "Compare it with what the server's console at the provider shows for: "
            "ssh-keygen -lf {file}"
        ),
        args={
            "host": server.host,
            "algorithm": shown.algorithm,
            "fingerprint": shown.fingerprint,
            "file": shown.public_file,
        },
    )


def _changed(server: Server, shown: HostKey, known: HostKey) -> MailwrightError:
    return MailwrightError(
        "host-key.changed",
        N_(
            "The host key of {host} has changed. Known: {known}. Shown now: {shown}. Nothing was "
            "sent to it."
        ),
        remedy=N_(
            "Somebody may be in between. Only if the server was installed anew, compare the new "
            "fingerprint at the provider's console, then replace the key."
        ),
        args={"host": server.host, "known": known.fingerprint, "shown": shown.fingerprint},
    )
