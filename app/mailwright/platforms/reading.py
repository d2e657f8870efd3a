"""Read a server: one script for everything that facts and resources ask for, and its answer.

The script writes nothing and starts as few programs as it can: on a quiet server the start of
programs is most of the time that a plan takes.
"""

from __future__ import annotations

import json
import re
import secrets
import shlex
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mailwright.errors import MailwrightError
from mailwright.i18n import N_
from mailwright.model.server import Facts, FileState, Observation, UnitState
from mailwright.resource.base import Wants

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mailwright.transport.base import Transport

BASE = "/var/lib/mailwright"
"""Where Mailwright keeps its journal on a server; only root can look inside."""

OTHER_MTAS = (
    "exim4-daemon-light",
    "exim4-daemon-heavy",
    "sendmail-bin",
    "opensmtpd",
    "nullmailer",
    "msmtp-mta",
    "ssmtp",
    "dma",
    "courier-mta",
    "citadel-server",
    "masqmail",
    "qmail-run",
)
"""Debian packages that provide mail-transport-agent and so conflict with Postfix."""

_CERTAIN_PACKAGE = "dpkg"
_LISTEN = "0A"
_SECTIONS = (
    "os",
    "self",
    "addresses",
    "sockets",
    "disk",
    "files",
    "texts",
    "keys",
    "units",
    "packages",
)


@dataclass(frozen=True, slots=True)
class Reading:
    """A script that reads a server, and how to understand what it prints.

    `mark` is random, so that nothing on the server can look like the end of a section.
    """

    wants: Wants
    mark: str

    @classmethod
    def of(cls, wants: Iterable[Wants]) -> Reading:
        """One reading that covers everything wanted."""
        return cls(Wants.union(wants), secrets.token_hex(12))

    def script(self) -> str:
        """The shell text; it changes nothing.

        Two programs take most of the time, systemctl and dpkg-query. They run beside the others,
        at the far end of a pipe that the last command empties.
        """
        near = {
            "os": "cat /etc/os-release",
            "self": _SELF,
            "addresses": "ip -j address 2>/dev/null",
            "sockets": "cat /proc/net/tcp /proc/net/tcp6 2>/dev/null",
            "disk": "df -Pk / /var",
            "files": _files(self.wants.files),
            "texts": _texts(self.wants.texts, self.mark),
            "keys": _keys(self.wants.keys),
        }
        far = {"units": _units(self.wants.units), "packages": _packages(self.wants.packages)}
        first, last = self._sections(far), self._sections(near)
        return f"{{\n{first}\n}} </dev/null | {{\n{last}\ncat\n}}"

    def _sections(self, parts: dict[str, str]) -> str:
        return "\n".join(f"{text}\necho; echo {self.mark}" for text in parts.values())

    def understand(self, output: str) -> Observation:
        """Make typed facts of the script's output.

        Raises MailwrightError `platform.unreadable` when the answer lacks a section.
        """
        sections = output.split(f"\n{self.mark}\n")
        if len(sections) != len(_SECTIONS) + 1:
            raise _unreadable(output)
        part = dict(zip(_SECTIONS, sections, strict=False))
        packages = _read_packages(part["packages"])
        try:
            _require_answers(part, self.wants)
            facts = _facts(part, packages)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise _unreadable(str(error)) from error
        return Observation(
            facts=facts,
            files=_read_files(part["files"], self.wants.files),
            packages={name: packages.get(name) for name in self.wants.packages},
            units=_read_units(part["units"], self.wants.units),
            texts=_read_texts(part["texts"], self.wants.texts, self.mark),
            keys=_read_keys(part["keys"], self.wants.keys),
        )


def _require_answers(part: dict[str, str], wants: Wants) -> None:
    """Raise ValueError where a program said nothing: that is not the same as "not there"."""
    answered = {
        "dpkg-query": f" {_CERTAIN_PACKAGE} " in part["packages"],
        "systemctl": part["units"].count("LoadState=") >= len(wants.units),
        "stat": not wants.files or "|/\n" in f"{part['files']}\n",
        "df": part["disk"].strip().count("\n") > 0,
        "openssl": len(_PUBLIC_KEY.findall(part["keys"])) == len(wants.keys),
    }
    silent = [name for name, there in answered.items() if not there]
    if silent:
        raise ValueError(f"no answer from {', '.join(silent)}")


def _unreadable(words: str) -> MailwrightError:
    return MailwrightError(
        "platform.unreadable",
        N_("The server's answer is incomplete: {words}"),
        remedy=N_("Log in there by hand and see whether a simple command works."),
        args={"words": words[-300:]},
    )


def observe(transport: Transport, wants: Iterable[Wants]) -> Observation:
    """Read a server in one round trip.

    Raises MailwrightError when the connection breaks or the answer is no answer.
    """
    reading = Reading.of(wants)
    result = transport.run(reading.script(), limit=60)
    # Bytes that are no UTF-8 survive, so that what is compared later is what was there.
    return reading.understand(result.output.decode("utf-8", "surrogateescape"))


# One line each: host name; user id, clock and whether systemd runs; the routes that were proven
# and let out.
_SELF = (
    "cat /proc/sys/kernel/hostname; echo $(id -u) $(date +%s) "
    "$(test -d /run/systemd/system && echo systemd || echo none); "
    f"cat {BASE}/proven 2>/dev/null || echo; cat {BASE}/live 2>/dev/null"
)


def _packages(names: frozenset[str]) -> str:
    wanted = " ".join(map(shlex.quote, sorted({*names, *OTHER_MTAS, _CERTAIN_PACKAGE})))
    form = "${db:Status-Abbrev} ${Package} ${Version}\\n"
    return f"dpkg-query -W -f '{form}' {wanted} 2>/dev/null"


