"""The network that one keeper runs: its hosts, and what can be done with them."""

from __future__ import annotations

import base64
import os
import re
import shutil
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from tests.lab import (
    addresses,
    boot,
    disk,
    dns,
    latency,
    mailbox,
    manifest,
    network,
    paths,
    peers,
    process,
    ready,
    removal,
    shell,
    trust,
)
from tests.lab.errors import LabError
from tests.lab.hosts import Host, Wish
from tests.lab.peers import NAMES, PEERS, Secrets
from tests.lab.records import Record

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tests.lab.build import Stock
    from tests.lab.manifest import Files
    from tests.lab.wire import Json

NAME = re.compile(r"[a-z][a-z0-9]{0,19}")
FQDN = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+")
REBOOT_SECONDS = 60.0


class Site:
    """Hosts and peers. All methods may be called from several threads."""

    def __init__(self, stock: Stock, user: int) -> None:
        self._stock = stock
        self._user = user
        self._lock = threading.Lock()
        self._hosts: dict[str, Host] = {}
        self._taken: dict[str, str] = {}  # name to address, from the moment of handing out
        self._made = 0
        self.secrets = Secrets()

    def bring_up(self) -> None:
        """Make the network and start the peers."""
        self._prepare_client_folder()
        network.bring_up()
        with ThreadPoolExecutor(len(PEERS)) as pool:
            list(pool.map(self._start_peer, PEERS))

    def _prepare_client_folder(self) -> None:
        """Lay out what the unprivileged user needs: a key pair, and the authority."""
        paths.HOSTS.mkdir(mode=0o755, exist_ok=True)
        paths.CLIENT.mkdir(mode=0o700, exist_ok=True)
        key = paths.CLIENT / "id_ed25519"
        shell.run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "lab", "-f", key)
        for path in (paths.CLIENT, key, key.with_suffix(".pub")):
            os.chown(path, self._user, -1)
        shutil.copyfile(trust.ca_folder() / "ca.pem", paths.CA_FILE)
        paths.CA_FILE.chmod(0o644)

    def _start_peer(self, peer: peers.Peer) -> None:
        host = self._create(peers.wish(peer, self.secrets, self._stock.mirrors))
        peers.finish(peer, host, self.secrets)

    def hello(self) -> Json:
        """What a client must know of this run."""
        run = self.secrets
        return {
            "images": [name for name in self._stock.layers if not name.startswith(peers.IMAGE)],
            "relay_password": run.relay_password,
            "stranger_password": run.stranger_password,
            "tsig": run.tsig,
            "peers": {name: self.describe(self._hosts[name]) for name in NAMES},
        }

    def describe(self, host: Host) -> Json:
        """A host, for a client."""
        return {
            "name": host.name,
            "image": host.image,
            "fqdn": host.fqdn,
            "ip": host.ip,
            "host_key": host.host_key,
            "rtt_ms": host.rtt_ms,
            "running": boot.running(host),
            "timings": host.timings,
        }

    def status(self) -> list[Json]:
        """All hosts."""
        return [self.describe(host) for host in list(self._hosts.values())]

    def fresh(self, image: str, wanted: Json) -> Json:
        """Make a target and wait until root can log in.

        :param wanted: ``name``, ``fqdn``, ``ip``, ``lan``, ``rtt_ms``, each may be missing.
        :raises LabError: if something wanted is taken or wrong, or the host does not start.
        """
        if image not in self._stock.layers or image.startswith(peers.IMAGE):
            raise LabError(f"this lab was started without the image {image!r}")
        name, ip = self._hand_out(wanted.get("name"), wanted.get("ip"))
        try:
            host = self._create(self._target(name, ip, image, wanted))
        except BaseException:
            removal.remove_host(name)
            with self._lock:
                del self._taken[name]
            raise
        return self.describe(host)

    def _hand_out(self, name: str | None, ip: str | None) -> tuple[str, str]:
        with self._lock:
            if name is None:
                self._made += 1
                name = f"t{self._made}"
            if not NAME.fullmatch(name) or name in NAMES:
                raise LabError(f"{name!r} cannot be a target's name: lower case letters and digits")
            if name in self._taken:
                raise LabError(f"there is a host {name!r} already; stop it first")
            self._taken[name] = addresses.allocate(self._taken.values(), ip)
            return name, self._taken[name]

    def _target(self, name: str, ip: str, image: str, wanted: Json) -> Wish:
        fqdn = wanted.get("fqdn") or f"{name}.lab.example"
        if not FQDN.fullmatch(fqdn):
            raise LabError(f"{fqdn!r} is not a full host name")
        interfaces = [addresses.Interface("eth0", "wan", (ip,))]
        if wanted.get("lan"):
            addresses.check_lan(wanted["lan"])
            interfaces.append(addresses.Interface("eth1", "lan", (wanted["lan"],)))
        return Wish(name, image, fqdn, tuple(interfaces), float(wanted.get("rtt_ms") or 0))

    def _create(self, wish: Wish) -> Host:
        started = time.monotonic()
        layers: Sequence[Path] = self._stock.layers[wish.image]
        host = Host(wish.name, wish.image, wish.fqdn, list(wish.interfaces), list(wish.folders))
        host.save()
        boot.console(wish.name).unlink(missing_ok=True)
        host.host_key = disk.make(wish, layers, self._public_key())
        self._write_known_hosts(host)
        network.add_namespace(wish.name)
        network.plug(wish.name, wish.interfaces)
        if wish.rtt_ms:
            latency.apply(host, wish.rtt_ms)
        boot.start(host)
        ready.wait_for_login(host)
        host.timings["ready"] = time.monotonic() - started
        with self._lock:
            self._hosts[wish.name] = host
        return host

    def _public_key(self) -> str:
        return (paths.CLIENT / "id_ed25519.pub").read_text()

    def _write_known_hosts(self, host: Host) -> None:
        file = paths.known_hosts(host.name)
        file.write_text(f"{host.ip} {host.host_key}\n")
        os.chown(file, self._user, -1)

    def find(self, name: str) -> Host:
        """A host by its name.

        :raises LabError: if there is none.
        """
        with self._lock:
            host = self._hosts.get(name)
        if host is None:
            raise LabError(f"there is no host {name!r} in the lab")
        return host

    def stop(self, name: str, *, graceful: bool) -> None:
        """Throw a target away."""
        self.find(name)
        if name in NAMES:
            raise LabError(f"{name} belongs to the lab and stops with it")
        removal.remove_host(name, graceful=graceful)
        with self._lock:
            del self._hosts[name]
            del self._taken[name]

    def set_rtt(self, name: str, rtt_ms: float) -> None:
        """Change the round-trip time of a host's cable."""
        latency.apply(self.find(name), rtt_ms)

    def cut(self, name: str) -> None:
        """Interrupt all cables of a host."""
        for interface in self.find(name).interfaces:
            network.cut(interface.cable)

    def mend(self, name: str) -> None:
        """Undo :meth:`cut`."""
        for interface in self.find(name).interfaces:
            network.mend(interface.cable)

    def crash(self, name: str) -> None:
        """End a host without warning; its disk stays."""
        boot.end_hard(self.find(name))

    def start_again(self, name: str) -> None:
        """Start a crashed host from its disk and wait until root can log in."""
        host = self.find(name)
        if boot.running(host):
            raise LabError(f"{name} is running already")
        boot.start(host)
        ready.wait_for_login(host)

    def reboot(self, name: str) -> None:
        """Let a host reboot by itself and wait until root can log in again."""
        host = self.find(name)
        before = boot.leader(host)
        if before is None:
            raise LabError(f"{name} is not running")
        # The host may close the connection before the command has ended.
        ready.ssh(host, "systemctl --no-block reboot", check=False)
        if not process.wait_gone(before, REBOOT_SECONDS):
            raise LabError(f"{name} does not shut down within {REBOOT_SECONDS:.0f} seconds")
        ready.wait_for_login(host)

    def files(self, name: str) -> Files:
        """A host's files, for a manifest."""
        host = self.find(name)
        found = manifest.scan(paths.host_root(name))
        first = boot.leader(host)
        if first:
            temporary = process.PROC / str(first.pid) / "root/tmp"
            found |= manifest.scan(temporary, "/tmp", frozenset())
        return found

    def change_records(self, zone: str, changed: list[list[str]], *, add: bool) -> None:
        """Publish or remove DNS records."""
        rows = [Record(name, kind, data, int(ttl)) for name, kind, data, ttl in changed]
        dns.change(self.find("infra"), zone, rows, self.secrets.tsig, add=add)

    def mail(self, recipient: str | None) -> list[str]:
        """The messages that the MX delivered, in base64."""
        return [base64.b64encode(message).decode() for message in mailbox.messages(recipient)]
