"""A server over SSH: one connection, one shell channel, through sudo where the login is not root.

paramiko is imported when a connection is first wanted: it takes longer to load than a window.
"""

from __future__ import annotations

import logging
import secrets
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mailwright.errors import MailwrightError
from mailwright.i18n import N_
from mailwright.model.server import HostKey, LoginMethod, Server
from mailwright.transport.base import OUTPUT_LIMIT, CommandResult
from mailwright.transport.framing import LOOP, Exchange

if TYPE_CHECKING:
    import paramiko

CONNECT_LIMIT = 15.0
"""Seconds for each of: TCP, banner, key exchange, login, sudo."""

HostKeyCheck = Callable[[Server, HostKey], None]
"""Called with the key that the server showed, before any login; raises to refuse it."""

_KEEPALIVE = 15
_CHUNK = 65_536


def _nothing() -> str | None:
    return None


@dataclass(frozen=True, slots=True)
class Credentials:
    """Where the secrets of one login come from; each is asked for only when it is needed.

    `ssh` is the account's password or the key file's passphrase.
    """

    ssh: Callable[[], str | None] = field(default=_nothing, repr=False)
    sudo: Callable[[], str | None] = field(default=_nothing, repr=False)


class SshTransport:
    """See `Transport`; made by `connect`."""

    def __init__(self, server: Server, link: paramiko.Transport, channel: paramiko.Channel) -> None:
        self._server = server
        self._link = link
        self._channel = channel

    def run(self, script: str, payload: bytes = b"", *, limit: float = 60.0) -> CommandResult:
        """See `Transport.run`."""
        import paramiko

        exchange = Exchange(script, payload)
        due = time.monotonic() + limit
        try:
            self._channel.settimeout(limit)
            self._channel.sendall(exchange.request())
            while True:
                self._channel.settimeout(max(0.001, due - time.monotonic()))
                data = self._channel.recv(_CHUNK)
                if not data:
                    raise self._lost("the server closed the channel")
                if (result := exchange.feed(data)) is not None:
                    return result
                if len(exchange.received) > OUTPUT_LIMIT:
                    raise self._lost("the answer is too long")
        except TimeoutError:
            raise self._lost(f"no answer within {limit:.0f} s") from None
        except (OSError, EOFError, paramiko.SSHException) as error:
            raise self._lost(str(error) or type(error).__name__) from error

    def close(self) -> None:
        """End the connection; may be called twice."""
        self._link.close()

    def begin(self, prompt: str, ready: str, sudo: Callable[[], str | None]) -> None:
        """Wait until the far shell is there; answer sudo once where it asks.

        Raises MailwrightError when sudo refuses or the login has no usable shell.
        """
        seen = b""
        answered = False
        self._channel.settimeout(CONNECT_LIMIT)
        while f"{ready}\n".encode() not in seen:
            try:
                data = self._channel.recv(_CHUNK)
            except TimeoutError:
                raise self._lost("no shell within the time limit") from None
            seen += data
            if not data or len(seen) > _CHUNK:
                raise self._no_shell(seen)
            if prompt.encode() in seen:
                if answered or (password := sudo()) is None:
                    raise self._sudo_refused(asked_before=answered)
                self._answer(password)
                answered = True
                seen = seen.replace(prompt.encode(), b"", 1)

    def _answer(self, password: str) -> None:
        try:
            self._channel.sendall(password.encode() + b"\n")
        except OSError as error:
            raise self._lost(str(error) or type(error).__name__) from error

    def _lost(self, reason: str) -> MailwrightError:
        self.close()
        return MailwrightError(
            "transport.lost",
            N_("The connection to {host} broke: {reason}."),
            remedy=N_("Check the network, then connect again: what was begun is on record there."),
            args={"host": self._server.host, "reason": reason.rstrip(".")},
        )

    def _no_shell(self, seen: bytes) -> MailwrightError:
        self.close()
        return MailwrightError(
            "transport.no-shell",
            N_("{user} logged in on {host}, but got no shell with root's rights: {words}"),
            remedy=N_("Use an account with a normal shell that may become root through sudo."),
            args={
                "user": self._server.user,
                "host": self._server.host,
                "words": seen.decode("utf-8", "backslashreplace").strip()[-300:] or "-",
            },
        )

    def _sudo_refused(self, *, asked_before: bool) -> MailwrightError:
        self.close()
        if asked_before:
            text = N_("sudo on {host} did not accept the password of {user}.")
        else:
            text = N_("sudo on {host} asks {user} for a password, and none is stored.")
        return MailwrightError(
            "transport.sudo-refused",
            text,
            remedy=N_("Store it with: mailwright secret set {name} sudo"),
            args={
                "user": self._server.user,
                "host": self._server.host,
                "name": self._server.name,
            },
        )


def connect(
    server: Server,
    credentials: Credentials,
    check: HostKeyCheck,
    known: HostKey | None = None,
) -> SshTransport:
    """Log in and open the shell. `known` makes the server show the key type already confirmed.

    Raises MailwrightError: `transport.unreachable`, `transport.login-refused`,
    `transport.key-file`, `transport.sudo-refused`, `transport.no-shell`, and whatever
    `check` raises about the host key.
    """
    link, shown = _open_link(server, known)
    try:
        check(server, shown)
        _log_in(server, credentials, link)
        return _open_shell(server, credentials, link)
    except BaseException:
        link.close()
        raise


