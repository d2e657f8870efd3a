"""A host's root file system: image layers below, a file system in memory on top."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from tests.lab import mounts, paths, shell
from tests.lab.addresses import RESOLVER

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tests.lab.hosts import File, Wish

SIZE = "4G"
MYHOSTNAME = re.compile(r"^myhostname *=.*$", re.MULTILINE)
MYDESTINATION = re.compile(r"^mydestination *=.*$", re.MULTILINE)
KEY_TYPES = ("ed25519", "ecdsa")


def make(wish: Wish, layers: Sequence[Path], authorized_key: str) -> str:
    """Mount a host's root file system and give it an identity.

    :returns: the host's Ed25519 key, as in a known_hosts file without the host.
    """
    folder, root = paths.host_dir(wish.name), paths.host_root(wish.name)
    mounts.tmpfs(folder, size=SIZE, mode="755")
    mounts.overlay(root, layers, folder / "upper", folder / "work")
    _identity(wish, root)
    if (root / "etc/postfix/main.cf").exists():
        _name_postfix(root, wish.fqdn)
    ssh = root / "root/.ssh"
    ssh.mkdir(mode=0o700, exist_ok=True)
    (ssh / "authorized_keys").write_text(authorized_key)
    for file in wish.files:
        _put(root, file)
    return _host_keys(root, wish.fqdn)


def remove(name: str) -> None:
    """Throw a host's root file system away, as far as it is there."""
    mounts.unmount(paths.host_root(name))
    mounts.unmount(paths.host_dir(name))
    if paths.host_dir(name).exists():
        paths.host_dir(name).rmdir()


def _identity(wish: Wish, root: Path) -> None:
    etc = root / "etc"
    (etc / "hostname").write_text(f"{wish.fqdn}\n")
    # An empty one would mean a first boot: slower, with presets applied.
    (etc / "machine-id").write_text(f"{os.urandom(16).hex()}\n")
    short = wish.fqdn.split(".", 1)[0]
    (etc / "hosts").write_text(
        "127.0.0.1 localhost\n::1 localhost ip6-localhost ip6-loopback\n"
        f"{wish.interfaces[0].addresses[0]} {wish.fqdn} {short}\n"
    )
    (etc / "resolv.conf").write_text(f"nameserver {RESOLVER}\n")


def _name_postfix(root: Path, fqdn: str) -> None:
    """Name the host in an installed Postfix, as Debian's installation does on a real one."""
    main_cf = root / "etc/postfix/main.cf"
    domain = fqdn.split(".", 1)[1]
    text = MYHOSTNAME.sub(f"myhostname = {fqdn}", main_cf.read_text())
    here = f"$myhostname, {fqdn}, localhost.{domain}, , localhost"
    main_cf.write_text(MYDESTINATION.sub(f"mydestination = {here}", text))
    (root / "etc/mailname").write_text(f"{fqdn}\n")


def _host_keys(root: Path, comment: str) -> str:
    for kind in KEY_TYPES:
        file = root / f"etc/ssh/ssh_host_{kind}_key"
        shell.run("ssh-keygen", "-q", "-t", kind, "-N", "", "-C", comment, "-f", file)
    public = (root / "etc/ssh/ssh_host_ed25519_key.pub").read_text().split()
    return " ".join(public[:2])


def _put(root: Path, file: File) -> None:
    target = root / file.path.lstrip("/")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.touch(mode=0o600)
    target.write_text(file.text)
    uid, gid = _account(root, file.owner)
    os.chown(target, uid, gid)
    target.chmod(file.mode)


def _account(root: Path, name: str) -> tuple[int, int]:
    """The user and group numbers of an account on the host, passwd(5)."""
    for line in (root / "etc/passwd").read_text().splitlines():
        fields = line.split(":")
        if fields[0] == name:
            return int(fields[2]), int(fields[3])
    raise KeyError(name)