def _read_packages(text: str) -> dict[str, str]:
    """`ii postfix 3.7.11`: wanted state, state, package, version; `i` is installed (dpkg(1))."""
    rows = (line.split() for line in text.splitlines() if line[1:2] == "i")
    return {row[1]: row[2] for row in rows if len(row) == len(("state", "name", "version"))}


def _units(names: frozenset[str]) -> str:
    if not names:
        return ":"
    wanted = " ".join(map(shlex.quote, sorted(names)))
    return f"systemctl show -p Id,LoadState,UnitFileState,ActiveState {wanted} 2>/dev/null"


def _read_units(text: str, names: frozenset[str]) -> dict[str, UnitState]:
    units = dict.fromkeys(names, UnitState())
    for block in text.strip().split("\n\n"):
        value = dict(line.partition("=")[::2] for line in block.splitlines())
        if (name := value.get("Id", "")) in units:
            units[name] = UnitState(
                value.get("LoadState", ""),
                value.get("UnitFileState", ""),
                value.get("ActiveState", ""),
            )
    return units


def _files(paths: frozenset[str]) -> str:
    if not paths:
        return ":"
    wanted = " ".join(map(shlex.quote, sorted({*paths, "/"})))
    return f"stat -c '%F|%a|%U|%G|%n' {wanted} 2>/dev/null; sha256sum {wanted} 2>/dev/null"


_KINDS = {
    "regular file": "file",
    "regular empty file": "file",
    "directory": "dir",
    "symbolic link": "link",
}


def _read_files(text: str, paths: frozenset[str]) -> dict[str, FileState]:
    """Lines of stat (`kind|mode|owner|group|path`) and of sha256sum (`hash  path`)."""
    found = dict.fromkeys(paths, FileState())
    for line in text.splitlines():
        *fields, path = line.split("|", 4)
        if path in paths and len(fields) == len(("kind", "mode", "owner", "group")):
            kind, mode, owner, group = fields
            found[path] = FileState(_KINDS.get(kind, kind), int(mode, 8), owner, group)
        digest, _blanks, path = line.partition("  ")
        if path in paths:
            found[path] = replace(found[path], sha256=digest)
    return found


def _texts(paths: frozenset[str], mark: str) -> str:
    return (
        "\n".join(
            f"if [ -e {shlex.quote(path)} ]; then echo there; cat {shlex.quote(path)}; fi; "
            f"echo; echo {mark}.text"
            for path in sorted(paths)
        )
        or ":"
    )


def _read_texts(text: str, paths: frozenset[str], mark: str) -> dict[str, str | None]:
    parts = text.split(f"\n{mark}.text")
    texts: dict[str, str | None] = {}
    for path, part in zip(sorted(paths), parts, strict=False):
        body = part.removeprefix("\n")
        texts[path] = body.removeprefix("there\n") if body.startswith("there") else None
    return texts


# In base64; empty where openssl is not there or read no key.
_PUBLIC_KEY = re.compile(r"^[A-Za-z0-9+/]{0,4000}={0,2}\n", re.MULTILINE)


def _keys(paths: frozenset[str]) -> str:
    # An empty passphrase: nothing waits for a person at a key that is locked with one.
    return (
        "\n".join(
            f"openssl pkey -in {shlex.quote(path)} -passin pass: -pubout -outform DER "
            "</dev/null 2>/dev/null | base64 -w 0; echo"
            for path in sorted(paths)
        )
        or ":"
    )


def _read_keys(text: str, paths: frozenset[str]) -> dict[str, str | None]:
    """One line for each key, in the order of their paths."""
    return {
        path: line or None for path, line in zip(sorted(paths), text.splitlines(), strict=False)
    }


def _facts(part: dict[str, str], packages: dict[str, str]) -> Facts:
    release = dict(line.partition("=")[::2] for line in part["os"].splitlines())
    os_release = {key: "".join(shlex.split(value)) for key, value in release.items()}
    hostname, numbers, *routes = part["self"].split("\n")
    proven, live, *_ = (*routes, "", "")
    uid, clock, init = numbers.split()
    return Facts(
        os_id=os_release.get("ID", ""),
        os_version=os_release.get("VERSION_ID", ""),
        os_like=tuple(release.get("ID_LIKE", "").strip("\"'").split()),
        os_name=release.get("PRETTY_NAME", "").strip("\"'"),
        hostname=hostname,
        uid=int(uid),
        systemd=init == "systemd",
        addresses=_addresses(part["addresses"], "global"),
        ipv6="::1" in _addresses(part["addresses"], "host"),
        listening=_listening(part["sockets"]),
        mta_packages=tuple(name for name in OTHER_MTAS if name in packages),
        free_bytes=_free(part["disk"]),
        clock=float(clock),
        proven=proven or None,
        live=live or None,
    )


def _addresses(text: str, scope: str) -> tuple[str, ...]:
    """Addresses of a scope as `ip -j address` lists them (iproute2)."""
    interfaces = json.loads(text or "[]")
    return tuple(
        info["local"]
        for interface in interfaces
        for info in interface.get("addr_info", ())
        if info.get("scope") == scope
    )


def _listening(text: str) -> frozenset[int]:
    """Ports in state LISTEN (0A) of /proc/net/tcp and tcp6 (proc(5))."""
    rows = (line.split()[1:4] for line in text.splitlines())
    return frozenset(
        int(row[0].rpartition(":")[2], 16) for row in rows if row[-1:] == [_LISTEN] and row[1:]
    )


def _free(text: str) -> int:
    """The smallest of what the file systems still hold, in bytes (`df -Pk`, POSIX)."""
    rows = (line.split() for line in text.splitlines())
    return min((int(row[3]) * 1024 for row in rows if row[3:] and row[3].isdigit()), default=0)
