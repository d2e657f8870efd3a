"""Where this machine's own package sources are: the images are fetched from there.

No host name of a mirror is written in the lab. Targets fetch from ``mirror.lab.example``.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from tests.lab.errors import LabError

if TYPE_CHECKING:
    from collections.abc import Iterable

LAB_MIRROR = "http://mirror.lab.example"
APT = Path("/etc/apt")
# The archive's root comes before /debian; mirrors of Ubuntu often carry Debian beside it.
ARCHIVES = (
    re.compile(r"^(?!\s*#).*?\b(https?://[^\s\]]+?)/debian/?(?=\s|$)", re.MULTILINE),
    re.compile(r"^(?!\s*#).*?\b(https?://[^\s\]]+?)/ubuntu/?(?=\s|$)", re.MULTILINE),
)


def machine_texts() -> list[str]:
    """The texts of this machine's apt sources, in both of apt's formats (sources.list(5))."""
    files = [APT / "sources.list", *sorted((APT / "sources.list.d").glob("*"))]
    return [file.read_text(errors="replace") for file in files if file.is_file()]


def find_archive(texts: Iterable[str]) -> str:
    """The root of the Debian archive that apt sources name, without ``/debian``.

    Only ``/ubuntu`` is there on an Ubuntu machine; its host is taken then (not tried yet).

    :raises LabError: if no source names an archive.
    """
    text = "\n".join(texts)
    for archive in ARCHIVES:
        found = archive.search(text)
        if found:
            return found[1]
    raise LabError(
        "no Debian archive in /etc/apt/sources.list or sources.list.d; set MWLAB_ARCHIVE to the "
        "URL of one, without /debian"
    )


def archive() -> str:
    """The root of the archive to fetch from: ``MWLAB_ARCHIVE``, or the machine's own."""
    return os.environ.get("MWLAB_ARCHIVE") or find_archive(machine_texts())


def sources_list(root: str, suite: str) -> str:
    """The sources.list of a server of one release."""
    return (
        f"deb {root}/debian {suite} main\n"
        f"deb {root}/debian {suite}-updates main\n"
        f"deb {root}/debian-security {suite}-security main\n"
    )
