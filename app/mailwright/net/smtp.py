"""One polite SMTP dialogue: greeting, EHLO, one STARTTLS, QUIT, as a sending server has them.

Nothing else is ever said to a server that may be somebody else's. Whatever it says is data from
outside: bounded here, escaped where it is shown.
"""

from __future__ import annotations

import asyncio
import re
import ssl
from dataclasses import dataclass, field, replace
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

from mailwright.net import certificate
from mailwright.net.facts import Deadline, Facts

if TYPE_CHECKING:
    from collections.abc import Mapping

Address = IPv4Address | IPv6Address

SMTP_PORT = 25
CONNECT_SECONDS = 5.0
DIALOGUE_SECONDS = 15.0
"""How long a dialogue may take: servers that greet slowly on purpose take up to ten."""
QUIT_SECONDS = 1.0
AT_ONCE = 16
LINE_LENGTH = 2048
"""Octets of one line; RFC 5321 section 4.5.3.1.5 allows 512."""
LINES = 100
"""Lines of one reply."""
SERVICE_READY = 220
OK = 250
_SNI = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*")
_REPLY = re.compile(rb"([2-5][0-9]{2})([ -]?)(.*)", re.DOTALL)


class Stage(StrEnum):
    """How far a dialogue got: what was begun last."""

    CONNECT = "connect"
    GREETING = "greeting"
    EHLO = "EHLO"
    STARTTLS = "STARTTLS"
    HANDSHAKE = "TLS handshake"


