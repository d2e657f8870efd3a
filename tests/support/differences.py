"""What may differ on a server after everything was taken back, each with its reason."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from tests.lab.manifest import VOLATILE, Difference, diff_manifests

if TYPE_CHECKING:
    from tests.lab.manifest import Manifest


class Allowed(NamedTuple):
    """A section and a pattern for whole names, and why they may differ."""

    section: str
    pattern: str
    reason: str


_OLD = "the tool's own copy of the file before"
_RUNS = "Postfix was at work meanwhile"
ALLOWED = (
    Allowed("files", r"/var/lib/mailwright(/.*)?", "the journal of what was applied"),
    Allowed("files", r"/var/log/(apt/.*|dpkg\.log|alternatives\.log)", "apt and dpkg keep logs"),
    Allowed("files", r"/var/cache/apt/.*", "apt keeps what it downloaded"),
    Allowed("files", r"/var/lib/apt/lists/.*", "apt keeps the lists of packages it fetched"),
    Allowed("files", r"/var/lib/apt/extended_states", "apt notes what it installed by itself"),
    Allowed("files", r"/etc/(passwd|group|shadow|gshadow)-", _OLD),
    Allowed("files", r"/var/lib/dpkg/\w+-old", _OLD),
    Allowed("files", r"/var/lib/dpkg/(lock.*|triggers/Lock)", "dpkg's locks, empty files"),
    Allowed("files", r"/var/cache/debconf/(\w+\.dat-old|tmp\.ci)", _OLD),
    Allowed("files", r"/var/cache/ldconfig/aux-cache", "the linker's cache, made anew each time"),
    Allowed("files", r"/var/lib/postfix/(master\.lock|prng_exch|smtp_scache\.db)", _RUNS),
    Allowed("files", r"/var/spool/postfix/pid/.*", _RUNS),
    Allowed("files", r"/var/spool/postfix/(defer|deferred)/[0-9A-F]", "empty folders of the queue"),
    Allowed("files", r"(/var)?/tmp/systemd-private-.*", "systemd makes them anew at each boot"),
    Allowed("files", r"/home/[^/]+/\.sudo_as_admin_successful", "sudo notes its first use"),
    Allowed("units", r"mailwright-[0-9].*\.service", "the runner itself, about to be forgotten"),
)


def unexplained(before: Manifest, after: Manifest) -> list[Difference]:
    """The differences that no reason covers; none is what an undo must leave."""
    return [
        difference
        for difference in diff_manifests(before, after, VOLATILE)
        if not any(_covers(allowed, difference) for allowed in ALLOWED)
    ]


def _covers(allowed: Allowed, difference: Difference) -> bool:
    return allowed.section == difference.section and bool(
        re.fullmatch(allowed.pattern, difference.name)
    )
