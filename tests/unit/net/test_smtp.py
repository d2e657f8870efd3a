"""Real dialogues with servers on the loopback address, misbehaving ones too."""

from __future__ import annotations

import asyncio
import socket
import time
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address, ip_address
from typing import TYPE_CHECKING

import pytest

from mailwright.net.facts import Deadline
from mailwright.net.smtp import (
    LINE_LENGTH,
    LINES,
    Dialogue,
    Peer,
    SmtpDialogues,
    Stage,
    Trouble,
)
from tests.support.certificates import Authority

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncIterator
    from pathlib import Path

    Said = str | bytes | list[str]

pytestmark = pytest.mark.net

TIMEOUT = 0.5
HOST = "mx.example"
GO_ON = "220 go on"
EHLO = ["250-mx.example", "250-SIZE 1000", "250 STARTTLS"]


class Server:
    """An SMTP server that says what it is told to, and notes what it hears."""

    def __init__(
        self, tls: ssl.SSLContext | None = None, **replies: str | bytes | list[str]
    ) -> None:
        self.heard: list[str] = []
        self.connections = 0
        self._tls = tls
        self._replies: dict[str, Said] = {
            "greeting": "220 MX.Example. ESMTP",
            "EHLO": EHLO,
            "STARTTLS": GO_ON,
            "QUIT": "221 bye",
            **replies,
        }

    @asynccontextmanager
    async def running(self) -> AsyncIterator[int]:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        async with server:
            yield server.sockets[0].getsockname()[1]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            await self._say(writer, "greeting")
            while line := await reader.readline():
                text = line.decode().strip()
                self.heard.append(text)
                await self._say(writer, text.partition(" ")[0])
                if text == "STARTTLS" and self._tls:
                    await writer.start_tls(self._tls)
                elif text == "STARTTLS" and self._replies[text] == GO_ON:
                    await reader.read(1)
                    writer.write(b"500 this is no TLS\r\n")
                    return
        except (OSError, EOFError):
            pass  # the client may leave at any moment
        finally:
            writer.close()

    async def _say(self, writer: asyncio.StreamWriter, word: str) -> None:
        reply = self._replies[word]
        if reply == "silence":
            await asyncio.sleep(60)
        if reply == "close":
            writer.close()
            raise EOFError
        if isinstance(reply, bytes):
            writer.write(reply)
        else:
            lines = [reply] if isinstance(reply, str) else reply
            writer.write("".join(f"{line}\r\n" for line in lines).encode())
        await writer.drain()


def talk(server: Server, ca_file: Path | None = None, host: str = HOST) -> Dialogue:
    async def run() -> Dialogue:
        async with server.running() as port:
            peer = Peer(host, IPv4Address("127.0.0.1"), port)
            dialogue = await SmtpDialogues(ca_file, TIMEOUT).talk(peer)
            await asyncio.sleep(0)
            return dialogue

    return asyncio.run(run())


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


def test_a_whole_dialogue_says_four_things_and_no_more(authority: Authority) -> None:
    server = Server(authority.server_context(HOST))
    found = talk(server, authority.file)
    assert (found.trouble, found.stage) == (None, Stage.HANDSHAKE)
    assert server.heard == ["EHLO [127.0.0.1]", "STARTTLS", "QUIT"]
    assert server.connections == 1
    assert found.name == "mx.example"
    assert found.tls_version == "TLSv1.3"
    assert str(found.greeting) == "220 MX.Example. ESMTP"
    assert found.certificate
    assert (found.certificate.names, found.certificate.fits) == ((HOST,), True)
    assert found.certificate.distrust == ""
    assert found.certificate.is_current(datetime.now(UTC))


@pytest.mark.parametrize(
    "host", [".example", "a\\000b.example", "a b", "127.0.0.1", "::1", "é.example"]
)
def test_a_host_under_any_name_is_talked_to(authority: Authority, host: str) -> None:
    found = talk(Server(authority.server_context(HOST)), authority.file, host)
    assert found.trouble is None
    assert found.certificate is not None
    assert not found.certificate.fits


def test_a_server_without_starttls_is_left_politely() -> None:
    server = Server(EHLO=["250-mx.example", "250-STARTTLSX", "250 SIZE 1000"])
    found = talk(server)
    assert (found.trouble, found.stage, found.offers_starttls) == (None, Stage.EHLO, False)
    assert server.heard == ["EHLO [127.0.0.1]", "QUIT"]


