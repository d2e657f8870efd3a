"""A real Secret Service for tests: a session bus and GNOME Keyring, both of their own.

Use the fixture by importing it into a test module or a `conftest.py`:

    from tests.secret_service import secret_service
"""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

PROGRAMS = ("dbus-daemon", "dbus-send", "gnome-keyring-daemon")
READY_WITHIN = 10.0

# No folders of services: nothing but the keyring that we start ever answers, and in place of a
# prompt in a window there is a refusal.
BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path={socket}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""


@pytest.fixture
def secret_service(tmp_path: Path) -> Iterator[dict[str, str]]:
    """Yield the environment in which programs find an unlocked keyring."""
    with session_bus(tmp_path / "session") as environment, keyring_daemon(environment):
        yield environment


@contextmanager
def session_bus(folder: Path) -> Iterator[dict[str, str]]:
    """Run a session bus without any service; yields the environment that leads to it."""
    missing = [program for program in PROGRAMS if shutil.which(program) is None]
    if missing:
        pytest.fail(f"not installed: {', '.join(missing)} (requirements/debian.txt)")
    environment = _environment(folder)
    socket = folder / "bus"
    configuration = folder / "bus.conf"
    configuration.write_text(BUS.format(socket=socket))
    command = ["dbus-daemon", "--nofork", "--nopidfile", f"--config-file={configuration}"]
    with _running(command, environment, folder / "bus.log"):
        _wait_for(socket)
        yield {**environment, "DBUS_SESSION_BUS_ADDRESS": f"unix:path={socket}"}


@contextmanager
def keyring_daemon(environment: dict[str, str], *, unlocked: bool = True) -> Iterator[None]:
    """Run GNOME Keyring on the bus; its password is random and known to nobody afterwards."""
    log = Path(environment["HOME"]).parent / "keyring.log"
    command = ["gnome-keyring-daemon", "--foreground", "--components=secrets"]
    command.append("--unlock" if unlocked else "--start")
    password = secrets.token_hex(16).encode() if unlocked else b""
    with _running(command, environment, log, password):
        _wait_for_name(environment, "org.freedesktop.secrets")
        yield


def _environment(folder: Path) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    places = {"HOME": folder / "home", "XDG_RUNTIME_DIR": folder / "run"}
    for name in ("CACHE", "CONFIG", "DATA"):
        places[f"XDG_{name}_HOME"] = folder / name.lower()
    for place in places.values():
        place.mkdir(mode=0o700, parents=True)
    return {**kept, **{name: str(place) for name, place in places.items()}}


@contextmanager
def _running(
    command: list[str], environment: dict[str, str], log: Path, stdin: bytes = b""
) -> Iterator[None]:
    with ExitStack() as stack:
        output = stack.enter_context(log.open("wb"))
        process = stack.enter_context(
            subprocess.Popen(
                command, env=environment, stdin=subprocess.PIPE, stdout=output, stderr=output
            )
        )
        # It ends by its process id before Popen waits for it.
        stack.callback(process.kill)
        assert process.stdin is not None
        process.stdin.write(stdin)
        process.stdin.close()
        yield


def _wait_for(path: Path) -> None:
    end = time.monotonic() + READY_WITHIN
    while not path.exists():
        if time.monotonic() > end:
            pytest.fail(f"{path} did not appear: {path.with_suffix('.log').read_text()}")
        time.sleep(0.02)


def _wait_for_name(environment: dict[str, str], name: str) -> None:
    target = ["--dest=org.freedesktop.DBus", "/org/freedesktop/DBus"]
    question = ["org.freedesktop.DBus.NameHasOwner", f"string:{name}"]
    command = ["dbus-send", "--session", "--print-reply", *target, *question]
    end = time.monotonic() + READY_WITHIN
    while True:
        asked = subprocess.run(command, env=environment, capture_output=True, check=True, timeout=9)
        if b"boolean true" in asked.stdout:
            return
        if time.monotonic() > end:
            pytest.fail(f"{name} did not appear on the bus")
        time.sleep(0.02)
