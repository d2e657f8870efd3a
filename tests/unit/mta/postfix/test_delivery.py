from __future__ import annotations

import email

from mailwright.mta.postfix.delivery import send_proof
from mailwright.transport.base import CommandResult
from mailwright.transport.memory import MemoryTransport
from tests.support.examples import REQUIREMENTS

OUTPUT = (
    b"gate\t\nqueue-id\t4abc\nline\t4abc: to=<a@b>, status=sent (250 ok)\n"
    b"tls\tVerified TLS x\nstatus\tsent\n"
)


def test_the_message_travels_as_payload_and_the_answer_is_read() -> None:
    transport = MemoryTransport(lambda _script, _payload: CommandResult(0, OUTPUT))
    answer = send_proof(transport, REQUIREMENTS)
    script, payload = transport.asked[0]
    message = email.message_from_bytes(payload)
    assert (answer.status, answer.gate, answer.tls) == ("sent", "", "Verified TLS x")
    assert message["Message-ID"] == f"<{answer.message_id}>"
    assert message["To"] == REQUIREMENTS.proof.recipient
    assert message["Auto-Submitted"] == "auto-generated"
    assert f"message_id={answer.message_id}" in script
    assert b"\r" not in payload


def test_a_silent_log_is_no_status() -> None:
    transport = MemoryTransport(lambda _script, _payload: CommandResult(0, b"gate\tword\n"))
    answer = send_proof(transport, REQUIREMENTS)
    assert (answer.status, answer.gate, answer.line) == ("", "word", "")
