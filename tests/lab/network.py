"""Bridges and cables.

The two bridges live in a network namespace of their own, so nothing of the machine's own
network or firewall touches the lab's traffic, and no host has a route out of it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tests.lab import shell
from tests.lab.addresses import LAN6, MACHINE, MACHINE_LAN, WAN6, WAN_BITS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.lab.addresses import Interface

PREFIX = "mwl-"
SWITCH = "mwl-inet"
NETNS = Path("/run/netns")
OFFLOADS = ("tx", "off", "tso", "off", "gso", "off", "gro", "off")
BRIDGES = (
    ("wan", f"{MACHINE}/{WAN_BITS}", f"{WAN6}1/64"),
    ("lan", f"{MACHINE_LAN}/{WAN_BITS}", f"{LAN6}1/64"),
)


def namespace(host: str) -> str:
    """The name of a host's network namespace."""
    return PREFIX + host


def namespaces() -> set[str]:
    """The hosts that have a network namespace."""
    if not NETNS.is_dir():
        return set()
    names = {entry.name for entry in NETNS.iterdir() if entry.name.startswith(PREFIX)}
    return {name.removeprefix(PREFIX) for name in names - {SWITCH}}


def bring_up() -> None:
    """Make the two bridges, and one cable from the machine to each."""
    shell.run("ip", "netns", "add", SWITCH)
    _bridged_frames_pass_no_firewall()
    for bridge, four, six in BRIDGES:
        device, far_end = PREFIX + bridge, f"up-{bridge}"
        _in_switch("link", "add", bridge, "type", "bridge", "stp_state", "0", "forward_delay", "0")
        _in_switch("link", "set", bridge, "up")
        shell.run(
            *("ip", "link", "add", device, "type", "veth"),
            *("peer", "name", far_end, "netns", SWITCH),
        )
        _in_switch("link", "set", far_end, "master", bridge, "up")
        shell.run("ip", "addr", "add", four, "dev", device)
        shell.run("ip", "-6", "addr", "add", six, "dev", device, "nodad")
        shell.run("ip", "link", "set", device, "up")
        # A machine that forwards for others (containers, virtual machines) must not here.
        Path(f"/proc/sys/net/ipv4/conf/{device}/forwarding").write_text("0")


def take_down() -> None:
    """Remove the bridges and the machine's cables, as far as they are there."""
    for bridge, _, _ in BRIDGES:
        if Path("/sys/class/net", PREFIX + bridge).exists():
            shell.run("ip", "link", "del", PREFIX + bridge)
    if (NETNS / SWITCH).exists():
        shell.run("ip", "netns", "del", SWITCH)


def add_namespace(host: str) -> None:
    """Make a host's network namespace."""
    shell.run("ip", "netns", "add", namespace(host))


def remove_namespace(host: str) -> None:
    """Remove a host's network namespace, if it is there."""
    if (NETNS / namespace(host)).exists():
        shell.run("ip", "netns", "del", namespace(host))


def plug(host: str, interfaces: Sequence[Interface]) -> None:
    """Give a host its interfaces, each with a cable to its bridge."""
    batch = ["link set lo up"]
    for interface in interfaces:
        _in_switch(
            *("link", "add", interface.cable, "type", "veth", "peer", "name", interface.device),
            *("address", interface.mac, "netns", namespace(host)),
        )
        _in_switch("link", "set", interface.cable, "master", interface.bridge, "up")
        batch += [
            f"addr add {address} dev {interface.device}{' nodad' if ':' in address else ''}"
            for address in interface.with_prefixes()
        ]
        batch.append(f"link set {interface.device} up")
    shell.run("ip", "-n", namespace(host), "-batch", "-", stdin="\n".join(batch) + "\n")


def unplug(cable: str) -> None:
    """Remove a cable.

    It is done before its namespace goes: the kernel takes its time with namespaces, and
    the cable's name would stay taken.
    """
    if (NETNS / SWITCH).exists():
        shell.run("ip", "-n", SWITCH, "link", "del", cable, check=False)


def cut(cable: str) -> None:
    """Interrupt a cable: nothing passes, and the host sees no carrier."""
    _in_switch("link", "set", cable, "down")


def mend(cable: str) -> None:
    """Undo :func:`cut`."""
    _in_switch("link", "set", cable, "up")


def connect(cable: str, bridge: str) -> None:
    """Put a cable straight into its bridge."""
    _in_switch("link", "set", cable, "master", bridge)


def disconnect(cable: str) -> None:
    """Take a cable out of its bridge, for something else to carry its frames."""
    _in_switch("link", "set", cable, "nomaster")


def without_offloads(host: str, interface: Interface) -> None:
    """Make a host send frames that are complete and of wire size.

    A packet socket would otherwise see frames of 64 KiB that have no checksums yet.
    """
    for place, device in ((namespace(host), interface.device), (SWITCH, interface.cable)):
        shell.run("ip", "netns", "exec", place, "ethtool", "-K", device, *OFFLOADS)


def _in_switch(*words: str) -> None:
    shell.run("ip", "-n", SWITCH, *words)


def _bridged_frames_pass_no_firewall() -> None:
    """Switch off bridge netfilter; its settings exist only where the module is loaded."""
    shell.run(
        *("ip", "netns", "exec", SWITCH, "sh", "-c"),
        'for f in /proc/sys/net/bridge/bridge-nf-call-*; do [ ! -e "$f" ] || echo 0 > "$f"; done',
    )
