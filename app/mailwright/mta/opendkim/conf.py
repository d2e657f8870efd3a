"""opendkim.conf(5): what it must set, and whether a person's own settings are in the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mailwright.errors import MailwrightError
from mailwright.i18n import N_

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

CONF = "/etc/opendkim.conf"
FOLDER = "/etc/mailwright/dkim"
"""Tables and keys; all the way there belongs to root (RequireSafeKeys)."""

SIGNING_TABLE = f"{FOLDER}/SigningTable"
KEY_TABLE = f"{FOLDER}/KeyTable"
TRUSTED_HOSTS = f"{FOLDER}/TrustedHosts"
HOST, PORT = "127.0.0.1", 8891

TEXT = f"""\
# OpenDKIM signs what leaves this server and checks nothing.
Mode                    s
Socket                  inet:{PORT}@{HOST}

Syslog                  yes
SyslogSuccess           yes
LogWhy                  yes

UserID                  opendkim
UMask                   007
PidFile                 /run/opendkim/opendkim.pid

# Signatures survive white space that other servers change. A second From breaks them.
Canonicalization        relaxed/relaxed
OversignHeaders         From

# Which senders get which signature, where its key is, and from whom mail is signed.
SigningTable            refile:{SIGNING_TABLE}
KeyTable                file:{KEY_TABLE}
InternalHosts           file:{TRUSTED_HOSTS}
RequireSafeKeys         yes
"""


def is_settled(text: str | None) -> bool:
    """Whether a configuration says all that it must; what else it says is a person's own."""
    return _settings(TEXT.splitlines()).items() <= _settings((text or "").splitlines()).items()


def refuse_foreign(text: str | None, shipped: Iterable[str]) -> None:
    """Raise MailwrightError `plan.opendkim-in-use` where a person configured OpenDKIM.

    `shipped` are the settings of the package's own file.
    """
    known = {
        (name.lower(), value) for name, value in (*_lines(shipped), *_lines(TEXT.splitlines()))
    }
    settings = _lines((text or "").splitlines())
    foreign = [name for name, value in settings if (name.lower(), value) not in known]
    if foreign:
        raise MailwrightError(
            "plan.opendkim-in-use",
            N_("OpenDKIM is already configured on the server: {path} sets {settings}."),
            remedy=N_(
                "If nothing needs that configuration any more, move it away and plan again. "
                "Otherwise let it sign this domain too, and set the server up without signing."
            ),
            args={"path": CONF, "settings": ", ".join(dict.fromkeys(foreign))[:300]},
        )


def _settings(lines: Iterable[str]) -> dict[str, str]:
    """What counts: names know no case, and the last setting of a name wins."""
    return {name.lower(): value for name, value in _lines(lines)}


def _lines(lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Names and values as they are written; a comment begins anywhere in a line."""
    for line in lines:
        name, _blank, value = " ".join(line.partition("#")[0].split()).partition(" ")
        if name:
            yield name, value
