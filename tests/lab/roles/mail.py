"""The receiving MX and the relay: two Postfix configurations beside each other."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from tests.lab.roles.tools import HERE, copy, run

MX = Path("/etc/postfix.mx")
RELAY = Path("/etc/postfix.relay")
MAIL_UID = 8
FILES: dict[str, str | Path] = {
    "mx/main.cf": MX / "main.cf",
    "mx/users": MX / "users",
    "mx/transport": MX / "transport",
    "mx/answers": MX / "answers",
    "mx/opendkim.conf": "/etc/opendkim.conf",
    "mx/opendkim.default": "/etc/default/opendkim",
    "mx/opendmarc.conf": "/etc/opendmarc.conf",
    "mx/opendmarc.psl": "/etc/opendmarc.psl",
    "mx/postgrey.default": "/etc/default/postgrey",
}


def configure_mx() -> None:
    """The receiver, with verification of SPF, DKIM and DMARC."""
    shutil.copytree("/etc/postfix", MX, symlinks=True)
    for source, target in FILES.items():
        copy(source, target)
    _add_services(MX, "mx/master.cf.add")
    mailboxes = Path("/var/mail/v")
    mailboxes.mkdir()
    os.chown(mailboxes, MAIL_UID, MAIL_UID)


def configure_relay() -> None:
    """The smarthost; its accounts are made for each run."""
    shutil.copytree("/etc/postfix", RELAY, symlinks=True)
    copy("relay/main.cf", RELAY / "main.cf")
    copy("relay/logins", RELAY / "logins")
    copy("relay/smtpd.conf", RELAY / "sasl/smtpd.conf")
    _add_services(RELAY, "relay/master.cf.add")


def _add_services(folder: Path, source: str) -> None:
    """Put the services of ``source`` in the place of Debian's single ``smtp``."""
    run("postconf", "-c", folder, "-MX", "smtp/inet")
    master = folder / "master.cf"
    master.write_text(master.read_text() + (HERE / source).read_text())
    run("postconf", "-c", folder, "-M")
