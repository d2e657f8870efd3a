"""What starts quickly imports little: heavy libraries wait until they are wanted."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = {"aiosmtplib", "asyncio", "cryptography", "dns", "jinja2", "keyring", "numpy", "paramiko"}


@pytest.mark.parametrize("module", ["mailwright.cli", "mailwright_ui.app"])
def test_nothing_heavy_is_imported_at_the_start(module: str) -> None:
    code = f"import sys, {module}; print(*sys.modules)"
    answer = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, timeout=60
    )
    assert HEAVY & set(answer.stdout.split()) == set()
