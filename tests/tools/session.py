"""A desktop session of its own for tests that need one.

`python -m tests.tools.session COMMAND...` runs a command with an X server without a monitor, a
D-Bus session bus, and empty folders for settings and data, so that neither the windows nor the
keyring of the person who tests are touched. All of it ends with the command.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SCREEN = "1600x1200x24"
XDG_FOLDERS = {
    "XDG_CACHE_HOME": "cache",
    "XDG_CONFIG_HOME": "config",
    "XDG_DATA_HOME": "data",
    "XDG_RUNTIME_DIR": "runtime",
    "XDG_STATE_HOME": "state",
}
END_SECONDS = 10


def main() -> None:
    """Run the command given as arguments; leave with its exit code."""
    with session() as environment:
        command = ["dbus-run-session", "--", *sys.argv[1:]]
        sys.exit(subprocess.run(command, env=environment, check=False).returncode)


@contextmanager
def session() -> Iterator[dict[str, str]]:
    """Hold an X server and empty folders; yield the environment that leads to them."""
    with tempfile.TemporaryDirectory(prefix="mailwright-session-") as folder, display() as screen:
        yield {
            **without_desktop(os.environ),
            **private_folders(Path(folder)),
            "DISPLAY": screen,
            "QT_QPA_PLATFORM": "xcb",
        }


def without_desktop(environment: Mapping[str, str]) -> dict[str, str]:
    """Return an environment without what leads to the person's own desktop."""
    desktop = {"DBUS_SESSION_BUS_ADDRESS", "GNOME_KEYRING_CONTROL", "WAYLAND_DISPLAY", "XAUTHORITY"}
    return {name: value for name, value in environment.items() if name not in desktop}


def private_folders(parent: Path) -> dict[str, str]:
    """Make empty folders for this session's data; return the variables that name them."""
    folders = {variable: parent / name for variable, name in XDG_FOLDERS.items()}
    for folder in folders.values():
        # The XDG Base Directory Specification asks for 0700 for the run-time folder.
        folder.mkdir(mode=0o700)
    return {variable: str(folder) for variable, folder in folders.items()}


@contextmanager
def display() -> Iterator[str]:
    """Hold an X server that draws into memory; yield its display."""
    reading, writing = os.pipe()
    options = ["-displayfd", str(writing), "-screen", "0", SCREEN, "-nolisten", "tcp", "-noreset"]
    # Its keyboard compiler warns about symbols that X11 does not know, each time.
    with subprocess.Popen(
        ["Xvfb", *options], pass_fds=[writing], stderr=subprocess.DEVNULL
    ) as server:
        os.close(writing)
        try:
            # It writes the number once it is ready; end of file means that it could not start.
            with os.fdopen(reading) as announced:
                number = announced.readline().strip()
            if not number:
                raise OSError(f"Xvfb ended with exit code {server.wait(END_SECONDS)}")
            yield f":{number}"
        finally:
            server.terminate()


if __name__ == "__main__":
    main()
