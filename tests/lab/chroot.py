"""Running a script in an image, with its changes kept as a new layer."""

from __future__ import annotations

import contextlib
import os
import shutil
from typing import TYPE_CHECKING, NamedTuple

from tests.lab import mounts, shell

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

ENVIRONMENT = {
    "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
    "DEBIAN_FRONTEND": "noninteractive",
    "LC_ALL": "C.UTF-8",
    "HOME": "/root",
    "PYTHONDONTWRITEBYTECODE": "1",
}
PROXIES = ("http_proxy", "https_proxy", "no_proxy")
# A network of its own proves that a layer is built offline. Its loopback must be up:
# Postfix's installation fails on a machine without any interface.
OFFLINE = (
    *("unshare", "--net", "--uts", "sh", "-c"),
    'ip link set lo up; hostname localhost; exec "$@"',
    "sh",
)


class Bind(NamedTuple):
    """A folder of the machine, and where a script sees it."""

    source: Path
    target: str


def run(
    lowers: Sequence[Path],
    upper: Path,
    script: str,
    binds: Sequence[Bind] = (),
    *,
    online: bool = False,
) -> str:
    """Run a shell script in the image ``lowers`` with all changes going to ``upper``.

    Services are held back. The script has a network only if ``online``.

    :returns: what the script printed.
    :raises LabError: if the script fails; the text has the end of what it printed.
    """
    with _mounted(lowers, upper, binds) as root:
        enter = () if online else OFFLINE
        lent = {name: os.environ[name] for name in PROXIES if online and name in os.environ}
        return shell.run(
            *(*enter, "chroot", root, "/bin/sh", "-euc", script), env={**ENVIRONMENT, **lent}
        ).stdout


@contextlib.contextmanager
def _mounted(lowers: Sequence[Path], upper: Path, binds: Sequence[Bind]) -> Iterator[Path]:
    work = upper.with_name(f"{upper.name}.work")
    root = upper.with_name(f"{upper.name}.root")
    mounts.overlay(root, lowers, upper, work)
    try:
        policy = root / "usr/sbin/policy-rc.d"
        policy.write_text("#!/bin/sh\nexit 101\n")
        policy.chmod(0o755)
        shutil.copy("/etc/resolv.conf", root / "etc/resolv.conf")
        for bind in binds:
            target = root / bind.target
            target.mkdir(parents=True, exist_ok=True)
            shell.run("mount", "--bind", bind.source, target)
        shell.run("mount", "-t", "proc", "proc", root / "proc")
        yield root
    finally:
        for point in mounts.below(root):
            if point != root:
                mounts.unmount(point)
        _tidy(root, binds)
        mounts.unmount(root)
        shutil.rmtree(work, ignore_errors=True)
        root.rmdir()


def _tidy(root: Path, binds: Sequence[Bind]) -> None:
    """Remove what the script needed from the layer."""
    for name in ("usr/sbin/policy-rc.d", "etc/resolv.conf"):
        (root / name).unlink(missing_ok=True)
    for bind in binds:
        folder = root / bind.target
        with contextlib.suppress(OSError):  # it ends at the first folder with something in it
            while folder != root:
                folder.rmdir()
                folder = folder.parent
