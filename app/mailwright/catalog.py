"""Typed, validated views of the data files in `resources/`: one function per kind.

A file that does not hold what its type asks for is a broken installation, and raises ValueError
with the file's name.
"""

from __future__ import annotations

import tomllib
from datetime import date
from enum import StrEnum
from fnmatch import fnmatchcase
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

import msgspec

from mailwright.datafiles import data_files, data_path
from mailwright.i18n import language
from mailwright.model.requirements import RelayAuthentication, TlsMode

if TYPE_CHECKING:
    from collections.abc import Mapping


LAST_PORT = 65_535


class Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A table of a data file; a misspelt key is an error."""


class Text(Record, frozen=True):
    """A text for people in each language of the program. `str()` gives the chosen one."""

    en: str
    ja: str

    def __str__(self) -> str:
        return self.ja if language() == "ja" else self.en


class SpfKind(StrEnum):
    """How a domain allows a relay in SPF (RFC 7208).

    `include`: an include in the sender domain's record. `cname`: records on a sub-domain that
    the service shows in its panel. `none`: nothing, since it sends under a Return-Path of its own.
    """

    INCLUDE = "include"
    CNAME = "cname"
    NONE = "none"


class DkimKind(StrEnum):
    """How a relay's DKIM key gets into the sender's domain.

    By CNAME or TXT records that its panel shows, or through the service's own console.
    """

    CNAME = "cname"
    TXT = "txt"
    SERVICE = "service"


class ReturnPath(StrEnum):
    """Whether bounces come to our Return-Path (`kept`) or to the relay's (`replaced`)."""

    KEPT = "kept"
    REPLACED = "replaced"


class RelayHost(Record, frozen=True):
    """A host of a relay; `region` is the service's own name for it, empty where it has one."""

    host: str
    region: str = ""
    spf_include: str | None = None


class RelayPort(Record, frozen=True):
    """A port of a relay, and how TLS begins on it."""

    port: int
    tls: TlsMode


class Quota(Record, frozen=True):
    """What the service accepts at most, where its pages say so; None is not known.

    `note` tells what depends on the plan.
    """

    messages_per_day: int | None = None
    messages_per_minute: int | None = None
    messages_per_connection: int | None = None
    recipients_per_day: int | None = None
    recipients_per_message: int | None = None
    largest_message_mb: int | None = None
    note: Text | None = None


class KnownReply(Record, frozen=True):
    """A part of the relay's SMTP replies, and what it means for the person."""

    contains: str
    explanation: Text


class RelayPreset(Record, frozen=True):
    """What is known of a relay service; a field without a value is not known.

    `hosts` is by region, `host_pattern` matches further ones (`*` for any text). `ports` and
    `authentication` are in the order of preference. `user` is a user name that is the same for
    every customer, `user_help` tells where to find it otherwise. `source` is the service's page,
    `checked` the day on which it was read.
    """

    id: str
    name: str
    source: str
    checked: date
    ports: tuple[RelayPort, ...]
    authentication: tuple[RelayAuthentication, ...]
    hosts: tuple[RelayHost, ...] = ()
    host_pattern: str | None = None
    user: str = ""
    user_help: Text | None = None
    password_label: Text | None = None
    sender_rule: Text | None = None
    caution: Text | None = None
    quota: Quota = Quota()
    spf: SpfKind | None = None
    spf_include: str | None = None
    dkim: DkimKind | None = None
    return_path: ReturnPath | None = None
    replies: tuple[KnownReply, ...] = ()

    def has_host(self, host: str) -> bool:
        """Tell whether the host, in lower case, is one of the service's."""
        if self.host_pattern is not None and fnmatchcase(host, self.host_pattern):
            return True
        return any(known.host == host for known in self.hosts)

    def tls_on(self, port: int) -> TlsMode | None:
        """Return how TLS begins on the port; None for a port that is not the service's."""
        return next((known.tls for known in self.ports if known.port == port), None)

    def include_for(self, host: str) -> str | None:
        """Return the domain for the SPF include when mail leaves through the host."""
        own = (known.spf_include for known in self.hosts if known.host == host)
        return next(own, None) or self.spf_include

    def explain(self, reply: str) -> Text | None:
        """Return what a reply of the relay means; None for a reply that is not known."""
        found = (known.explanation for known in self.replies if known.contains in reply)
        return next(found, None)


@cache
def relay_presets() -> Mapping[str, RelayPreset]:
    """Return every relay preset by its id, in the order of their names."""
    presets = []
    for path in data_files("relays"):
        table = {**tomllib.loads(path.read_text("utf-8")), "id": path.stem}
        try:
            presets.append(_validated(msgspec.convert(table, RelayPreset)))
        except ValueError as error:
            raise ValueError(f"{path}: {error}") from error
    presets.sort(key=lambda preset: preset.name.casefold())
    return MappingProxyType({preset.id: preset for preset in presets})


def _validated(preset: RelayPreset) -> RelayPreset:
    ports = [known.port for known in preset.ports]
    hosts = [known.host for known in preset.hosts]
    includes = [preset.include_for(host) for host in hosts] or [preset.spf_include]
    wrong = {
        "no port": not ports,
        "a port twice or out of range": len(set(ports)) != len(ports)
        or not all(0 < port <= LAST_PORT for port in ports),
        "no host": not hosts and preset.host_pattern is None,
        "a host twice or not in lower case": len(set(hosts)) != len(hosts)
        or any(host != host.lower() for host in hosts),
        "no authentication": not preset.authentication,
        "an SPF include without its domain": preset.spf is SpfKind.INCLUDE and None in includes,
        "a source that is no address": not preset.source.startswith("https://"),
    }
    for complaint, applies in wrong.items():
        if applies:
            raise ValueError(complaint)
    return preset


class BounceKind(StrEnum):
    """Whose affair a bounce is, and with it whether to write to that address again.

    `recipient`: the address cannot be reached. `message`: this message was not wanted.
    `temporary`: it passes by itself. `ours`: the sending server has to be mended.
    """

    RECIPIENT = "recipient"
    MESSAGE = "message"
    TEMPORARY = "temporary"
    OURS = "ours"


class BounceClass(Record, frozen=True):
    """A cause of failed and late deliveries, and the signs by which it is known.

    `own` are patterns over the own mail server's words, `tokens` and `words` over the remote
    server's (regular expressions, lower case). `statuses` are enhanced status codes, `codes`
    reply codes, with `@COMMAND` where only as the answer to that. `advice` says what to do.
    """

    id: str
    kind: BounceKind
    title: Text
    remedy: str
    advice: Text
    own: tuple[str, ...] = ()
    tokens: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()


UNCLASSIFIED = "unclassified"
"""The id of the class of every reply that no other fits."""


@cache
def bounce_classes() -> Mapping[str, BounceClass]:
    """Return every class of bounces by its id, in the order in which they are tried."""
    path = data_path("bounces.toml")
    table = tomllib.loads(path.read_text("utf-8"))
    try:
        remedies = msgspec.convert(table["remedies"], dict[str, Text])
        rows = [{**row, "advice": table["remedies"][row["remedy"]]} for row in table["class"]]
        classes = msgspec.convert(rows, list[BounceClass])
        found = {known.id: known for known in classes}
        if len(found) != len(classes) or list(found)[-1] != UNCLASSIFIED:
            raise ValueError("a class twice, or the last is not the one for all other replies")
        if unused := remedies.keys() - {known.remedy for known in classes}:
            raise ValueError(f"a remedy for no class: {', '.join(sorted(unused))}")
    except (ValueError, KeyError) as error:
        raise ValueError(f"{path}: {error}") from error
    return MappingProxyType(found)
