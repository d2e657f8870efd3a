"""Ask the DNS, and never take "could not find out" for "is not there".

A question is asked once per resolver however many callers want its answer, so one resolver
belongs to one run. Whatever an answer holds is data from outside: nothing in it is run, and
control characters stay in it until it is shown.
"""

from __future__ import annotations

import asyncio
import ipaddress
from abc import ABC, abstractmethod
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol

from mailwright.errors import MailwrightError
from mailwright.i18n import N_
from mailwright.net.facts import Deadline, Facts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

RecordType = Literal[
    "A", "AAAA", "CAA", "CNAME", "DNSKEY", "DS", "MX", "NS", "PTR", "SOA", "TLSA", "TXT"
]

DNS_PORT = 53
NAME_LENGTH = 253
"""Characters of a name without its trailing dot (RFC 1035 section 2.3.4, on the wire 255)."""
LABEL_LENGTH = 63
ALIASES = 16
"""How many CNAME records are followed."""
ANSWER_LENGTH = 1000
"""How many records an answer may hold before it counts as unusable."""
QUESTION_SECONDS = 5.0
"""How long one question may take in all."""
AT_ONCE = 64
SERVERS = 3
"""How many servers are asked in turn, as in resolv.conf(5)."""
ROUNDS = 2
"""How often a server that stays silent is asked: a packet may get lost."""
DOTS = str.maketrans("\u3002\uff0e\uff61", "...")
"""The other characters that separate labels (RFC 3490 section 3.1)."""
NAMELESS_IN_IDNA_2003 = frozenset("ßς\u200c\u200d")
"""What IDNA 2003 maps to other letters, and so to somebody else's domain (RFC 5894 section 7.2)."""


class Status(StrEnum):
    """What became of a question; the first three are knowledge, the others are not.

    `servfail` stands for every error code of a server but REFUSED, and for answers of no use.
    """

    ANSWER = "answer"
    NXDOMAIN = "nxdomain"
    NO_DATA = "no-data"
    SERVFAIL = "servfail"
    REFUSED = "refused"
    TIMEOUT = "time-out"
    UNREACHABLE = "unreachable"

    @property
    def is_known(self) -> bool:
        """Whether the question is settled: there are records, or there are none."""
        return self in {Status.ANSWER, Status.NXDOMAIN, Status.NO_DATA}


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one question.

    `values` are in presentation form (RFC 1035 section 5.1), names in lower case without the
    trailing dot. A TXT value is its strings joined (RFC 7208 section 3.3), one character for
    each octet. `canonical_name` is where CNAME records led. `authenticated` is the AD flag, worth
    as much as the way to the server (RFC 4035 section 3.2.3); `ttl` is in seconds. `problem` says
    which server failed and how.
    """

    name: str
    record_type: RecordType
    status: Status
    values: tuple[str, ...] = ()
    canonical_name: str = ""
    authenticated: bool = False
    ttl: int = 0
    problem: str = ""

    @property
    def is_known(self) -> bool:
        """Whether the question is settled."""
        return self.status.is_known

    @property
    def cause(self) -> str:
        """The question and what became of it, in the words of the DNS: `MX a.example: time-out`."""
        detail = f" ({self.problem})" if self.problem else ""
        return f"{self.record_type} {self.name}: {self.status}{detail}"


class Resolver(Protocol):
    """Answers questions."""

    @property
    def queries(self) -> int:
        """How many different questions were asked."""

    async def query(self, name: str, record_type: RecordType) -> Answer:
        """Return the answer.

        Raises MailwrightError for a name that no question can be asked about (see `normal_name`).
        """

    def prefetch(self, name: str, record_type: RecordType) -> None:
        """Begin to ask what is going to be wanted; raises what `query` raises."""


def normal_name(name: str) -> str:
    """Return a name as it is asked about: A-labels, lower case, no trailing dot.

    U-labels go through IDNA 2003 (RFC 3490); the letters that IDNA 2008 treats otherwise are
    refused. Raises MailwrightError where a label is empty or too long (RFC 1035 section 2.3.4).
    """
    try:
        labels = [_label(part) for part in name.translate(DOTS).removesuffix(".").split(".")]
    except UnicodeError:
        raise _bad_name(name) from None
    normal = ".".join(labels)
    if len(normal) > NAME_LENGTH or not all(0 < len(label) <= LABEL_LENGTH for label in labels):
        raise _bad_name(name)
    return normal


def _label(label: str) -> str:
    if label.isascii():
        return label.lower()
    if NAMELESS_IN_IDNA_2003 & set(label):
        raise UnicodeError(label)
    encoded = label.encode("idna").decode("ascii").lower()
    if "." in encoded:  # a letter that decomposes into one
        raise UnicodeError(label)
    return encoded


def _bad_name(name: str) -> MailwrightError:
    return MailwrightError(
        "dns.bad-name",
        N_("{name} cannot be a domain name."),
        remedy=N_("Write the name as labels of 1 to 63 characters, joined by dots."),
        args={"name": name},
    )


def is_name(name: str) -> bool:
    """Tell whether a question can be asked about the name."""
    try:
        normal_name(name)
    except MailwrightError:
        return False
    return True


class CachingResolver(ABC):
    """Asks each question once, and lets everybody who wants its answer wait for the same task.

    What `deadline` leaves open ends as a time-out.
    """

    def __init__(self, deadline: Deadline | None = None) -> None:
        self._deadline = deadline or Deadline()
        self._answers: Facts[tuple[str, RecordType], Answer] = Facts(
            lambda question: self._ask(*question), self._deadline
        )

    @property
    def queries(self) -> int:
        """How many different questions were asked."""
        return len(self._answers)

    async def query(self, name: str, record_type: RecordType) -> Answer:
        """Return the answer; see `Resolver`."""
        question = (normal_name(name), record_type)
        try:
            return await self._answers.get(question)
        except TimeoutError:
            problem = f"not answered in the {self._deadline.seconds:g} s that there were for all"
            return Answer(*question, Status.TIMEOUT, problem=problem)

    def prefetch(self, name: str, record_type: RecordType) -> None:
        """Begin to ask; see `Resolver`."""
        self._answers.begin((normal_name(name), record_type))

    @abstractmethod
    async def _ask(self, name: str, record_type: RecordType) -> Answer:
        """Return the answer about a normal name."""


class Server(NamedTuple):
    """A DNS server's address and port."""

    address: str
    port: int = DNS_PORT

    def __str__(self) -> str:
        host = f"[{self.address}]" if ":" in self.address else self.address
        return self.address if self.port == DNS_PORT else f"{host}:{self.port}"


