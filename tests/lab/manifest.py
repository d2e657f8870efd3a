"""Everything that can be seen of a host's state, to compare before and after.

Files are read from the machine, outside of the host. What only the host knows (packages,
units, accounts) comes from one command on it, afterwards.
"""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# What changes on a host that nobody touches, and by looking at it: the journal, the records
# of logins, and systemd's own random seed and timers.
VOLATILE = (
    "/var/lib/systemd/",
    "/var/log/btmp",
    "/var/log/journal/",
    "/var/log/lastlog",
    "/var/log/wtmp",
)
# Made by the kernel, or by systemd at each start. /tmp is added from the running host.
SKIPPED = frozenset({"/dev", "/proc", "/run", "/sys", "/tmp"})
KINDS = {
    stat.S_IFREG: "file",
    stat.S_IFDIR: "folder",
    stat.S_IFLNK: "link",
    stat.S_IFIFO: "fifo",
    stat.S_IFSOCK: "socket",
    stat.S_IFCHR: "character device",
    stat.S_IFBLK: "block device",
}
INSIDE = r"""
echo '== packages'
dpkg-query -W -f '${binary:Package} ${Version} ${Status}\n'
echo '== unit_files'
systemctl list-unit-files --no-legend --no-pager --plain | grep -v ' transient '
echo '== units'
systemctl list-units --all --no-legend --no-pager --plain --type=service,socket,timer,path |
    grep -v -e '^user@' -e '^user-runtime-dir@'
echo '== accounts'
sha256sum /etc/passwd /etc/group /etc/shadow /etc/gshadow | while read -r sum file; do
    echo "$file $sum"
done
"""
VALUE_WORDS = {"packages": None, "unit_files": 1, "units": 3, "accounts": 1}

Files = dict[str, dict[str, str | int]]
Manifest = dict[str, dict[str, str | dict[str, str | int]]]


class Difference(NamedTuple):
    """One thing that differs; None where it is not there at all."""

    section: str  # files, packages, unit_files, units or accounts
    name: str
    before: str | dict[str, str | int] | None
    after: str | dict[str, str | int] | None


def diff_manifests(
    before: Manifest, after: Manifest, ignored: Sequence[str] = ()
) -> list[Difference]:
    """What differs between two manifests, in order of section and name.

    :param ignored: how names begin that are left out, such as :data:`VOLATILE`.
    """
    found: list[Difference] = []
    for section in sorted({*before, *after}):
        old, new = before.get(section, {}), after.get(section, {})
        found += [
            Difference(section, name, old.get(name), new.get(name))
            for name in sorted({*old, *new})
            if old.get(name) != new.get(name) and not name.startswith(tuple(ignored))
        ]
    return found


def scan(root: Path, prefix: str = "/", skipped: frozenset[str] = SKIPPED) -> Files:
    """All files below a folder: kind, mode, owner, and a digest or a link's target.

    :param prefix: what ``root`` is called in the result.
    :param skipped: folders, by their names in the result, that are not looked into.
    """
    return dict(_walk(str(root), prefix.rstrip("/"), skipped))


def _walk(
    folder: str, prefix: str, skipped: frozenset[str]
) -> Iterator[tuple[str, dict[str, str | int]]]:
    with os.scandir(folder) as entries:
        listed = sorted(entries, key=lambda entry: entry.name)
    for entry in listed:
        name = f"{prefix}/{entry.name}"
        if name in skipped:
            continue
        try:
            yield name, _describe(entry)
        except FileNotFoundError:
            continue  # it went away meanwhile, as a service's temporary file does
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(entry.path, name, skipped)


def _describe(entry: os.DirEntry[str]) -> dict[str, str | int]:
    status = entry.stat(follow_symlinks=False)
    kind = stat.S_IFMT(status.st_mode)
    content = ""
    if kind == stat.S_IFREG:
        with Path(entry.path).open("rb") as file:
            content = hashlib.file_digest(file, "sha256").hexdigest()
    elif kind == stat.S_IFLNK:
        content = str(Path(entry.path).readlink())
    return {
        "kind": KINDS[kind],
        "mode": f"{stat.S_IMODE(status.st_mode):04o}",
        "uid": status.st_uid,
        "gid": status.st_gid,
        "content": content,
    }


def parse_inside(text: str) -> dict[str, dict[str, str]]:
    """Read what :data:`INSIDE` printed: section, then name and value."""
    sections: dict[str, dict[str, str]] = {}
    words: int | None = None
    values: dict[str, str] = {}
    for line in text.splitlines():
        if line.startswith("== "):
            section = line.removeprefix("== ")
            words, values = VALUE_WORDS[section], sections.setdefault(section, {})
        elif line.strip():
            name, *rest = line.split()
            values[name] = " ".join(rest[:words])
    return sections
