"""Send a test message on every path and read in the server's log what became of each."""

from __future__ import annotations

import secrets
import shlex
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING

from mailwright.datafiles import data_path
from mailwright.i18n import _
from mailwright.model.requirements import Requirements, Route
from mailwright.mta.postfix.desired import fingerprint
from mailwright.mta.postfix.direct import TEST_HEADER, test_token
from mailwright.mta.postfix.submission import serves_networks

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mailwright.model.server import Facts
    from mailwright.transport.base import Transport

WAIT_SECONDS = 60
"""How long the log is watched for the first answer about the test messages."""

PATHS = 8
"""How many paths are tried; a server in more networks than that is tried in the first of them."""

_LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Tried:
    """What became of the test message on one path.

    `listener` is the server's address at which it was handed in, empty for sendmail. `status` is
    Postfix's own word (`sent`, `deferred`, `bounced`, `SOFTBOUNCE`), `refused` where the message
    was not taken from who handed it in, or empty while the log says nothing. `line` is the log
    line, or the words of the refusal; `receiver` is who took or refused it, as Postfix writes it
    (`host[address]:port`), empty where nobody was reached; `tls` is the line about that
    connection. `queued` tells whether it came into the queue, past the milters; `signature` is
    OpenDKIM's line about its signature, `signer` the last lines that it wrote about the message.
    """

    message_id: str
    listener: str = ""
    status: str = ""
    line: str = ""
    receiver: str = ""
    tls: str = ""
    signature: str = ""
    signer: str = ""
    queued: bool = False

    @property
    def is_plain(self) -> bool:
        """Whether it went over a connection of its own about which no line tells of TLS.

        Another message's connection may be used again (`conn_use`), with its TLS.
        """
        own_words = self.line.partition("(")[0]
        return self.status == "sent" and not self.tls and ", conn_use=" not in own_words


@dataclass(frozen=True, slots=True)
class ProofAnswer:
    """What the server said.

    `gate` holds the words of Postfix's own checks (none is good). `tells_tls` says whether the
    log tells of every encrypted connection (smtp_tls_loglevel).
    """

    gate: str
    tried: tuple[Tried, ...]
    tells_tls: bool = True

    @property
    def is_delivered(self) -> bool:
        """Whether anything was taken: the route works, whatever keeps the other paths."""
        return any(each.status == "sent" for each in self.tried)


def paths(requirements: Requirements, facts: Facts) -> tuple[str, ...]:
    """How mail comes in: empty for sendmail, else the server's own address in each network.

    A server without an address in any of them is tried on its loopback address, which takes the
    same way through Postfix.
    """
    if not serves_networks(requirements):
        return ("",)
    in_each = (
        next((each for each in facts.addresses if ip_address(each) in ip_network(network)), None)
        for network in requirements.networks
    )
    there = tuple(dict.fromkeys(each for each in in_each if each is not None))
    return ("", *(there or (_LOOPBACK,)))[:PATHS]


def send_proof(transport: Transport, requirements: Requirements, facts: Facts) -> ProofAnswer:
    """Run Postfix's gate and send one message on each path, all at once, in one round trip.

    A test message that is not delivered at once is taken out of the queue again.
    Raises MailwrightError when the connection breaks.
    """
    sending = [
        Tried(f"{secrets.token_hex(16)}@{requirements.identity.hostname}", listener)
        for listener in paths(requirements, facts)
    ]
    messages = [_message(requirements, each) for each in sending]
    result = transport.run(
        _script(requirements, sending, messages), b"".join(messages), limit=WAIT_SECONDS + 60
    )
    found = dict(line.partition("\t")[::2] for line in result.text.splitlines())
    return ProofAnswer(
        found.get("gate", ""),
        tuple(_tried(each, number, found) for number, each in enumerate(sending)),
        tells_tls=found.get("tls-loglevel", "").strip() in {"1", "2", "3", "4"},
    )


def _tried(sent: Tried, number: int, found: Mapping[str, str]) -> Tried:
    def said(word: str) -> str:
        return found.get(f"{word}.{number}", "").strip()

    receiver = said("relay")
    return Tried(
        sent.message_id,
        sent.listener,
        said("status"),
        said("line"),
        "" if receiver == "none" else receiver,
        said("tls"),
        said("signature"),
        said("signer"),
        queued=bool(said("queue-id")),
    )


def _script(requirements: Requirements, sending: Sequence[Tried], messages: list[bytes]) -> str:
    dkim = requirements.dkim
    variables = {
        "sender": requirements.proof.sender,
        "recipient": requirements.proof.recipient,
        "helo": requirements.identity.hostname,
        "seconds": str(WAIT_SECONDS),
        "signer": f"s={dkim.selector}, d={requirements.identity.domain}" if dkim else "",
        "submit": _text("submit.bash"),
        "paths": "\n".join(
            f"{number} {each.listener or '-'} {each.message_id} {len(message)}"
            for number, (each, message) in enumerate(zip(sending, messages, strict=True))
        ),
    }
    settings = "\n".join(f"{name}={shlex.quote(value)}" for name, value in variables.items())
    return f"{settings}\n{_text('send-proof.sh')}"


def _text(name: str) -> str:
    return data_path(f"server/{name}").read_text(encoding="utf-8")


def _message(requirements: Requirements, sent: Tried) -> bytes:
    from email.message import EmailMessage
    from email.policy import SMTP
    from email.utils import format_datetime, localtime

    message = EmailMessage(policy=SMTP.clone(linesep="\n"))
    message["From"] = requirements.proof.sender
    message["To"] = requirements.proof.recipient
    message["Subject"] = _("Mailwright test message")
    message["Date"] = format_datetime(localtime())
    message["Message-ID"] = f"<{sent.message_id}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's out-of-office answers it
    if requirements.route is Route.DIRECT:
        # While all other mail waits for the DNS records, this one leaves.
        message[TEST_HEADER] = test_token(fingerprint(requirements))
    message.set_content("\n".join((*_sentences(requirements, sent), "")))
    return message.as_bytes()


def _sentences(requirements: Requirements, sent: Tried) -> tuple[str, ...]:
    hostname = requirements.identity.hostname
    if requirements.relay is None:
        proves = _("This message proves that {hostname} can send to your mail server.").format(
            hostname=hostname
        )
    else:
        proves = _("This message proves that {hostname} can send through {relay}.").format(
            hostname=hostname, relay=requirements.relay.host
        )
    way = _("It was handed in at {listener}, as a device in the network does.").format(
        listener=sent.listener
    )
    return (
        proves,
        *((way,) if sent.listener else ()),
        _("Nothing needs to be done with it."),
    )
