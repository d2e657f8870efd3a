"""What starts quickly imports little: heavy libraries wait until they are wanted."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

HEAVY = {"aiosmtplib", "asyncio", "cryptography", "dns", "jinja2", "keyring", "numpy", "paramiko"}
NOT_FOR_THE_LIST = HEAVY | {"json", "msgspec", "ssl", "tarfile", "tomllib"}
NOT_FOR_THE_WINDOW = NOT_FOR_THE_LIST | {"sqlite3", "mailwright.bootstrap", "mailwright_ui.words"}

LISTING = """
import sys
from mailwright_ui.world import World
names = [(each.name, each.last_entry.title) for each in World().known_servers()]
print(*sys.modules)
print(names)
"""
MEETING = """
from mailwright.bootstrap import build
from mailwright.model.journal import Entry, EntryState
from mailwright.model.server import Server
journal = build().journal
journal.meet(Server("mx1", "192.0.2.1"))
journal.put("mx1", Entry("1", EntryState.CONFIRMED, "me@desk", "Set-up"))
"""


def run(code: str, environment: Mapping[str, str] | None = None) -> str:
    return subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, **(environment or {})},
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    ).stdout


@pytest.mark.parametrize(
    ("module", "unwanted"),
    [("mailwright.cli", HEAVY), ("mailwright_ui.app", NOT_FOR_THE_WINDOW)],
)
def test_nothing_heavy_is_imported_at_the_start(module: str, unwanted: set[str]) -> None:
    assert unwanted & set(run(f"import sys, {module}; print(*sys.modules)").split()) == set()


def test_the_list_of_servers_needs_the_database_alone(tmp_path: Path) -> None:
    data = {"XDG_DATA_HOME": str(tmp_path)}
    run(MEETING, data)
    modules, names = run(LISTING, data).splitlines()
    assert names == "[('mx1', 'Set-up')]"
    assert NOT_FOR_THE_LIST & set(modules.split()) == set()
    assert "sqlite3" in modules.split()


def test_garbage_is_looked_for_once_the_start_is_over() -> None:
    code = "import gc; from mailwright_ui import app; gc.disable(); app.collect_garbage();"
    enabled, frozen = run(f"{code} print(gc.isenabled(), gc.get_freeze_count())").split()
    assert enabled == "True"
    assert int(frozen) > 10_000
