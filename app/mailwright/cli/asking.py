"""Questions that only a person at a terminal may answer."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from mailwright.i18n import _

if TYPE_CHECKING:
    from mailwright.model.server import HostKey, Server
    from mailwright.usecases.parts import AskHostKey


def at_terminal() -> bool:
    """Whether a person can be asked."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def host_key_question(confirmed: str | None) -> AskHostKey:
    """Answer for `--host-key FINGERPRINT`, or ask at the terminal.

    A key given beforehand confirms a server that was never met; it never replaces a known key.
    """

    def ask(server: Server, shown: HostKey, known: HostKey | None) -> bool:
        if known is not None:
            return at_terminal() and _replace(server, shown, known)
        if confirmed is not None:
            return shown.fingerprint == confirmed
        return at_terminal() and _confirm(server, shown)

    return ask


def _confirm(server: Server, shown: HostKey) -> bool:
    text = _(
        "{host} was never connected to before. It shows this host key:\n"
        "  {algorithm} {fingerprint}\n"
        "Compare it with what the server's console at the provider shows for:\n"
        "  ssh-keygen -lf {file}"
    ).format(
        host=server.host,
        algorithm=shown.algorithm,
        fingerprint=shown.fingerprint,
        file=public_key_file(shown),
    )
    click.echo(text, err=True)
    return click.confirm(_("Are they the same?"), default=False, err=True)


def _replace(server: Server, shown: HostKey, known: HostKey) -> bool:
    text = _(
        "The host key of {host} has CHANGED. Somebody may be in between.\n"
        "  known:     {known}\n"
        "  shown now: {shown}\n"
        "Go on only if this server was installed anew and the new key is what its console at the "
        "provider shows for:\n"
        "  ssh-keygen -lf {file}"
    ).format(
        host=server.host,
        known=known.fingerprint,
        shown=shown.fingerprint,
        file=public_key_file(shown),
    )
    click.echo(text, err=True)
    typed = click.prompt(
        _("To replace the key, type the host name {host}").format(host=server.host),
        default="",
        show_default=False,
        err=True,
    )
    return bool(typed.strip() == server.host)


def public_key_file(key: HostKey) -> str:
    """Where OpenSSH keeps the public half of a host key of this algorithm (sshd_config(5))."""
    kind = key.algorithm.removeprefix("ssh-").partition("-")[0]
    return f"/etc/ssh/ssh_host_{kind}_key.pub"


def confirmed(question: str) -> bool:
    """Ask a question with No as the answer to a bare Enter."""
    return click.confirm(question, default=False, err=True)
