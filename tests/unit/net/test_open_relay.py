"""Real dialogues on the loopback addresses; no test ever sees DATA."""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING

import pytest

from mailwright.net import open_relay
from mailwright.net.open_relay import Asked, Question, Verdict, ask, ask_listeners

if TYPE_CHECKING:
    from collections.abc import Mapping

QUESTION = Question("mx1.corp.example", "info@corp.example", "somebody@elsewhere.example")
GREETING = "220 mx1.corp.example ESMTP"


def talk(
    replies: Mapping[str, str], greeting: str = GREETING, address: str = "127.0.0.1"
) -> tuple[Asked, list[str]]:
    """Ask a server that says these words, by the first word of each command."""
    heard: list[str] = []

    served = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(f"{greeting}\r\n".encode())
        while line := (await reader.readline()).decode().strip():
            heard.append(line)
            reply = replies.get(line.split()[0], "250 ok")
            writer.write(f"{reply}\r\n".encode())
        writer.close()
        await writer.wait_closed()
        served.set()

    async def both() -> Asked:
        server = await asyncio.start_server(serve, address, 0)
        async with server:
            asked = await ask(address, QUESTION, server.sockets[0].getsockname()[1])
            await served.wait()
            return asked

    return asyncio.run(both()), heard


@pytest.mark.parametrize(
    ("reply", "verdict", "code"),
    [
        ("554 5.7.1 Relay access denied", Verdict.REFUSED, 554),
        ("250 2.1.5 Ok", Verdict.TAKEN, 250),
        ("454 4.7.1 not now", Verdict.LATER, 454),
    ],
)
def test_the_answer_to_a_foreign_recipient_counts(reply: str, verdict: Verdict, code: int) -> None:
    asked, heard = talk({"RCPT": reply})
    assert (asked.verdict, asked.code, asked.client) == (verdict, code, "127.0.0.1")
    assert heard == [
        "EHLO [127.0.0.1]",
        "MAIL FROM:<info@corp.example>",
        "RCPT TO:<somebody@elsewhere.example>",
        "QUIT",
    ]
    assert asked.dialogue[-1] == f"S: {reply}"


def test_a_refusal_before_the_recipient_is_one() -> None:
    asked, heard = talk({"MAIL": "550 go away"})
    assert asked.verdict is Verdict.REFUSED
    assert heard[-1] == "QUIT"
    assert not any(line.startswith("RCPT") for line in heard)
    assert talk({}, greeting="554 no service")[0].verdict is Verdict.REFUSED


def test_another_server_is_left_alone() -> None:
    asked, heard = talk({}, greeting="220 printer.local ready")
    assert asked.verdict is Verdict.STRANGER
    assert heard == ["QUIT"]


def test_ipv6_has_its_own_literal() -> None:
    asked, heard = talk({"RCPT": "554 no"}, address="::1")
    assert heard[0] == "EHLO [IPv6:::1]"
    assert asked.client == "::1"


def test_a_server_that_breaks_off_has_not_answered() -> None:
    asked, _heard = talk({"RCPT": "no SMTP at all"})
    assert asked.verdict is Verdict.SILENT
    assert len(asked.dialogue[-1]) <= 500


def test_a_closed_port_is_no_silence() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    asked = asyncio.run(ask("127.0.0.1", QUESTION, port))
    assert (asked.verdict, asked.client) == (Verdict.CLOSED, "")


def test_a_silent_port_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(open_relay, "CONNECT_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        asked = asyncio.run(ask("127.0.0.1", QUESTION, silent.getsockname()[1]))
    assert asked.verdict is Verdict.SILENT


def test_all_listeners_are_asked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    async def asked_of(listener: str, question: Question) -> Asked:
        assert question is QUESTION
        return Asked(listener)

    monkeypatch.setattr(open_relay, "ask", asked_of)
    found = ask_listeners(("10.1.0.5", "::1"), QUESTION)
    assert [each.listener for each in found] == ["10.1.0.5", "::1"]
