"""The lab's certification authority and archive key: made once, trusted by every image."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tests.lab import paths, shell

if TYPE_CHECKING:
    from pathlib import Path

CA_NAME = "/CN=Practice network CA"
CA_DAYS = "3650"


class Trust(NamedTuple):
    """The public halves of what the images trust."""

    ca: str
    archive: str


def ca_folder() -> Path:
    """The folder of ca.pem and ca.key."""
    return paths.trust() / "ca"


def gnupg_folder() -> Path:
    """GnuPG's home with the key that signs the mirrors."""
    return paths.trust() / "gnupg"


def ensure() -> Trust:
    """Make both once, and return their public halves."""
    paths.trust().mkdir(mode=0o700, parents=True, exist_ok=True)
    ca, archive = ca_folder() / "ca.pem", paths.trust() / "archive.asc"
    if not ca.exists():
        _make_ca(ca)
    if not archive.exists():
        _make_archive_key(archive)
    return Trust(ca.read_text(), archive.read_text())


def _make_ca(ca: Path) -> None:
    ca.parent.mkdir(mode=0o700, exist_ok=True)
    unfinished = ca.with_suffix(".part")
    shell.run(
        *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
        *("-nodes", "-days", CA_DAYS, "-subj", CA_NAME),
        *("-addext", "keyUsage=critical,keyCertSign,cRLSign"),
        *("-keyout", ca.with_suffix(".key"), "-out", unfinished),
    )
    unfinished.rename(ca)


def _make_archive_key(archive: Path) -> None:
    gpg = ("gpg", "--homedir", gnupg_folder(), "--batch")
    gnupg_folder().mkdir(mode=0o700, exist_ok=True)
    shell.run(
        *gpg, "--passphrase", "", "--quick-gen-key", "practice network archive", "ed25519", "sign"
    )
    exported = shell.run(*gpg, "--armor", "--export").stdout
    shell.run("gpgconf", "--homedir", gnupg_folder(), "--kill", "all")
    archive.write_text(exported)


def sign(release: Path, signed: Path) -> None:
    """Sign an archive's Release file in the clear."""
    shell.run(
        *("gpg", "--homedir", gnupg_folder(), "--batch", "--yes", "--clearsign"),
        *("-o", signed, release),
    )
    shell.run("gpgconf", "--homedir", gnupg_folder(), "--kill", "all")