class Trouble(StrEnum):
    """What ended a dialogue early.

    `refused` is a port that is closed; `reply` a reply that says no; `closed` a connection that
    the other side ended; `garbage` an answer that is no SMTP.
    """

    TIMEOUT = "time-out"
    REFUSED = "connection refused"
    UNREACHABLE = "unreachable"
    CLOSED = "connection closed"
    GARBAGE = "not SMTP"
    REPLY = "refused by a reply"
    TLS = "TLS failed"


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply (RFC 5321 section 4.2): its code, and its lines without it."""

    code: int
    lines: tuple[str, ...]

    def __str__(self) -> str:
        return "\n".join(f"{self.code} {line}".rstrip() for line in self.lines)

    @property
    def is_temporary(self) -> bool:
        """Whether the server may say otherwise later (4yz)."""
        return self.code // 100 == 4  # noqa: PLR2004 - the first digit of RFC 5321 section 4.2.1


class Peer(NamedTuple):
    """Who is talked to: an address, under the name by which it was found."""

    host: str
    address: Address
    port: int = SMTP_PORT

    def __str__(self) -> str:
        return f"{self.host} [{self.address}]:{self.port}"


@dataclass(frozen=True, slots=True)
class Dialogue:
    """What was said, and how far it went; `trouble` is None where all of it went well.

    `greeting_seconds` is how long the greeting took from the connection on.
    """

    peer: Peer
    stage: Stage = Stage.CONNECT
    trouble: Trouble | None = None
    detail: str = ""
    greeting: Reply | None = None
    greeting_seconds: float = 0.0
    ehlo: Reply | None = None
    starttls: Reply | None = None
    tls_version: str = ""
    certificate: certificate.Certificate | None = None

    @property
    def name(self) -> str:
        """The name that the greeting gives (RFC 5321 section 4.2), in lower case."""
        line = self.greeting.lines[0] if self.greeting else ""
        return line.partition(" ")[0].rstrip(".").lower()

    @property
    def is_closed(self) -> bool:
        """Whether nobody takes connections there."""
        return self.trouble is Trouble.REFUSED and self.stage is Stage.CONNECT

    @property
    def offers_starttls(self) -> bool:
        """Whether the keyword is in the answer to EHLO (RFC 3207 section 4)."""
        lines = self.ehlo.lines[1:] if self.ehlo else ()
        return any(line.partition(" ")[0].upper() == "STARTTLS" for line in lines)

    @property
    def cause(self) -> str:
        """What went wrong and where: `mx.example [192.0.2.1]:25, greeting: time-out (15 s)`."""
        detail = f" ({self.detail})" if self.detail else ""
        return f"{self.peer}, {self.stage}: {self.trouble}{detail}"


class Dialogues(Protocol):
    """Holds dialogues, at most one with each address."""

    async def talk(self, peer: Peer) -> Dialogue:
        """Return the dialogue; whatever goes wrong is in it."""

    @property
    def count(self) -> int:
        """How many dialogues there were."""


class CachingDialogues:
    """Talks to each peer once, and lets everybody who wants the dialogue wait for it."""

    def __init__(self, deadline: Deadline | None = None) -> None:
        self._deadline = deadline or Deadline()
        self._dialogues: Facts[Peer, Dialogue] = Facts(self._talk, self._deadline)

    @property
    def count(self) -> int:
        """How many dialogues there were."""
        return len(self._dialogues)

    async def talk(self, peer: Peer) -> Dialogue:
        """Return the dialogue; see `Dialogues`."""
        try:
            return await self._dialogues.get(peer)
        except TimeoutError:
            detail = f"not done in the {self._deadline.seconds:g} s that there were for all"
            return Dialogue(peer, trouble=Trouble.TIMEOUT, detail=detail)

    async def _talk(self, peer: Peer) -> Dialogue:
        raise NotImplementedError


class SmtpDialogues(CachingDialogues):
    """Talks to real servers."""

    def __init__(
        self,
        ca_file: Path | None = None,
        timeout: float = DIALOGUE_SECONDS,
        deadline: Deadline | None = None,
    ) -> None:
        """Trust the authorities in `ca_file` besides; `timeout` is for one dialogue, in seconds."""
        super().__init__(deadline)
        self._ca_file = ca_file
        self._timeout = timeout
        self._at_once = asyncio.Semaphore(AT_ONCE)

    async def _talk(self, peer: Peer) -> Dialogue:
        async with self._at_once:
            return await _Talk(Dialogue(peer), self._ca_file).within(self._timeout)


class StaticDialogues(CachingDialogues):
    """Dialogues from literals, by address; who is not among them stays silent."""

    def __init__(self, dialogues: Mapping[str, Dialogue]) -> None:
        super().__init__()
        self._known = dialogues

    async def _talk(self, peer: Peer) -> Dialogue:
        silent = Dialogue(peer, trouble=Trouble.TIMEOUT, detail="static")
        return replace(self._known.get(str(peer.address), silent), peer=peer)


class _EndError(Exception):
    """The dialogue ends here."""

    def __init__(self, trouble: Trouble, detail: str = "") -> None:
        super().__init__(detail)
        self.trouble = trouble
        self.detail = detail


@dataclass(slots=True)
class _Talk:
    """A dialogue while it is held."""

    said: Dialogue
    ca_file: Path | None
    reader: asyncio.StreamReader = field(init=False)
    writer: asyncio.StreamWriter | None = None

    async def within(self, seconds: float) -> Dialogue:
        try:
            async with asyncio.timeout(seconds):
                await self._hold()
        except TimeoutError:
            self._note(trouble=Trouble.TIMEOUT, detail=f"{seconds:g} s")
        except _EndError as end:
            self._note(trouble=end.trouble, detail=end.detail)
        except ssl.SSLError as error:
            self._note(trouble=Trouble.TLS, detail=error.reason or str(error))
        except (OSError, EOFError) as error:
            self._note(trouble=_trouble(error), detail=str(error))
        finally:
            if self.writer is not None:
                self.writer.transport.abort()
        return self.said

    async def _hold(self) -> None:
        await self._connect()
        await self._greeting()
        try:
            await self._ehlo()
            if self.said.offers_starttls:
                await self._starttls()
        except _EndError as end:
            if end.trouble is Trouble.REPLY:
                await self._quit()
            raise
        await self._quit()

    async def _connect(self) -> None:
        address, port = str(self.said.peer.address), self.said.peer.port
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                opened = await asyncio.open_connection(address, port, limit=LINE_LENGTH)
        except TimeoutError:
            raise _EndError(Trouble.TIMEOUT, f"{CONNECT_SECONDS:g} s") from None
        self.reader, self.writer = opened

    async def _greeting(self) -> None:
        loop = asyncio.get_running_loop()
        began = loop.time()
        self._note(stage=Stage.GREETING)
        reply = await self._reply()
        self._note(greeting=reply, greeting_seconds=loop.time() - began)
        if reply.code != SERVICE_READY:
            await self._quit()
            raise _EndError(Trouble.REPLY, str(reply))

    async def _ehlo(self) -> None:
        self._note(stage=Stage.EHLO)
        reply = await self._command(f"EHLO {self._own_literal()}")
        self._note(ehlo=reply)
        if reply.code != OK:
            raise _EndError(Trouble.REPLY, str(reply))

    async def _starttls(self) -> None:
        self._note(stage=Stage.STARTTLS)
        reply = await self._command("STARTTLS")
        self._note(starttls=reply)
        if reply.code != SERVICE_READY:
            raise _EndError(Trouble.REPLY, str(reply))
        self._note(stage=Stage.HANDSHAKE)
        host = self.said.peer.host
        # A name from the DNS may hold what no name in TLS may (RFC 6066 section 3).
        name = host if _SNI.fullmatch(host) else None
        await self._writer.start_tls(_any_certificate(), server_hostname=name)
        session: ssl.SSLObject = self._writer.get_extra_info("ssl_object")
        self._note(
            tls_version=session.version() or "",
            certificate=certificate.read(_chain(session), host, self.ca_file),
        )

    async def _quit(self) -> None:
        """Leave as one should (RFC 5321 section 4.1.1.10); what comes of it is of no interest."""
        try:
            async with asyncio.timeout(QUIT_SECONDS):
                await self._command("QUIT")
        except (TimeoutError, OSError, EOFError, _EndError):
            return

    async def _command(self, line: str) -> Reply:
        self._writer.write(f"{line}\r\n".encode("ascii"))
        await self._writer.drain()
        return await self._reply()

    async def _reply(self) -> Reply:
        lines: list[str] = []
        while len(lines) < LINES:
            try:
                line = await self.reader.readuntil(b"\n")
            except asyncio.LimitOverrunError:
                raise _EndError(Trouble.GARBAGE, "a line without end") from None
            match = _REPLY.fullmatch(line.rstrip(b"\r\n"))
            if match is None:
                raise _EndError(Trouble.GARBAGE, line.decode("utf-8", "replace").rstrip())
            lines.append(match[3].decode("utf-8", "replace"))
            if match[2] != b"-":
                return Reply(int(match[1]), tuple(lines))
        raise _EndError(Trouble.GARBAGE, "a reply without end")

    def _own_literal(self) -> str:
        """A desktop has no name that others could look up, so it gives its address (4.1.4)."""
        own = self._writer.get_extra_info("sockname")[0].partition("%")[0]
        return f"[IPv6:{own}]" if ":" in own else f"[{own}]"

    @property
    def _writer(self) -> asyncio.StreamWriter:
        if self.writer is None:
            raise RuntimeError("not connected")
        return self.writer

    def _note(self, **facts: object) -> None:
        self.said = replace(self.said, **facts)  # type: ignore[arg-type]  # fields of Dialogue


def _trouble(error: OSError | EOFError) -> Trouble:
    if isinstance(error, ConnectionRefusedError):
        return Trouble.REFUSED
    return Trouble.CLOSED if isinstance(error, (EOFError, ConnectionError)) else Trouble.UNREACHABLE


def _any_certificate() -> ssl.SSLContext:
    """TLS as a server uses it that would otherwise send in clear (RFC 7435 section 3)."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _chain(session: ssl.SSLObject) -> list[bytes]:
    """Return the certificates that the server sent, its own first."""
    if hasattr(session, "get_unverified_chain"):
        return list(session.get_unverified_chain())
    # Python below 3.13 has it only there.
    inner = session._sslobj  # type: ignore[attr-defined]  # noqa: SLF001
    return [one.public_bytes(ssl._ssl.ENCODING_DER) for one in inner.get_unverified_chain()]  # type: ignore[attr-defined]  # noqa: SLF001
