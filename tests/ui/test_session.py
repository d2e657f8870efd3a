"""The session in which these tests run."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.tools.session import display, private_folders, without_desktop


def test_nothing_of_the_desktop_is_left_in_the_environment() -> None:
    mine = {"PATH": "/bin", "DBUS_SESSION_BUS_ADDRESS": "unix:path=/run/user/1000/bus"}
    assert without_desktop(mine) == {"PATH": "/bin"}


def test_folders_are_private(tmp_path: Path) -> None:
    folders = private_folders(tmp_path)
    assert {Path(folder).stat().st_mode & 0o777 for folder in folders.values()} == {0o700}
    assert all(Path(folder).is_relative_to(tmp_path) for folder in folders.values())


def test_the_screen_ends_with_the_block() -> None:
    with display() as screen:
        socket = Path(f"/tmp/.X11-unix/X{screen[1:]}")
        assert socket.exists()
    assert not socket.exists()


def test_the_command_gets_a_bus_a_screen_and_its_exit_code_is_kept() -> None:
    code = (
        "import os; print(os.environ['DBUS_SESSION_BUS_ADDRESS'], os.environ['DISPLAY']); exit(5)"
    )
    command = [sys.executable, "-m", "tests.tools.session", sys.executable, "-c", code]
    ended = subprocess.run(command, check=False, timeout=60, capture_output=True, text=True)
    bus, screen = ended.stdout.split()
    assert ended.returncode == 5
    assert bus != os.environ.get("DBUS_SESSION_BUS_ADDRESS")
    assert screen != os.environ.get("DISPLAY")
