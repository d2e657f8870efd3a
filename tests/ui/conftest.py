"""Windows need a screen."""

from __future__ import annotations

import os

import pytest


@pytest.fixture(scope="session")
def qapp_args() -> list[str]:
    """Return the program's arguments; without a screen Qt would end the interpreter."""
    if not os.environ.get("DISPLAY"):
        pytest.exit(
            "no screen: .venv/bin/python -m tests.tools.session .venv/bin/pytest tests/ui", 2
        )
    return ["mailwright"]
