"""The lab's command line."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from tests.lab import commands
from tests.lab.client import WAIT_SECONDS
from tests.lab.definitions import load
from tests.lab.errors import LabError

if TYPE_CHECKING:
    from collections.abc import Callable

    Add = Callable[[str, Callable[[argparse.Namespace], None], str], argparse.ArgumentParser]

DESCRIPTION = """A practice network of real throwaway Debian servers on this machine: targets,
DNS, a receiving MX, a relay, an ACME server and a package mirror. Nothing in it reaches the
Internet. It needs root, or sudo without a password."""
WISHES = {
    "name": "its name in the lab",
    "fqdn": "its full host name",
    "ip": "its address, 198.51.100.100 to 198.51.100.125",
    "lan": "a second address in the office network, 198.51.100.130 to 198.51.100.254",
}


def parser() -> argparse.ArgumentParser:
    """The command line's grammar."""
    top = argparse.ArgumentParser(prog="python3 -m tests.lab", description=DESCRIPTION)
    verbs = top.add_subparsers(required=True, metavar="COMMAND")

    def add(
        name: str, run: Callable[[argparse.Namespace], None], text: str
    ) -> argparse.ArgumentParser:
        one = verbs.add_parser(name, help=text, description=text)
        one.set_defaults(run=run)
        return one

    _add_network_verbs(add)
    _add_host_verbs(add)
    return top


def _add_network_verbs(add: Add) -> None:
    images = load().images()
    one = add("build", commands.build, "build the images that are missing")
    one.add_argument("--images", nargs="+", choices=images, default=images, help="(default: all)")
    one = add("up", commands.up, "start the network and leave it up")
    one.add_argument("--images", nargs="+", choices=images, default=images, help="(default: all)")
    one.add_argument(
        "--wait", type=float, default=WAIT_SECONDS, metavar="SECONDS", help="for who holds it"
    )
    add("down", commands.down, "take down the network that `up` has started")
    add("status", commands.status, "who holds the lab, and which hosts there are")
    one = add("publish", commands.publish, "add a DNS record")
    one.add_argument("zone", help="such as corp.example")
    one.add_argument("name", help="such as _dmarc.corp.example")
    one.add_argument("type", help="such as TXT")
    one.add_argument("data", help="in zone file form; a TXT record's text is quoted for you")
    one = add("mail", commands.mail, "print what the receiving MX has delivered")
    one.add_argument("recipient", nargs="?", help="only what was for this address")


def _add_host_verbs(add: Add) -> None:
    one = add("fresh", commands.fresh, "make a target")
    one.add_argument("--image", default="deb12-mail", help="(default: %(default)s)")
    for option, text in WISHES.items():
        one.add_argument(f"--{option}", help=text)
    one.add_argument(
        "--rtt", type=float, default=0.0, metavar="MS", help="round-trip time in milliseconds"
    )
    one = add("ssh", commands.ssh, "log in to a host as root, or run a command there")
    one.add_argument("name")
    one.add_argument("command", nargs=argparse.REMAINDER)
    one = add("stop", commands.stop, "throw a target away")
    one.add_argument("name")
    one.add_argument("--graceful", action="store_true", help="let it shut down first")
    one = add("bench", commands.bench, "measure how long a fresh target takes")
    one.add_argument("--image", default="deb12-mail", help="(default: %(default)s)")
    one.add_argument("-n", type=int, default=5, help="how many targets (default: %(default)s)")


def main() -> int:
    """Run one command."""
    options = parser().parse_args()
    try:
        options.run(options)
    except LabError as error:
        sys.stderr.write(f"lab: {error}\n")
        return 1
    return 0
