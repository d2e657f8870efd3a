"""Which releases of which distributions can be set up, and what differs between them."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from mailwright.datafiles import data_files
from mailwright.errors import MailwrightError
from mailwright.i18n import N_

if TYPE_CHECKING:
    from mailwright.model.server import Facts


@dataclass(frozen=True, slots=True)
class OpenDkim:
    """How the distribution ships OpenDKIM.

    `packages` are those that signing needs, `accounts` what stays behind when they are purged,
    `shipped` the settings (`Name value`) of the package's own opendkim.conf.
    """

    packages: tuple[str, ...]
    accounts: tuple[str, ...]
    shipped: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Platform:
    """One release.

    `postfix` is the shipped version as (major, minor); `leaves` and `accounts` are what stays
    behind when the packages are purged; `worker_unit` the systemd unit whose
    state tells whether Postfix runs, where that is not postfix.service; `tried` whether this
    release is part of the product's own tests.
    """

    name: str
    version: str
    postfix: tuple[int, int]
    compatibility_level: str
    ca_file: str
    packages: tuple[str, ...]
    leaves: tuple[str, ...]
    accounts: tuple[str, ...]
    opendkim: OpenDkim
    worker_unit: str | None
    tried: bool


def platform_of(facts: Facts) -> Platform:
    """The release that the facts describe.

    Raises MailwrightError `platform.unknown` for any other, and `platform.no-systemd`
    where nothing could run a step independently of the connection.
    """
    found = _platforms().get((facts.os_id, facts.os_version))
    if found is None:
        raise MailwrightError(
            "platform.unknown",
            N_("This server runs {system}, which Mailwright cannot set up."),
            remedy=N_("It can set up: {known}."),
            args={
                "system": facts.os_name or facts.os_id or "-",
                "known": ", ".join(f"{each.name} {each.version}" for each in _platforms().values()),
            },
        )
    if not facts.systemd:
        raise MailwrightError(
            "platform.no-systemd",
            N_("This server is not run by systemd, which Mailwright needs to undo by itself."),
            remedy=N_("Use a server that was installed the usual way, not a bare container."),
        )
    return found


def platforms() -> tuple[Platform, ...]:
    """Every release that can be set up."""
    return tuple(_platforms().values())


@cache
def _platforms() -> dict[tuple[str, str], Platform]:
    found = {}
    for path in data_files("platforms"):
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        for release in data["release"]:
            major, _dot, minor = release["postfix"].partition(".")
            found[data["id"], release["version"]] = Platform(
                name=data["name"],
                version=release["version"],
                postfix=(int(major), int(minor)),
                compatibility_level=release["compatibility_level"],
                ca_file=data["ca_file"],
                packages=tuple(data["packages"]),
                leaves=tuple(data["leaves"]),
                accounts=tuple(data["accounts"]),
                opendkim=OpenDkim(**{key: tuple(each) for key, each in data["opendkim"].items()}),
                worker_unit=release.get("worker_unit"),
                tried=release["tried"],
            )
    return found
