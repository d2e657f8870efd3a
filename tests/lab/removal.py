"""Removing hosts and the network, in whatever state a killed keeper left them."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor

from tests.lab import boot, cgroups, disk, hosts, latency, mounts, network, paths
from tests.lab.hosts import Host

AT_ONCE = 8


def remove_host(name: str, *, graceful: bool = False) -> None:
    """Remove a host: its processes (only those that a keeper started), cables and disk."""
    host = hosts.load(name) or Host(name, "", "", [], [])
    if graceful:
        boot.end_gracefully(host)
    else:
        boot.end_hard(host)
    latency.stop(host)
    for interface in host.interfaces:
        network.unplug(interface.cable)
    network.remove_namespace(name)
    disk.remove(name)
    cgroups.remove(name)
    paths.known_hosts(name).unlink(missing_ok=True)
    paths.host_state(name).with_suffix(".part").unlink(missing_ok=True)
    paths.host_state(name).unlink(missing_ok=True)


def remove_everything() -> list[str]:
    """Remove all hosts, the network and the run's files; return the hosts' names."""
    names = hosts.written_names() | network.namespaces() | cgroups.names()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(remove_host, names))
    network.take_down()
    for point in mounts.below(paths.HOSTS):
        mounts.unmount(point)
    for folder in (paths.HOSTS, paths.CLIENT):
        if folder.exists():
            shutil.rmtree(folder)
    paths.SOCKET.unlink(missing_ok=True)
    paths.CA_FILE.unlink(missing_ok=True)
    return sorted(names)
