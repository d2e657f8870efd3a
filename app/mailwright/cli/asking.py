"""Questions that only a person at a terminal may answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from mailwright.cli import texts
from mailwright.cli.world import world
from mailwright.errors import MailwrightError
from mailwright.i18n import N_, _, render, visible

if TYPE_CHECKING:
    from collections.abc import Callable

    from mailwright.model.server import HostKey, Server
    from mailwright.usecases.gate import Gate, Overrule
    from mailwright.usecases.parts import AskHostKey

_NEVER_MET = N_(
    "{host} was never connected to before. It shows this host key:\n"
    "  {algorithm} {fingerprint}\n"
    "Compare it with what the server's console at the provider shows for:\n"
    "  ssh-keygen -lf {file}"
)
_CHANGED = N_(
    "The host key of {host} has CHANGED. Somebody may be in between.\n"
    "  known:     {known}\n"
    "  shown now: {fingerprint}\n"
    "Go on only if this server was installed anew and the new key is what its console at the "
    "provider shows for:\n"
    "  ssh-keygen -lf {file}"
)


def host_key_question(confirmed: str | None, *, at_terminal: Callable[[], bool]) -> AskHostKey:
    """Answer for `--host-key FINGERPRINT`, or ask at the terminal.

    A key given beforehand confirms a server that was never met; it never replaces a known key.
    What it returns raises MailwrightError `host-key.unconfirmed` where nobody can be asked about
    a new key, and where the key is another than the one given.
    """

    def ask(server: Server, shown: HostKey, known: HostKey | None) -> bool:
        if known is not None:
            return at_terminal() and _replace(server, shown, known)
        if confirmed is not None:
            if shown.fingerprint != confirmed:
                raise _another_key(server, shown)
            return True
        if not at_terminal():
            raise _nobody_to_ask(server, shown)
        return _confirm(server, shown)

    return ask


def _confirm(server: Server, shown: HostKey) -> bool:
    click.echo(render(_NEVER_MET, _particulars(server, shown)), err=True)
    return click.confirm(_("Are they the same?"), default=False, err=True)


def _replace(server: Server, shown: HostKey, known: HostKey) -> bool:
    particulars = {**_particulars(server, shown), "known": known.fingerprint}
    click.echo(render(_CHANGED, particulars), err=True)
    question = _("To replace the key, type the host name {host}")
    typed = click.prompt(
        question.format(host=visible(server.host)), default="", show_default=False, err=True
    )
    return bool(typed.strip() == server.host)


def _particulars(server: Server, shown: HostKey) -> dict[str, object]:
    return {
        "host": server.host,
        "algorithm": shown.algorithm,
        "fingerprint": shown.fingerprint,
        "file": shown.public_file,
    }


def _nobody_to_ask(server: Server, shown: HostKey) -> MailwrightError:
    return MailwrightError(
        "host-key.unconfirmed",
        N_("The host key of {host} was not confirmed: {algorithm} {fingerprint}"),
        remedy=N_(
            "Compare it with what the server's console at the provider shows for: "
            "ssh-keygen -lf {file}. If they are the same, add --host-key {fingerprint}"
        ),
        args=_particulars(server, shown),
    )


def _another_key(server: Server, shown: HostKey) -> MailwrightError:
    return MailwrightError(
        "host-key.unconfirmed",
        N_("{host} shows another host key than --host-key names: {algorithm} {fingerprint}"),
        remedy=N_(
            "Compare both with what the server's console at the provider shows for: "
            "ssh-keygen -lf {file}"
        ),
        args=_particulars(server, shown),
    )


def agree(question: str, *, where_to_look: str) -> None:
    """Ask a question to which a bare Enter says No.

    `where_to_look` is the remedy (a message id) where nobody can be asked. Raises MailwrightError
    `cli.no-terminal`, and `cli.declined` for any answer but yes.
    """
    needs_terminal(where_to_look)
    if not click.confirm(question, default=False, err=True):
        raise MailwrightError("cli.declined", N_("Nothing was changed."))


def needs_terminal(where_to_look: str) -> None:
    """Raise MailwrightError `cli.no-terminal` with this remedy where nobody can be asked."""
    if not world().at_terminal():
        raise MailwrightError(
            "cli.no-terminal",
            N_("Nobody can be asked: there is no terminal."),
            remedy=where_to_look,
        )


def overruling(server: str, *, yes: bool) -> Overrule:
    """Show every reason against letting mail out; the person types the server's name to do it.

    With `yes` the reasons are shown and nobody is asked.
    """

    def ask(gate: Gate) -> bool:
        click.echo(_("Mail is kept back for these reasons:"), err=True)
        for finding in gate.all_reasons:
            for line in texts.of_finding(finding):
                click.echo(line, err=True)
        if yes:
            return True
        click.echo(_("Receivers may refuse the mail, or take it for spam from now on."), err=True)
        question = _("To let it out nevertheless, type the server's name {server}")
        typed = click.prompt(
            question.format(server=visible(server)), default="", show_default=False, err=True
        )
        return bool(typed.strip() == server)

    return ask
