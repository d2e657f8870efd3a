from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mailwright import datafiles
from mailwright.engine import entry, remote
from tests.unit.engine.far import Far

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def far(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Far]:
    """A server in a folder; entries carry a runner that knows that folder alone."""
    server = Far(tmp_path / "server")
    server.folder.mkdir()
    runner = server.folder / "runner.sh"
    runner.write_text(server.here(datafiles.data_path("server/runner.sh").read_text()))

    def data_path(relative: str) -> Path:
        return runner if relative == "server/runner.sh" else datafiles.data_path(relative)

    monkeypatch.setattr(entry, "data_path", data_path)
    monkeypatch.setattr(remote, "POLL_SECONDS", 0.5)
    yield server
    server.settle()
