"""What each command of the command line does."""

from __future__ import annotations

import logging
import os
import statistics
import sys
import time
from typing import TYPE_CHECKING, cast

from tests.lab import build as images
from tests.lab import launch, needs, owner, paths, records, shell, wire
from tests.lab.client import Lab
from tests.lab.records import Record

if TYPE_CHECKING:
    from argparse import Namespace

    from tests.lab.client import Wish
    from tests.lab.host import Host


def say(text: str) -> None:
    """Print a line for people."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def build(options: Namespace) -> None:
    """Build missing images, as root."""
    wanted = options.images
    if not needs.is_root():
        os.chdir(paths.PROJECT)
        environment = [f"MWLAB_DIR={paths.base()}"]
        if "MWLAB_ARCHIVE" in os.environ:
            environment.append(f"MWLAB_ARCHIVE={os.environ['MWLAB_ARCHIVE']}")
        words = (sys.executable, "-B", "-m", "tests.lab", "build", *wanted)
        shell.replace(*launch.as_root("env", *environment, *words))
    logging.basicConfig(level=logging.INFO, format="[lab %(asctime)s] %(message)s")
    started = time.monotonic()
    stock = images.ensure(wanted)
    seconds = time.monotonic() - started
    say(f"{', '.join(stock.layers)} are ready in {paths.base()} ({seconds:.1f} s)")


def up(options: Namespace) -> None:
    """Start a keeper that stays."""
    started = time.monotonic()
    order = launch.Order(options.images, "lab up", options.wait, until_eof=False)
    launch.stop(launch.start(order))
    say(f"the network is up ({time.monotonic() - started:.1f} s)")


def down(options: Namespace) -> None:
    """End the keeper that stays."""
    wire.ask("down", to_the_end=True)
    say("the network is down")


def status(options: Namespace) -> None:
    """Show the holder and the hosts."""
    holder = owner.current()
    if holder is None:
        say("nobody holds the lab")
        return
    say(f"the lab is held by {holder.describe()}")
    for host in Lab.attach().status():
        state = "running" if host.running else "crashed"
        say(f"{host.name:8} {host.ip:16} {host.image:12} {host.fqdn:28} {state} {host.rtt_ms:g} ms")


def fresh(options: Namespace) -> None:
    """Make a target."""
    asked = {key: getattr(options, key) for key in ("name", "fqdn", "ip", "lan")}
    wish = cast("Wish", {key: value for key, value in asked.items() if value})
    wish["rtt_ms"] = options.rtt
    host = Lab.attach().fresh(options.image, **wish)
    say(f"{host.name} {host.ip} {host.fqdn}: ready after {host.ready_seconds:.2f} s")
    say(f"host key: {host.host_key.type} {host.host_key.fingerprint}")
    say(f"log in: {' '.join(host.ssh_command())}")


def ssh(options: Namespace) -> None:
    """Become an ssh client."""
    shell.replace(*Lab.attach().find(options.name).ssh_command(), *options.command)


def stop(options: Namespace) -> None:
    """Throw a target away."""
    Lab.attach().find(options.name).stop(graceful=options.graceful)


def publish(options: Namespace) -> None:
    """Add a DNS record."""
    is_text = options.type.upper() == "TXT" and not options.data.startswith('"')
    data = records.txt(options.data) if is_text else options.data
    Lab.attach().publish(options.zone, [Record(options.name, options.type, data)])


def mail(options: Namespace) -> None:
    """Print delivered messages."""
    for message in Lab.attach().mail(options.recipient):
        say(message.decode(errors="replace"))


def bench(options: Namespace) -> None:
    """Measure fresh targets, in a lab that is up."""
    lab = Lab.attach()
    made, ended = [], []
    for _ in range(options.n):
        host: Host = lab.fresh(options.image)
        made.append(host.ready_seconds)
        started = time.monotonic()
        host.stop()
        ended.append(time.monotonic() - started)
    for what, times in (("ready", made), ("thrown away", ended)):
        middle = statistics.median(times)
        say(
            f"{options.image} {what}: median {middle:.2f} s, {min(times):.2f} to {max(times):.2f} s"
        )
