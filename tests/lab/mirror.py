"""The offline package mirror of one release.

apt itself decides which packages are missing in a bare system and fetches them, with what
they recommend, as ``apt-get install`` on a target will. An ordinary archive is then made
of them and signed with the lab's key. ``-updates`` and ``-security`` are valid but empty.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from tests.lab import chroot, shell, sources, trust
from tests.lab.definitions import load

if TYPE_CHECKING:
    from pathlib import Path

FETCH = """
printf '%s' "{sources}" > /etc/apt/sources.list
mkdir -p /debs/partial
apt-get -qq update
apt-get -qq -y -o Dir::Cache::archives=/debs --download-only install {packages} > /dev/null
rm -rf /debs/partial /debs/lock
"""


def build(release: str, base: Path, target: Path) -> None:
    """Fetch the packages and make the archive in the folder ``target``."""
    suite = load().suites[release]
    pool = target / "debian/pool/main"
    pool.mkdir(parents=True)
    script = FETCH.format(
        sources=sources.sources_list(sources.archive(), suite),
        packages=" ".join(load().offered(release)),
    )
    scratch = target.with_name(f"{target.name}.scratch")
    chroot.run([base], scratch, script, [chroot.Bind(pool, "debs")], online=True)
    shutil.rmtree(scratch)
    _suite(target / "debian", suite, full=True)
    _suite(target / "debian", f"{suite}-updates", full=False)
    _suite(target / "debian-security", f"{suite}-security", full=False)


def _suite(archive: Path, suite: str, *, full: bool) -> None:
    """Write the indexes of one suite."""
    dist = archive / "dists" / suite
    index = dist / "main/binary-amd64/Packages"
    index.parent.mkdir(parents=True)
    packages = shell.run("apt-ftparchive", "packages", "pool/main", cwd=archive) if full else None
    index.write_text(packages.stdout if packages else "")
    shell.run("xz", "-k", "-1", index)
    fields = {
        "Origin": "Debian",
        "Label": "Debian",
        "Suite": suite,
        "Codename": suite,
        "Architectures": "amd64",
        "Components": "main",
    }
    options = [
        word
        for field, value in fields.items()
        for word in ("-o", f"APT::FTPArchive::Release::{field}={value}")
    ]
    release = dist / "Release"
    release.write_text(shell.run("apt-ftparchive", *options, "release", dist).stdout)
    trust.sign(release, dist / "InRelease")
