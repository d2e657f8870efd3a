from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mailwright.secrets import Secret, SecretKind
from tests.unit.usecases.practice import PASSWORD, Practice

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def server(tmp_path: Path) -> Practice:
    """A fresh server, the password of whose relay is stored."""
    made = Practice(tmp_path)
    made.parts.secrets.set("mx1", SecretKind.RELAY, Secret(PASSWORD))
    return made
