"""What every test run needs: current texts, and a marker for each folder."""

from __future__ import annotations

import runpy
import signal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from mailwright.i18n import LANGUAGES, set_language

if TYPE_CHECKING:
    from collections.abc import Iterator

pytest_plugins = ["tests.lab.fixtures"]

ROOT = Path(__file__).resolve().parent.parent
MARKED_FOLDERS = ("host", "shots", "ui")


def pytest_configure() -> None:
    # A run in the background may have been started with SIGINT ignored (POSIX shells do that).
    signal.signal(signal.SIGINT, signal.default_int_handler)
    # How long an example takes depends on what else the machine does; pytest-timeout ends a hang.
    settings.register_profile("mailwright", deadline=None)
    settings.load_profile("mailwright")
    compile_catalogues = runpy.run_path(str(ROOT / "packaging" / "compile_texts.py"))
    compile_catalogues["compile_catalogues"](ROOT / "resources" / "locale")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test by its folder, before `-m` selects by marker."""
    for item in items:
        folder = item.path.relative_to(ROOT / "tests").parts[0]
        if folder in MARKED_FOLDERS:
            item.add_marker(folder)


@pytest.fixture(scope="session", autouse=True)
def own_folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep the program under test away from the settings and data of the person who tests."""
    with pytest.MonkeyPatch.context() as patch:
        for kind in ("CACHE", "CONFIG", "DATA", "STATE"):
            patch.setenv(f"XDG_{kind}_HOME", str(tmp_path_factory.mktemp(kind.lower())))
        yield


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Begin each test in English, whatever language the one before has left."""
    set_language(LANGUAGES[0])
    yield
    set_language(LANGUAGES[0])


@pytest.fixture
def japanese(english: None) -> None:
    """Choose Japanese for one test."""
    set_language("ja")
