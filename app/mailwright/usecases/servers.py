"""Find the server that a person names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mailwright.errors import MailwrightError
from mailwright.i18n import N_
from mailwright.interview import names
from mailwright.model.server import Server

_SSH = 22
_LAST_PORT = 65_535

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
    host = None if found is None else names.host(found["host"].strip("[]"))
    port = 0 if found is None else int(found["port"] or _SSH)
    if found is None or host is None or not 0 < port <= _LAST_PORT:
        raise MailwrightError(
            "cli.bad-server",
            N_("{server} is neither a server that this desktop knows nor [user@]host[:port]."),
            remedy=N_("Use the name in the profile, under [server]."),
            args={"server": text},
        )
    user = found["user"] or "root"
    # A server that a profile described is logged in to as the profile said.
    for each in parts.journal.known_servers():
        same = parts.journal.server(each.name)
        if same is not None and (same.host, same.port, same.user) == (host, port, user):
            return same
    label = host.replace(":", "-")
    taken = parts.journal.server(label) is not None
    return Server(f"{user}@{label}-{port}" if taken else label, host, port, user)
