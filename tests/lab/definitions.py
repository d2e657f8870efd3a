"""What the images hold (images.toml), and the names of the layers made from it.

A layer's folder carries a digest of everything that went into it. A changed definition
thus makes a new folder beside the old one, on which another lab may be running.
"""

from __future__ import annotations

import functools
import hashlib
import tomllib
from typing import TYPE_CHECKING, NamedTuple

from tests.lab import paths
from tests.lab.errors import LabError

if TYPE_CHECKING:
    from pathlib import Path

# Raise it when the way images are made changes while their definition does not.
METHOD = 1


class Definitions(NamedTuple):
    """The tables of images.toml."""

    suites: dict[str, str]
    base: tuple[str, ...]
    masked: tuple[str, ...]
    mail: tuple[str, ...]
    mirror: tuple[str, ...]
    peer: tuple[str, ...]
    peer_release: str
    machine: dict[str, str]

    def images(self) -> list[str]:
        """The images that targets can be made of."""
        return [name for release in self.suites for name in (release, f"{release}-mail")]

    def offered(self, release: str) -> list[str]:
        """The packages that the mirror of one release must hold."""
        own = self.peer if release == self.peer_release else ()
        return sorted({*self.mail, *self.mirror, *own})


@functools.cache
def load() -> Definitions:
    """Read images.toml."""
    with (paths.HERE / "images.toml").open("rb") as file:
        tables = tomllib.load(file)
    return Definitions(
        suites=tables["releases"],
        base=tuple(tables["base"]["packages"]),
        masked=tuple(tables["base"]["masked"]),
        mail=tuple(tables["mail"]["packages"]),
        mirror=tuple(tables["mirror"]["packages"]),
        peer=tuple(tables["peer"]["packages"]),
        peer_release=tables["peer"]["release"],
        machine=tables["machine"],
    )


def release_of(image: str) -> str:
    """The release of an image: ``deb12-mail`` is made of ``deb12``.

    :raises LabError: if the lab has no such image.
    """
    release = image.removesuffix("-mail")
    if release not in load().suites:
        raise LabError(f"there is no image {image!r}; there are: {', '.join(load().images())}")
    return release


def digest(*parts: object) -> str:
    """A short digest of what a layer is made from."""
    return hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()[:12]


def base_folder(release: str, trusted: str) -> Path:
    """The bare system; ``trusted`` is the text of the certificates and keys that it trusts."""
    table = load()
    key = digest(METHOD, table.suites[release], table.base, table.masked, trusted)
    return paths.images() / f"{release}-{key}"


def mirror_folder(release: str, base: Path) -> Path:
    """The package mirror of one release."""
    return paths.mirrors() / f"{release}-{digest(METHOD, load().offered(release), base.name)}"


def layer_folder(name: str, below: Path, *parts: object) -> Path:
    """A layer that is made from ``parts``, on top of another folder."""
    return paths.images() / f"{name}-{digest(METHOD, below.name, *parts)}"


def roles_text() -> str:
    """Everything that the peers' configuration is made from."""
    roles = paths.HERE / "roles"
    files = sorted(p for p in roles.rglob("*") if p.is_file() and "__pycache__" not in p.parts)
    return "\0".join(f"{path.relative_to(roles)}\0{path.read_text()}" for path in files)
