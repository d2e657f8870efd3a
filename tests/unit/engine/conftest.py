from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest

from mailwright import datafiles
from mailwright.engine import entry, remote
from tests.unit.engine.far import QUICK, Far

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def far(monkeypatch: pytest.MonkeyPatch) -> Iterator[Far]:
    """A server in a folder; entries carry a runner that knows that folder alone."""
    with TemporaryDirectory(dir=QUICK) as folder:
        server = Far(Path(folder))
        runner = server.folder / "runner.sh"
        text = server.here(datafiles.data_path("server/runner.sh").read_text())
        text = text.replace("turns_a_second=5", "turns_a_second=50")
        runner.write_text(text.replace("sleep 0.2", "sleep 0.02"))

        def data_path(relative: str) -> Path:
            return runner if relative == "server/runner.sh" else datafiles.data_path(relative)

        monkeypatch.setattr(entry, "data_path", data_path)
        # A fraction: the shell counts turns in whole numbers.
        monkeypatch.setattr(remote, "POLL_SECONDS", Fraction(1, 2))
        monkeypatch.setattr(remote, "_TIMES_A_SECOND", 50)
        yield server
        server.settle()