def parse_server(text: str) -> Server:
    """Return the server written as `IP`, `IP:PORT` or `[IPv6]:PORT`.

    Raises MailwrightError for anything else.
    """
    host, colon, port = text.strip().rpartition(":")
    if not colon or (":" in host and not host.startswith("[")) or text.endswith("]"):
        host, port = text.strip(), str(DNS_PORT)
    try:
        address = ipaddress.ip_address(host.removeprefix("[").removesuffix("]"))
        server = Server(str(address), int(port))
    except ValueError:
        raise _bad_server(text) from None
    if not port.isdecimal() or not 0 < server.port < 2**16:
        raise _bad_server(text)
    return server


def _bad_server(text: str) -> MailwrightError:
    return MailwrightError(
        "dns.bad-server",
        N_("{server} is not the address of a DNS server."),
        remedy=N_("Write an IP address, with :PORT after it where the port is not 53."),
        args={"server": text},
    )


class DnsResolver(CachingResolver):
    """Asks DNS servers: by UDP with EDNS, by TCP where an answer does not fit.

    A server that stayed silent is asked after the others from then on, so that it costs its
    time-out once.
    """

    def __init__(
        self,
        servers: Sequence[str] | None = None,
        timeout: float = QUESTION_SECONDS,
        deadline: Deadline | None = None,
    ) -> None:
        """Ask these servers (see `parse_server`), or those of the system.

        `timeout` is how many seconds one question may take in all. Raises MailwrightError for a
        bad address, and where the system has no server.
        """
        super().__init__(deadline)
        self._servers = _servers(servers)
        self._silent: set[Server] = set()
        self._patience = timeout / (ROUNDS * len(self._servers))
        self._at_once = asyncio.Semaphore(AT_ONCE)

    async def _ask(self, name: str, record_type: RecordType) -> Answer:
        from mailwright.net import dns_wire

        failures: dict[Server, Answer] = {}
        servers: Iterable[Server] = sorted(self._servers, key=self._silent.__contains__)
        for _ in range(ROUNDS):
            for server in servers:
                async with self._at_once:
                    answer = await dns_wire.ask(name, record_type, server, self._patience)
                if answer.is_known:
                    self._silent.discard(server)
                    return answer
                if answer.status is Status.TIMEOUT:
                    self._silent.add(server)
                failures[server] = answer
            servers = [s for s, answer in failures.items() if answer.status is Status.TIMEOUT]
        return _failure(name, record_type, failures.values())


def _servers(servers: Sequence[str] | None) -> tuple[Server, ...]:
    if servers is None:
        from mailwright.net import dns_wire

        servers = dns_wire.system_servers()
    if not servers:
        raise MailwrightError(
            "dns.no-server",
            N_("This computer has no DNS server set up."),
            remedy=N_("Name a DNS server, or connect this computer to a network."),
        )
    return tuple(parse_server(server) for server in servers[:SERVERS])


def _failure(name: str, record_type: RecordType, failures: Iterable[Answer]) -> Answer:
    """Return one answer for all servers: what one that spoke said goes before silence."""
    answers = list(failures)
    spoke = [a for a in answers if a.status in {Status.SERVFAIL, Status.REFUSED}]
    problem = "; ".join(answer.problem for answer in answers)
    return Answer(name, record_type, (spoke or answers)[0].status, problem=problem)


class StaticResolver(CachingResolver):
    """Answers from literals, as the servers of these zones would.

    `records` maps a name to its records by type, in presentation form as in `Answer`; `failures`
    says which questions end otherwise. A name above another one exists without records
    (RFC 8020); every name that is not there at all is NXDOMAIN.
    """

    def __init__(
        self,
        records: Mapping[str, Mapping[RecordType, Sequence[str]]],
        failures: Mapping[tuple[str, RecordType], Status] | None = None,
    ) -> None:
        super().__init__()
        self._records = {normal_name(name): dict(types) for name, types in records.items()}
        self._failures = {(normal_name(n), t): s for (n, t), s in (failures or {}).items()}

    async def _ask(self, name: str, record_type: RecordType) -> Answer:
        owner = name
        for _ in range(ALIASES):
            if failure := self._failures.get((owner, record_type)):
                return Answer(name, record_type, failure, problem="static")
            types = self._records.get(owner, {})
            if values := types.get(record_type):
                return Answer(name, record_type, Status.ANSWER, tuple(values), owner)
            if not types.get("CNAME"):
                return Answer(name, record_type, self._absence(owner), canonical_name=owner)
            owner = normal_name(types["CNAME"][0])
        return Answer(name, record_type, Status.SERVFAIL, problem="CNAME chain too long")

    def _absence(self, name: str) -> Status:
        exists = any(known == name or known.endswith(f".{name}") for known in self._records)
        return Status.NO_DATA if exists else Status.NXDOMAIN
