"""Find the server that a person names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mailwright.errors import MailwrightError
from mailwright.i18n import N_
from mailwright.model.server import Server

if TYPE_CHECKING:
    from mailwright.usecases.parts import Parts

_ADDRESS = re.compile(
    r"(?:(?P<user>[a-z_][a-z0-9_.-]*)@)?"
    r"(?P<host>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+)"
    r"(?::(?P<port>[0-9]{1,5}))?"
)


def find_server(parts: Parts, text: str) -> Server:
    """Return the server that a profile called so, or else `[user@]host[:port]` itself.

    A host that is no known name is logged in to with the keys of the SSH agent.
    Raises MailwrightError `cli.bad-server` for any other text.
    """
    known = parts.journal.server(text)
    if known is not None:
        return known
    found = _ADDRESS.fullmatch(text)
    if found is None:
        raise MailwrightError(
            "cli.bad-server",
            N_("{server} is neither a server that this desktop knows nor [user@]host[:port]."),
            remedy=N_("Use the name in the profile, under [server]."),
            args={"server": text},
        )
    host = found["host"].strip("[]").lower()
    return Server(
        name=host.replace(":", "-"),
        host=host,
        port=int(found["port"] or 22),
        user=found["user"] or "root",
    )
