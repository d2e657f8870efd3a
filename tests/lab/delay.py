"""Delay on one cable, for kernels without ``sch_netem``.

Run inside the switch's namespace as ``delay.py CABLE TAP BRIDGE MILLISECONDS``. Each frame
between CABLE (an interface outside of the bridge) and TAP (made here and put into BRIDGE)
is held for so many milliseconds in each direction; the round trip grows by twice that, for
every protocol, the TCP handshake too. Prints ``ready`` and ends with its cable.
"""

from __future__ import annotations

import collections
import errno
import fcntl
import functools
import os
import select
import signal
import socket
import struct
import subprocess
import sys
import time
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Callable

TUNSETIFF = 0x400454CA  # linux/if_tun.h
IFF_TAP, IFF_NO_PI = 0x0002, 0x1000
ETH_P_ALL = 3  # linux/if_ether.h
PACKET_OUTGOING = 4  # linux/if_packet.h
FRAME_SIZE = 65600
FRAMES_AT_ONCE = 64
IDLE_SECONDS = 3600.0

Queue = collections.deque[tuple[float, bytes]]


def open_tap(name: str, bridge: str) -> int:
    """Make a TAP interface and put it into the bridge."""
    tap = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(tap, TUNSETIFF, struct.pack("16sH", name.encode(), IFF_TAP | IFF_NO_PI))
    command = ["ip", "link", "set", name, "master", bridge, "up"]
    subprocess.run(command, check=True)
    return tap


def open_cable(name: str) -> socket.socket:
    """Open the cable's end for whole frames, those for other addresses included."""
    command = ["ip", "link", "set", name, "promisc", "on"]
    subprocess.run(command, check=True)
    raw = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
    raw.bind((name, 0))
    raw.setblocking(False)
    return raw


class Line:
    """The two ends, and the frames that are under way between them."""

    def __init__(self, tap: int, raw: socket.socket, seconds: float) -> None:
        self.tap, self.raw, self.seconds = tap, raw, seconds
        self.to_tap: Queue = collections.deque()
        self.to_cable: Queue = collections.deque()

    def pause(self) -> float:
        """Seconds until the next frame is due."""
        due = [queue[0][0] for queue in (self.to_tap, self.to_cable) if queue]
        return max(0.0, min(due) - time.monotonic()) if due else IDLE_SECONDS

    def take(self, descriptor: int) -> None:
        """Read the frames that wait at one end."""
        for _ in range(FRAMES_AT_ONCE):
            if descriptor == self.tap:
                frame = os.read(self.tap, FRAME_SIZE)
                self.to_cable.append((time.monotonic() + self.seconds, frame))
                continue
            frame, address = self.raw.recvfrom(FRAME_SIZE)
            if address[2] != PACKET_OUTGOING:
                self.to_tap.append((time.monotonic() + self.seconds, frame))

    def give(self) -> None:
        """Write the frames whose time has come."""
        now = time.monotonic()
        while self.to_tap and self.to_tap[0][0] <= now:
            os.write(self.tap, self.to_tap.popleft()[1])
        while self.to_cable and self.to_cable[0][0] <= now:
            self.raw.send(self.to_cable.popleft()[1])


# What a full queue or a cut cable says: the frame is lost, as on a real line.
LOST = {errno.EAGAIN, errno.EINTR, errno.ENETDOWN, errno.ENOBUFS, errno.EIO}


def carry(line: Line) -> None:
    """Carry frames until the cable is removed."""
    poll = select.epoll()
    poll.register(line.tap, select.EPOLLIN)
    poll.register(line.raw, select.EPOLLIN)
    while True:
        ready = poll.poll(line.pause())
        steps: list[Callable[[], None]] = [functools.partial(line.take, end) for end, _ in ready]
        for step in (*steps, line.give):
            try:
                step()
            except OSError as error:
                if error.errno not in LOST:
                    return


def main() -> NoReturn:
    """Delay one cable until it is removed or a SIGTERM comes."""
    cable, tap, bridge, milliseconds = sys.argv[1:]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    line = Line(open_tap(tap, bridge), open_cable(cable), float(milliseconds) / 1000)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    carry(line)
    sys.exit(0)


if __name__ == "__main__":
    main()
