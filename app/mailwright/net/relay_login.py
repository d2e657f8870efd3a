"""Try a login at a relay as the server would: from its address, with its certificate store."""

from __future__ import annotations

import base64
import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mailwright.datafiles import data_path
from mailwright.model.requirements import RelayAuthentication

if TYPE_CHECKING:
    from mailwright.model.requirements import Requirements
    from mailwright.transport.base import Transport

LIMIT = 60.0
"""Seconds for the whole dialogue; the script itself gives up after 30."""


@dataclass(frozen=True, slots=True)
class LoginAnswer:
    """How a relay took the login.

    `verdict` is `accepted`, `login-refused`, `sender-refused`, `recipient-refused`,
    `recipient-later`, `later` (a 4xx reply), `no-auth`, `no-mechanism`, `certificate`,
    `no-tls`, `refused-greeting`, `unreachable`, or `no-openssl` where the server cannot
    ask, or `no-answer` where the trial itself broke off.
    `dialogue` is what was said, without secrets.
    """

    verdict: str
    detail: str
    dialogue: tuple[str, ...]


def try_login(
    transport: Transport, requirements: Requirements, password: str | None, ca_file: str
) -> LoginAnswer:
    """Log in, name sender and recipient, and leave without sending a message.

    Raises MailwrightError when the connection to the server breaks.
    """
    relay = requirements.smarthost
    variables = {
        "host": relay.host,
        "port": str(relay.port),
        "mode": relay.tls.value,
        "helo": requirements.identity.hostname,
        "ca_file": ca_file,
        "sender": requirements.proof.sender,
        "recipient": requirements.proof.recipient,
    }
    settings = "\n".join(f"{name}={shlex.quote(value)}" for name, value in variables.items())
    text = data_path("server/try-relay.sh").read_text(encoding="utf-8")
    login = relay.authentication is RelayAuthentication.LOGIN
    payload = _secrets(relay.user, password or "") if login else b"\n\n\n"
    result = transport.run(f"{settings}\n{text}", payload, limit=LIMIT)
    lines = [line.partition("\t") for line in result.text.split("\n")]
    found = {word: value for word, _tab, value in lines}
    dialogue = tuple(
        f"{'C' if word == 'sent' else 'S'}: {value}"
        for word, _tab, value in lines
        if word in {"sent", "said"}
    )
    return LoginAnswer(found.get("verdict", "no-answer"), found.get("detail", ""), dialogue)


def _secrets(user: str, password: str) -> bytes:
    def encoded(text: str) -> str:
        return base64.b64encode(text.encode()).decode("ascii")

    plain = encoded(f"\0{user}\0{password}")
    return f"{plain}\n{encoded(user)}\n{encoded(password)}\n".encode()
