"""Send a test message from the server and read in its log what became of it."""

from __future__ import annotations

import secrets
import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mailwright.datafiles import data_path
from mailwright.i18n import _

if TYPE_CHECKING:
    from mailwright.model.requirements import Requirements
    from mailwright.transport.base import Transport

WAIT_SECONDS = 60
"""How long the log is watched for the first answer about the test message."""


@dataclass(frozen=True, slots=True)
class ProofAnswer:
    """What the server said.

    `gate` holds the words of Postfix's own checks (none is good); `status` is Postfix's own
    word (`sent`, `deferred`, `bounced`, `SOFTBOUNCE`), `refused` where sendmail itself did not
    take the message, or empty while the log says nothing; `line` is the log line, `tls` the
    line about the connection.
    """

    message_id: str
    gate: str
    status: str
    line: str
    tls: str


def send_proof(transport: Transport, requirements: Requirements) -> ProofAnswer:
    """Run Postfix's gate and send one message through the server's sendmail.

    A test message that is not delivered at once is taken out of the queue again.
    Raises MailwrightError when the connection breaks.
    """
    hostname = requirements.identity.hostname
    message_id = f"{secrets.token_hex(16)}@{hostname}"
    variables = {
        "sender": requirements.proof.sender,
        "recipient": requirements.proof.recipient,
        "message_id": message_id,
        "relay": requirements.relay.host,
        "seconds": str(WAIT_SECONDS),
    }
    settings = "\n".join(f"{name}={shlex.quote(value)}" for name, value in variables.items())
    text = data_path("server/send-proof.sh").read_text(encoding="utf-8")
    result = transport.run(
        f"{settings}\n{text}", _message(requirements, message_id), limit=WAIT_SECONDS + 30
    )
    found = dict(line.partition("\t")[::2] for line in result.text.splitlines())
    return ProofAnswer(
        message_id,
        found.get("gate", ""),
        found.get("status", ""),
        found.get("line", ""),
        found.get("tls", ""),
    )


def _message(requirements: Requirements, message_id: str) -> bytes:
    from email.message import EmailMessage
    from email.policy import SMTP
    from email.utils import format_datetime, localtime

    message = EmailMessage(policy=SMTP.clone(linesep="\n"))
    message["From"] = requirements.proof.sender
    message["To"] = requirements.proof.recipient
    message["Subject"] = _("Mailwright test message")
    message["Date"] = format_datetime(localtime())
    message["Message-ID"] = f"<{message_id}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's out-of-office answers it
    message.set_content(
        _(
            "This message proves that {hostname} can send through {relay}.\n"
            "Nothing needs to be done with it."
        ).format(hostname=requirements.identity.hostname, relay=requirements.relay.host)
        + "\n"
    )
    return message.as_bytes()
