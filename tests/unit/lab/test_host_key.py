from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.lab.host import HostKey

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.skipif(not shutil.which("ssh-keygen"), reason="needs OpenSSH's client")
def test_the_fingerprint_is_what_openssh_shows(tmp_path: Path) -> None:
    key = tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
    shown = subprocess.run(
        ["ssh-keygen", "-l", "-f", key], check=True, capture_output=True, text=True
    ).stdout
    kind, data, *_ = key.with_suffix(".pub").read_text().split()
    assert HostKey(kind, data).fingerprint == shown.split()[1]
