"""The lab, as tests and the demo use it. Nothing here needs root but starting the keeper."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, NamedTuple, Self, TypedDict, Unpack

from tests.lab import addresses, launch, paths, records, wire
from tests.lab.errors import LabError
from tests.lab.host import Admin, Host
from tests.lab.peers import RELAY_REALM, RELAY_USER, STRANGER

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from tests.lab.records import Record

WAIT_SECONDS = 3600.0


class Wish(TypedDict, total=False):
    """What a target may be asked to be."""

    name: str
    fqdn: str
    ip: str
    lan: str
    rtt_ms: float
    admin: Admin


class Relay(NamedTuple):
    """The smarthost. It takes mail from corp.example and good.example, for ``user`` only."""

    host: str
    ip: str
    user: str
    password: str
    stranger: str  # may log in, and send for nobody
    stranger_password: str
    wrong_name: str = "wrongname.smarthost.example"  # same server, not in its certificate
    submission_port: int = 587
    submissions_port: int = 465
    self_signed_port: int = 2587


class Tsig(NamedTuple):
    """The key for dynamic updates at :attr:`Lab.primary`."""

    name: str
    algorithm: str
    secret: str


class Acme(NamedTuple):
    """The ACME server. Its own certificate is the lab authority's."""

    directory: str
    host: str
    ip: str
    port: int


class Lab:
    """A practice network that this process owns.

    It is up between ``__enter__`` and ``__exit__``, and goes when this process goes, however
    it does. While somebody else holds the lab, this one waits and says for whom.

    :param images: what targets can be made of (``deb12``, ``deb13``, each also ``-mail``);
        what is not built yet is built first, which takes minutes.
    :param purpose: what those who wait are told.
    :param wait: seconds to wait for a lab that is held.
    """

    resolver = addresses.RESOLVER
    primary = addresses.PRIMARY
    mx = addresses.MX
    acme = Acme("https://acme.lab.example:14000/dir", "acme.lab.example", addresses.ACME, 14000)

    def __init__(
        self,
        images: Sequence[str] = ("deb12",),
        purpose: str = "tests",
        *,
        wait: float = WAIT_SECONDS,
    ) -> None:
        self._order = launch.Order(images, purpose, wait, until_eof=True)
        self._keeper: subprocess.Popen[str] | None = None

    @classmethod
    def attach(cls) -> Self:
        """The lab that ``lab up`` has started; leaving it leaves it up.

        :raises LabError: if none is up.
        """
        lab = cls()
        lab._learn()
        return lab

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def start(self) -> None:
        """Bring the network up.

        :raises LabError: if that is not possible; the text says why.
        """
        self._keeper = launch.start(self._order)
        self._learn()

    def close(self) -> None:
        """Take down what this object started, and nothing else."""
        if self._keeper:
            keeper, self._keeper = self._keeper, None
            launch.stop(keeper)

    def _learn(self) -> None:
        known = wire.ask("hello")
        self.images: list[str] = known["images"]
        self.tsig = Tsig(records.KEY_NAME, records.KEY_ALGORITHM, known["tsig"])
        self.relay = Relay(
            "relay.smarthost.example",
            addresses.RELAY,
            f"{RELAY_USER}@{RELAY_REALM}",
            known["relay_password"],
            f"{STRANGER}@{RELAY_REALM}",
            known["stranger_password"],
        )
        self._peers = {name: Host(fields) for name, fields in known["peers"].items()}

    @property
    def secrets(self) -> dict[str, str]:
        """Every secret of this run, by what it is for: none of them may turn up anywhere."""
        return {
            "relay password": self.relay.password,
            "stranger's password": self.relay.stranger_password,
            "TSIG key": self.tsig.secret,
        }

    @property
    def ca_file(self) -> Path:
        """The certificate of the lab's authority, PEM, readable by everybody."""
        return paths.CA_FILE

    def peer(self, name: str) -> Host:
        """One of the lab's own servers: ``infra``, ``mx`` or ``relay``."""
        return self._peers[name]

    def fresh(self, image: str = "deb12", **wish: Unpack[Wish]) -> Host:
        """A new target, ready for logins. Addresses are handed out unless wanted.

        :param wish: ``name``; ``fqdn``; ``ip``; ``lan`` (an address in the office network);
            ``rtt_ms`` (round-trip time in milliseconds); ``admin`` (an account with sudo).
        :raises LabError: if something wanted is taken or wrong, or the host does not start.
        """
        admin = wish.pop("admin", None)
        host = Host(wire.ask("fresh", image=image, wanted=wish))
        if admin:
            host.add_admin(*admin)
        return host

    def status(self) -> list[Host]:
        """All hosts of the lab."""
        return [Host(fields) for fields in wire.ask("status")]

    def find(self, name: str) -> Host:
        """A host by its name.

        :raises LabError: if there is none.
        """
        for host in self.status():
            if host.name == name:
                return host
        raise LabError(f"there is no host {name!r} in the lab")

    def publish(self, zone: str, published: Iterable[Record]) -> None:
        """Add DNS records; the resolver sees them when this returns."""
        self._change(zone, published, add=True)

    def unpublish(self, zone: str, removed: Iterable[Record]) -> None:
        """Remove DNS records; the resolver misses them when this returns."""
        self._change(zone, removed, add=False)

    def _change(self, zone: str, changed: Iterable[Record], *, add: bool) -> None:
        wire.ask("records", zone=zone, changed=[list(record) for record in changed], add=add)

    def mail(self, recipient: str | None = None) -> list[bytes]:
        """The messages that the MX has delivered, in order of arrival."""
        return [base64.b64decode(message) for message in wire.ask("mail", recipient=recipient)]
