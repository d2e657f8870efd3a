"""Ask a listener, as a stranger would, whether it takes mail for somebody else. Never DATA.

For listeners of the person's own server alone: what greets with another name is left alone.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aiosmtplib import SMTP, SMTPResponse

CONNECT_SECONDS = 5.0
SECONDS = 30.0
"""How long one listener may take for everything."""

_PORT = 25
_POSITIVE = 2
"""The first digit of a reply that says yes (RFC 5321 section 4.2.1)."""


class Verdict(StrEnum):
    """What a listener said to a recipient of somebody else.

    `later` is a refusal for now (4yz), `closed` a port on which nobody listens, `silent` one that
    is not reached from here, `stranger` a server of another name.
    """

    REFUSED = "refused"
    TAKEN = "taken"
    LATER = "later"
    CLOSED = "closed"
    SILENT = "silent"
    STRANGER = "stranger"


@dataclass(frozen=True, slots=True)
class Asked:
    """One listener's answer: `code` is that of the reply that decided (RFC 5321 section 4.2).

    `client` is the address from which it was asked, as this computer knows it.
    """

    listener: str
    verdict: Verdict = Verdict.SILENT
    client: str = ""
    code: int = 0
    dialogue: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """A server's name in its greeting, a sender whom it knows, and a foreign recipient."""

    hostname: str
    sender: str
    recipient: str


AskListeners = Callable[[Iterable[str], Question], tuple[Asked, ...]]


def ask_listeners(listeners: Iterable[str], question: Question) -> tuple[Asked, ...]:
    """Ask all of them at once; whatever goes wrong is in the answers."""

    async def ask_all() -> tuple[Asked, ...]:
        return tuple(await asyncio.gather(*(ask(each, question) for each in listeners)))

    return asyncio.run(ask_all())


async def ask(listener: str, question: Question, port: int = _PORT) -> Asked:
    """Greeting, EHLO, MAIL, RCPT, QUIT."""
    talk = _Talk(Asked(listener), question, port)
    try:
        async with asyncio.timeout(SECONDS):
            await talk.hold()
    except TimeoutError:
        talk.note(f"({SECONDS:g} s)")
    return replace(talk.asked, dialogue=tuple(talk.said))


@dataclass(slots=True)
class _Talk:
    """A dialogue while it is held."""

    asked: Asked
    question: Question
    port: int
    said: list[str] = field(default_factory=list)

    async def hold(self) -> None:
        import aiosmtplib

        client = aiosmtplib.SMTP(
            hostname=self.asked.listener, port=self.port, timeout=CONNECT_SECONDS, start_tls=False
        )
        try:
            greeting = await client.connect()
        except aiosmtplib.SMTPConnectResponseError as error:
            self._heard(error.code, error.message)
            self._judge(error.code)
            return
        except (aiosmtplib.SMTPException, OSError) as error:
            refused = isinstance(error.__cause__, ConnectionRefusedError)
            self.asked = replace(self.asked, verdict=Verdict.CLOSED if refused else Verdict.SILENT)
            self.note(str(error))
            return
        try:
            await self._ask(client, greeting)
        except (aiosmtplib.SMTPException, OSError) as error:
            self.note(str(error))
        finally:
            client.close()

    async def _ask(self, client: SMTP, greeting: SMTPResponse) -> None:
        self._heard(greeting.code, greeting.message)
        if client.transport is not None:
            own = client.transport.get_extra_info("sockname")[0].partition("%")[0]
            self.asked = replace(self.asked, client=own)
        name = greeting.message.partition(" ")[0].rstrip(".").lower()
        if name != self.question.hostname.lower():
            self.asked = replace(self.asked, verdict=Verdict.STRANGER)
            await client.execute_command(b"QUIT")
            return
        own = self.asked.client
        literal = f"[IPv6:{own}]" if ":" in own else f"[{own}]"
        code = 0
        for command in (
            f"EHLO {literal}",
            f"MAIL FROM:<{self.question.sender}>",
            f"RCPT TO:<{self.question.recipient}>",
        ):
            self.note(f"C: {command}")
            reply = await client.execute_command(command.encode("utf-8"))
            self._heard(reply.code, reply.message)
            code = reply.code
            if code // 100 != _POSITIVE:
                break
        # Only the last reply counts; who breaks off before it has not answered.
        self._judge(code)
        await client.execute_command(b"QUIT")

    def _judge(self, code: int) -> None:
        verdicts = {_POSITIVE: Verdict.TAKEN, 4: Verdict.LATER, 5: Verdict.REFUSED}
        verdict = verdicts.get(code // 100, Verdict.SILENT)
        self.asked = replace(self.asked, verdict=verdict, code=code)

    def _heard(self, code: int, message: str) -> None:
        self.note(f"S: {code} {' '.join(message.split())}")

    def note(self, line: str) -> None:
        self.said.append(line[:500])
