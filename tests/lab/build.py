"""Building everything that a lab is made from, once.

A layer grows in a folder that ends in ``.part`` and gets its name when it is finished, so
a killed build leaves nothing that looks finished.
"""

from __future__ import annotations

import contextlib
import fcntl
import functools
import logging
import shutil
import time
from typing import TYPE_CHECKING, NamedTuple

from tests.lab import definitions, images, mirror, mounts, needs, paths, trust
from tests.lab.definitions import load, release_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

log = logging.getLogger("lab")
PEER = "peer"
UNUSED_DAYS = 14
DAY_SECONDS = 86400


class Stock(NamedTuple):
    """Finished layers: image name to folders (top first), and release to mirror folder."""

    layers: dict[str, list[Path]]
    mirrors: dict[str, Path]


def ensure(wanted: Sequence[str]) -> Stock:
    """Build what is missing of the wanted images and of the peers.

    :raises LabError: if an image is not defined, or a step fails.
    """
    releases = sorted({load().peer_release, *map(release_of, wanted)})
    stock = Stock({}, {})
    with _locked():
        _remove_unfinished()
        needs.install()
        paths.logs().mkdir(exist_ok=True)
        trusted = trust.ensure()
        for release in releases:
            _add_release(stock, release, trusted)
        for image in wanted:
            if image not in stock.layers:
                _add_packages(stock, image, release_of(image), load().mail)
        _add_peer(stock)
        _remove_unused(stock)
    return stock


@contextlib.contextmanager
def _locked() -> Iterator[None]:
    paths.base().mkdir(parents=True, exist_ok=True)
    with (paths.base() / ".build.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            log.info("waiting for another build of images in %s", paths.base())
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _remove_unfinished() -> None:
    """Remove what a killed build has left; the lock says that none is running."""
    for folder in (paths.images(), paths.mirrors()):
        folder.mkdir(exist_ok=True)
        for point in mounts.below(folder):
            mounts.unmount(point)
        for entry in folder.glob("*.part*"):
            shutil.rmtree(entry)


def _make(folder: Path, work: Callable[[Path], None]) -> None:
    """Make a folder with ``work`` unless it is there; note that it is in use."""
    if not folder.exists():
        log.info("building %s", folder.name)
        started = time.monotonic()
        unfinished = folder.with_name(f"{folder.name}.part")
        work(unfinished)
        unfinished.rename(folder)
        log.info("built %s in %.1f s", folder.name, time.monotonic() - started)
    _used_mark(folder).touch()


def _used_mark(folder: Path) -> Path:
    return folder.with_name(f".{folder.name}.used")


def _add_release(stock: Stock, release: str, trusted: trust.Trust) -> None:
    base = definitions.base_folder(release, "".join(trusted))
    _make(base, functools.partial(images.build_base, release, trusted))
    archive = definitions.mirror_folder(release, base)
    _make(archive, functools.partial(mirror.build, release, base))
    stock.layers[release], stock.mirrors[release] = [base], archive


def _add_packages(stock: Stock, name: str, release: str, packages: tuple[str, ...]) -> None:
    below, archive = stock.layers[release], stock.mirrors[release]
    folder = definitions.layer_folder(name, below[0], packages, archive.name)
    _make(folder, functools.partial(images.build_packages, release, below, archive, packages))
    stock.layers[name] = [folder, *below]


def _add_peer(stock: Stock) -> None:
    _add_packages(stock, "peer-packages", load().peer_release, load().peer)
    below = stock.layers["peer-packages"]
    folder = definitions.layer_folder(PEER, below[0], definitions.roles_text())
    _make(folder, functools.partial(images.build_roles, below, trust.ca_folder()))
    stock.layers[PEER] = [folder, *below]


def _remove_unused(stock: Stock) -> None:
    """Remove layers and mirrors that no lab has used for two weeks."""
    kept = {folder for folders in stock.layers.values() for folder in folders}
    kept |= set(stock.mirrors.values())
    oldest = time.time() - UNUSED_DAYS * DAY_SECONDS
    for mark in [*paths.images().glob(".*.used"), *paths.mirrors().glob(".*.used")]:
        folder = mark.with_name(mark.name.removeprefix(".").removesuffix(".used"))
        if folder not in kept and mark.stat().st_mtime < oldest:
            log.info("removing %s, unused for %d days", folder.name, UNUSED_DAYS)
            shutil.rmtree(folder, ignore_errors=True)
            mark.unlink()
