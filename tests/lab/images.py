"""Building image layers."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from tests.lab import chroot, paths, shell, sources
from tests.lab.definitions import load

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tests.lab.trust import Trust

# Manuals and translations would double the size of an image.
MMDEBSTRAP = (
    *("mmdebstrap", "--quiet", "--variant=minbase", '--aptopt=Acquire::Languages "none"'),
    *("--dpkgopt=path-exclude=/usr/share/man/*", "--dpkgopt=path-exclude=/usr/share/locale/*"),
    "--dpkgopt=path-exclude=/usr/share/doc/*",
    "--dpkgopt=path-include=/usr/share/doc/*/copyright",
)
INSTALL = """
printf 'deb [trusted=yes] file:/mirror/debian {suite} main\\n' > /tmp/lab.list
options="-o Dir::Etc::SourceList=/tmp/lab.list -o Dir::Etc::SourceParts=/dev/null"
apt-get -qq $options update
debconf-set-selections <<'ANSWERS'
postfix postfix/main_mailer_type select Internet Site
postfix postfix/mailname string unconfigured.invalid
ANSWERS
apt-get -qq -y $options {recommends} -o Dpkg::Options::=--force-unsafe-io install {packages}
apt-get clean
rm -rf /var/lib/apt/lists/* /tmp/lab.list
"""
CONFIGURE = "cd /build && python3 -m tests.lab.roles"


def build_base(release: str, trusted: Trust, target: Path) -> None:
    """Make a bare system that trusts the lab's authority and fetches from the lab's mirror."""
    suite = load().suites[release]
    packages = ",".join(load().base)
    shell.run(
        *(*MMDEBSTRAP, f"--include={packages}", suite, target, "-"),
        stdin=sources.sources_list(sources.archive(), suite),
        env={**os.environ, "TMPDIR": str(paths.base())},
    )
    for unit in load().masked:
        link = target / "etc/systemd/system" / unit
        link.unlink(missing_ok=True)
        link.symlink_to("/dev/null")
    _leave_out_identity(target)
    etc = target / "etc"
    (etc / "apt/sources.list").write_text(sources.sources_list(sources.LAB_MIRROR, suite))
    (etc / "apt/apt.conf.d/90lab").write_text('Acquire::Languages "none";\n')
    (etc / "apt/trusted.gpg.d/lab.asc").write_text(trusted.archive)
    (target / "usr/local/share/ca-certificates/lab.crt").write_text(trusted.ca)
    shell.run("chroot", target, "update-ca-certificates", env=chroot.ENVIRONMENT)


def _leave_out_identity(root: Path) -> None:
    """Remove what every host must have of its own."""
    for key in (root / "etc/ssh").glob("ssh_host_*"):
        key.unlink()
    (root / "etc/machine-id").write_text("")
    for name in ("etc/resolv.conf", "etc/hostname"):
        (root / name).unlink(missing_ok=True)


def build_packages(
    release: str, lowers: Sequence[Path], mirror: Path, packages: Sequence[str], target: Path
) -> None:
    """Make a layer by installing packages from the lab's mirror."""
    # Targets get what an administrator gets; peers only what they are named.
    recommends = "" if packages is load().mail else "--no-install-recommends"
    script = INSTALL.format(
        suite=load().suites[release], recommends=recommends, packages=" ".join(packages)
    )
    chroot.run(lowers, target, script, [chroot.Bind(mirror, "mirror")])


def build_roles(lowers: Sequence[Path], ca: Path, target: Path) -> None:
    """Make the layer with the peers' configuration."""
    binds = [chroot.Bind(paths.HERE, "build/tests/lab"), chroot.Bind(ca, "build/ca")]
    chroot.run(lowers, target, CONFIGURE, binds)