def _open_link(server: Server, known: HostKey | None) -> tuple[paramiko.Transport, HostKey]:
    import paramiko

    logging.getLogger("paramiko").addHandler(logging.NullHandler())
    try:
        raw = socket.create_connection((server.host, server.port), timeout=CONNECT_LIMIT)
    except OSError as error:
        raise _unreachable(server, str(error)) from error
    link = paramiko.Transport(raw)
    link.banner_timeout = link.handshake_timeout = link.auth_timeout = CONNECT_LIMIT
    if known is not None:
        options = link.get_security_options()
        first = _signatures(known.algorithm)
        offered = tuple(options.key_types)
        options.key_types = [
            *(kind for kind in offered if kind in first),
            *(kind for kind in offered if kind not in first),
        ]
    try:
        link.start_client(timeout=CONNECT_LIMIT)
        shown = link.get_remote_server_key()  # fails where start_client gave up in silence
    except (paramiko.SSHException, EOFError, OSError) as error:
        link.close()
        raise _unreachable(server, str(error) or type(error).__name__) from error
    link.set_keepalive(_KEEPALIVE)
    return link, HostKey(shown.get_name(), shown.asbytes())


def _signatures(algorithm: str) -> tuple[str, ...]:
    """Signature algorithms of a key format: an ssh-rsa key signs with SHA-2 (RFC 8332)."""
    if algorithm == "ssh-rsa":
        return ("rsa-sha2-512", "rsa-sha2-256")
    return (algorithm,)


def _log_in(server: Server, credentials: Credentials, link: paramiko.Transport) -> None:
    import paramiko

    try:
        if server.login is LoginMethod.PASSWORD:
            password = credentials.ssh()
            if password is None:
                raise _no_password(server)
            link.auth_password(server.user, password)
        elif server.login is LoginMethod.KEY:
            link.auth_publickey(server.user, _load_key(server, credentials))
        else:
            _log_in_by_agent(server, link)
    except (paramiko.SSHException, EOFError, OSError) as error:
        raise _login_refused(server, str(error) or type(error).__name__) from error
    if not link.is_authenticated():
        raise _login_refused(server, "the server wants one more proof")


def _log_in_by_agent(server: Server, link: paramiko.Transport) -> None:
    import paramiko

    reason: Exception | None = None
    agent = paramiko.Agent()
    try:
        for key in agent.get_keys():
            try:
                link.auth_publickey(server.user, key)
            except paramiko.AuthenticationException as error:
                reason = error
            else:
                return
    finally:
        agent.close()
    raise _login_refused(server, str(reason) if reason else "the SSH agent holds no key")


def _load_key(server: Server, credentials: Credentials) -> paramiko.PKey:
    import paramiko
    from cryptography.exceptions import UnsupportedAlgorithm

    path = server.key_file or ""
    try:
        try:
            return paramiko.PKey.from_path(path)
        except (TypeError, ValueError, paramiko.PasswordRequiredException):
            # Only now: most keys have no passphrase, and asking a keyring takes time.
            phrase = credentials.ssh()
            secret = None if phrase is None else phrase.encode()
            return paramiko.PKey.from_path(path, secret)  # type: ignore[arg-type] # it wants bytes
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm, paramiko.SSHException) as error:
        raise MailwrightError(
            "transport.key-file",
            N_("The key file {path} cannot be used: {reason}."),
            remedy=N_(
                "Name the private key's file. Where it has a passphrase, store it with: "
                "mailwright secret set {name} ssh"
            ),
            args={"path": path, "reason": str(error).rstrip("."), "name": server.name},
        ) from error


def _open_shell(server: Server, credentials: Credentials, link: paramiko.Transport) -> SshTransport:
    import paramiko

    prompt, ready = secrets.token_hex(16), secrets.token_hex(16)
    # The mark is split, so that a shell that echoes the command does not seem ready.
    shell = f"sh -c 'echo {ready[:16]}\"\"{ready[16:]}; {LOOP}'"
    command = f"exec sudo -S -p {prompt} {shell}" if server.needs_sudo else f"exec {shell}"
    try:
        channel = link.open_session(timeout=CONNECT_LIMIT)
        channel.set_combine_stderr(True)
        channel.exec_command(command)
    except (paramiko.SSHException, EOFError, OSError) as error:
        raise _unreachable(server, str(error) or type(error).__name__) from error
    transport = SshTransport(server, link, channel)
    transport.begin(prompt, ready, credentials.sudo)
    return transport


def _unreachable(server: Server, reason: str) -> MailwrightError:
    return MailwrightError(
        "transport.unreachable",
        N_("No SSH connection to {host} on port {port}: {reason}."),
        remedy=N_(
            "Check the name and the port, that the server is on, and that a firewall lets you in."
        ),
        args={"host": server.host, "port": server.port, "reason": reason.rstrip(".")},
    )


def _login_refused(server: Server, reason: str) -> MailwrightError:
    return MailwrightError(
        "transport.login-refused",
        N_("{host} did not let {user} in: {reason}."),
        remedy=N_("Check the user name, and the key or the password that is stored for {name}."),
        args={
            "host": server.host,
            "user": server.user,
            "reason": reason.rstrip("."),
            "name": server.name,
        },
    )


def _no_password(server: Server) -> MailwrightError:
    return MailwrightError(
        "transport.no-password",
        N_("No SSH password is stored for {name}."),
        remedy=N_("Store it with: mailwright secret set {name} ssh"),
        args={"name": server.name},
    )