def test_any_certificate_is_taken_and_judged(authority: Authority, tmp_path: Path) -> None:
    other = Authority(tmp_path)
    wrong = talk(Server(authority.server_context("*.other.example")), authority.file).certificate
    unknown = talk(Server(other.server_context(HOST)), authority.file).certificate
    old = talk(Server(authority.server_context(HOST, days=-1)), authority.file).certificate
    alone = talk(Server(authority.self_signed_context(HOST)), authority.file).certificate
    wild = talk(Server(authority.server_context("*.example")), authority.file).certificate
    assert wrong is not None
    assert unknown is not None
    assert old is not None
    assert alone is not None
    assert wild is not None
    assert (wrong.fits, wrong.distrust) == (False, "")
    assert (wild.fits, wild.distrust) == (True, "")
    assert unknown.fits
    assert unknown.distrust == "no chain to an authority that is known here"
    assert alone.distrust == "self-signed"
    assert not old.is_current(datetime.now(UTC))
    assert old.is_current(datetime.now(UTC) - timedelta(days=2))


@pytest.mark.parametrize(
    ("replies", "stage", "trouble", "detail"),
    [
        ({"greeting": "421 too many"}, Stage.GREETING, Trouble.REPLY, "421 too many"),
        ({"greeting": "554 not you"}, Stage.GREETING, Trouble.REPLY, "554 not you"),
        ({"greeting": "silence"}, Stage.GREETING, Trouble.TIMEOUT, "0.5 s"),
        ({"greeting": "close"}, Stage.GREETING, Trouble.CLOSED, ""),
        ({"greeting": "SSH-2.0-OpenSSH"}, Stage.GREETING, Trouble.GARBAGE, "SSH-2.0-OpenSSH"),
        ({"greeting": b"220 " + b"x" * 2 * LINE_LENGTH}, Stage.GREETING, Trouble.GARBAGE, "line"),
        ({"EHLO": ["250-more"] * (LINES + 1)}, Stage.EHLO, Trouble.GARBAGE, "reply without end"),
        ({"EHLO": "silence"}, Stage.EHLO, Trouble.TIMEOUT, "0.5 s"),
        ({"EHLO": "450 later"}, Stage.EHLO, Trouble.REPLY, "450 later"),
        ({"STARTTLS": "454 no TLS now"}, Stage.STARTTLS, Trouble.REPLY, "454 no TLS now"),
        ({"STARTTLS": "close"}, Stage.STARTTLS, Trouble.CLOSED, ""),
        ({"STARTTLS": GO_ON}, Stage.HANDSHAKE, Trouble.TLS, "WRONG_VERSION_NUMBER"),
    ],
)
def test_every_way_to_break_off_is_told_apart(
    replies: dict[str, Said], stage: Stage, trouble: Trouble, detail: str
) -> None:
    server = Server(None, **replies)
    found = talk(server)
    assert (found.stage, found.trouble) == (stage, trouble)
    assert detail in found.detail
    assert found.cause.startswith(f"mx.example [127.0.0.1]:{found.peer.port}, {stage}: {trouble}")


def test_who_is_sent_away_says_goodbye() -> None:
    server = Server(greeting="421 too many")
    talk(server)
    assert server.heard == ["QUIT"]


def test_a_closed_port_is_no_time_out() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        peer = Peer(HOST, IPv4Address("127.0.0.1"), taken.getsockname()[1])
        found = asyncio.run(SmtpDialogues(timeout=TIMEOUT).talk(peer))
    assert (found.stage, found.trouble) == (Stage.CONNECT, Trouble.REFUSED)
    assert found.is_closed


def test_an_address_without_a_way_is_neither_closed_nor_silent() -> None:
    peer = Peer(HOST, ip_address("2001:db8:ffff:ffff::1"))
    found = asyncio.run(SmtpDialogues(timeout=TIMEOUT).talk(peer))
    assert found.trouble in {Trouble.UNREACHABLE, Trouble.TIMEOUT}
    assert not found.is_closed


def test_one_dialogue_for_everybody_and_all_of_them_at_once() -> None:
    servers = [
        Server(greeting="silence"),
        Server(greeting="silence"),
        Server(EHLO="250 mx.example"),
    ]

    async def run() -> float:
        dialogues = SmtpDialogues(timeout=TIMEOUT)
        async with servers[0].running() as a, servers[1].running() as b, servers[2].running() as c:
            peers = [Peer(HOST, IPv4Address("127.0.0.1"), port) for port in (a, b, c, a, c)]
            began = time.monotonic()
            found = await asyncio.gather(*(dialogues.talk(peer) for peer in peers))
            assert found[0] is found[3]
            assert found[2].trouble is None
            assert dialogues.count == 3
            return time.monotonic() - began

    assert asyncio.run(run()) < TIMEOUT * 2
    assert [server.connections for server in servers] == [1, 1, 1]


def test_the_deadline_of_the_run_ends_a_dialogue_as_a_time_out() -> None:
    server = Server(greeting="silence")

    async def run() -> Dialogue:
        async with server.running() as port:
            dialogues = SmtpDialogues(timeout=10, deadline=Deadline(0.1))
            return await dialogues.talk(Peer(HOST, IPv4Address("127.0.0.1"), port))

    began = time.monotonic()
    found = asyncio.run(run())
    assert time.monotonic() - began < 5
    assert found.trouble is Trouble.TIMEOUT
    assert "0.1 s" in found.detail
