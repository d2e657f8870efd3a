"""Starting and ending the systemd of a host, by systemd-nspawn."""

from __future__ import annotations

import os
import shlex
import signal
from typing import TYPE_CHECKING

from tests.lab import cgroups, network, paths, process, shell
from tests.lab.errors import LabError

if TYPE_CHECKING:
    from pathlib import Path

    from tests.lab.hosts import Host
    from tests.lab.process import Identity

MEMORY_LIMIT = "1G"
GRACEFUL_SECONDS = 30.0
HARD_SECONDS = 10.0
REBOOT_STATUS = 133  # how nspawn with --keep-unit says that the host wants to start again
# The shell moves itself into the host's own control groups before it starts nspawn.
SHELL = """
for group in {groups}; do mkdir -p "$group" && echo $$ > "$group/cgroup.procs"; done
[ ! -w {limit} ] || echo {memory} > {limit}
while :; do "$@"; [ $? -eq {reboot} ] || exit; done
"""
ENVIRONMENT = {
    "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
    # A server of today has the unified hierarchy only.
    "SYSTEMD_NSPAWN_UNIFIED_HIERARCHY": "1",
    # `sysctl -w net...` must work on the host, as on a real one.
    "SYSTEMD_NSPAWN_API_VFS_WRITABLE": "network",
}
NSPAWN = (
    *("systemd-nspawn", "--quiet", "--boot", "--register=no", "--keep-unit", "--settings=no"),
    *("--capability=CAP_NET_ADMIN", "--console=pipe", "--link-journal=no", "--notify-ready=no"),
    *("--resolv-conf=off", "--timezone=off"),
)


def console(name: str) -> Path:
    """What a host printed while it started and ran."""
    return paths.logs() / f"{name}.console"


def start(host: Host) -> None:
    """Start a host's systemd; it is not ready when this returns."""
    groups = cgroups.folders(host.name)
    script = SHELL.format(
        groups=" ".join(shlex.quote(str(group)) for group in groups),
        limit=shlex.quote(f"/sys/fs/cgroup/memory/mwlab/{host.name}/memory.limit_in_bytes"),
        memory=MEMORY_LIMIT,
        reboot=REBOOT_STATUS,
    )
    started = shell.start(
        *("/bin/sh", "-c", script, "sh", *NSPAWN),
        f"--directory={paths.host_root(host.name)}",
        f"--machine={network.namespace(host.name)}",
        f"--hostname={host.fqdn}",
        f"--network-namespace-path={network.NETNS / network.namespace(host.name)}",
        *(f"--bind-ro={source}:{target}" for source, target in host.folders),
        output=console(host.name),
        env=ENVIRONMENT,
    )
    host.init = process.identify(started.pid)
    host.save()


def running(host: Host) -> bool:
    """Whether a host's processes are there."""
    return host.init is not None and process.alive(host.init)


def leader(host: Host) -> Identity | None:
    """The host's PID 1, as the machine sees it."""
    if host.init is None or not process.alive(host.init):
        return None
    pid = process.child(process.child(host.init.pid))
    return process.identify(pid) if pid else None


def end_hard(host: Host) -> None:
    """End a host as a power cut does: the kernel ends everything that its PID 1 started.

    :raises LabError: if something is still there after ten seconds.
    """
    first = leader(host)
    if first:
        process.end(first, signal.SIGKILL)
    elif host.init:
        process.end(host.init, signal.SIGKILL)
    if host.init and not process.wait_gone(host.init, HARD_SECONDS):
        process.end(host.init, signal.SIGKILL)
    for pid in cgroups.processes(host.name):
        left = process.identify(pid)
        if left:
            process.end(left, signal.SIGKILL)
            if not process.wait_gone(left, HARD_SECONDS):
                raise LabError(f"{host.name}: process {pid} does not end")


def end_gracefully(host: Host) -> None:
    """Let a host shut down by itself; what is left after half a minute is ended hard."""
    if host.init and process.alive(host.init):
        nspawn = process.identify(process.child(host.init.pid))
        if nspawn:
            os.kill(nspawn.pid, signal.SIGTERM)
            process.wait_gone(host.init, GRACEFUL_SECONDS)
    end_hard(host)
