from __future__ import annotations

import json

from mailwright.mta.postfix.queue import read_queue

MESSAGE = {
    "queue_name": "deferred",
    "queue_id": "A1B2C3",
    "arrival_time": 1_764_000_000,
    "message_size": 261,
    "forced_expire": False,
    "sender": "a@corp.example",
    "recipients": [
        {
            "address": "x@mx.example",
            "delay_reason": "host mx.example[192.0.2.1] said: 452 4.2.2 over quota "
            "(in reply to RCPT TO command)",
        },
        {"address": "y@mx.example", "orig_address": "z@corp.example"},
    ],
}


def listed(*rows: object) -> bytes:
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


def test_a_message_with_its_recipients() -> None:
    (message,), words = read_queue(listed(MESSAGE))
    assert words == ""
    assert (message.queue, message.queue_id) == ("deferred", "A1B2C3")
    assert (message.arrived, message.size) == (1_764_000_000.0, 261)
    waiting, untried = message.recipients
    assert waiting.reason is not None
    assert (waiting.reason.code, waiting.reason.by_peer) == ("452", True)
    assert (untried.address, untried.reason) == ("y@mx.example", None)


def test_an_empty_queue_is_no_error_and_an_error_is_no_empty_queue() -> None:
    assert read_queue(b"") == ((), "")
    fatal = b"postqueue: fatal: Queue report unavailable - mail system is down\n"
    assert read_queue(fatal) == ((), fatal.decode().strip())


def test_a_warning_beside_the_messages_is_none_of_them() -> None:
    warning = b"postqueue: warning: Mail system is down -- accessing queue directly\n"
    messages, words = read_queue(warning + listed(MESSAGE))
    assert (len(messages), words) == (1, "")


def test_what_was_cut_off_or_makes_no_sense_is_left_out() -> None:
    data = listed(MESSAGE, {"queue_name": "x"}, {**MESSAGE, "recipients": "no"}, MESSAGE)
    messages, words = read_queue(data[:-20])
    assert len(messages) == 1
    assert "queue_name" in words
    assert read_queue(b"[" * 100_000 + b"\n") == ((), "")
    assert read_queue(b"{" + b'"a":[' * 100_000 + b"\n")[0] == ()
