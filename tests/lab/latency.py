"""The round-trip time of a host's cable to the Internet."""

from __future__ import annotations

import signal
import sys
import time
from typing import TYPE_CHECKING

from tests.lab import network, paths, process, shell
from tests.lab.errors import LabError

if TYPE_CHECKING:
    from tests.lab.hosts import Host

LIMIT_SECONDS = 10.0
LONGEST_MS = 5000.0


def apply(host: Host, rtt_ms: float) -> None:
    """Make every round trip over a host's first cable so much longer; 0 ends it.

    The cable is open for the tenth of a second that a change takes.

    :raises LabError: if the value is out of bounds or the delay does not start.
    """
    if not 0 <= rtt_ms <= LONGEST_MS:
        raise LabError(f"a round trip of {rtt_ms} ms is not between 0 and {LONGEST_MS:.0f}")
    interface = host.interfaces[0]
    stop(host)
    if not rtt_ms:
        network.connect(interface.cable, interface.bridge)
    else:
        network.disconnect(interface.cable)
        network.without_offloads(host.name, interface)
        _start(host, rtt_ms / 2)
    host.rtt_ms = rtt_ms
    host.save()


def stop(host: Host) -> None:
    """End a host's delay, if there is one."""
    if host.delay:
        process.end(host.delay, signal.SIGTERM)
        if not process.wait_gone(host.delay, LIMIT_SECONDS):
            process.end(host.delay, signal.SIGKILL)
    host.delay = None


def _start(host: Host, one_way_ms: float) -> None:
    interface = host.interfaces[0]
    log = paths.logs() / f"{host.name}.delay"
    log.unlink(missing_ok=True)
    started = shell.start(
        *("ip", "netns", "exec", network.SWITCH, sys.executable, "-B", paths.HERE / "delay.py"),
        *(interface.cable, f"delay{interface.last}", interface.bridge, str(one_way_ms)),
        output=log,
    )
    host.delay = process.identify(started.pid)
    deadline = time.monotonic() + LIMIT_SECONDS
    while not log.read_text().startswith("ready"):
        if started.poll() is not None or time.monotonic() > deadline:
            raise LabError(f"{host.name}: the delay does not start:\n{log.read_text()}")
        time.sleep(process.POLL_SECONDS)
