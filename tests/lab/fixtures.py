"""Fixtures for tests on real servers.

``MWLAB_ATTACH=1`` uses the lab that ``python3 -m tests.lab up`` has started.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Protocol, Unpack

import pytest

from tests.lab import needs
from tests.lab.client import Lab
from tests.lab.definitions import load
from tests.lab.errors import LabError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.lab.client import Wish
    from tests.lab.host import Host


class FreshHost(Protocol):
    """What the fixture ``fresh_host`` gives: :meth:`Lab.fresh`, for one test."""

    def __call__(self, image: str = "deb12-mail", **wish: Unpack[Wish]) -> Host: ...


# Shorter than a test may last, so that the error names who holds the lab.
WAIT_SECONDS = 240.0


@pytest.fixture(scope="session")
def lab(pytestconfig: pytest.Config) -> Iterator[Lab]:
    """The practice network. Without root or sudo: a failure in CI, elsewhere a skip."""
    if os.environ.get("MWLAB_ATTACH"):
        yield Lab.attach()
        return
    try:
        needs.check_root_or_sudo()
    except LabError as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(error))
    network = Lab(load().images(), "tests", wait=WAIT_SECONDS)
    capture = pytestconfig.pluginmanager.getplugin("capturemanager")
    with capture.global_and_fixture_disabled():  # for whom it waits, and what it builds
        network.start()
    yield network
    network.close()


@pytest.fixture
def fresh_host(lab: Lab) -> Iterator[FreshHost]:
    """A factory of targets that are thrown away after the test."""
    made: list[Host] = []

    def make(image: str = "deb12-mail", **wish: Unpack[Wish]) -> Host:
        made.append(lab.fresh(image, **wish))
        return made[-1]

    yield make
    alive = {host.name for host in lab.status()}
    for host in made:
        if host.name in alive:
            host.stop()
