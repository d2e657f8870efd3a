from __future__ import annotations

import pytest

from mailwright.mta.postfix.replies import TEXT_LIMIT, split_reply

HOST = "host mx.example[192.0.2.1]"


@pytest.mark.parametrize(
    ("text", "words", "by_peer", "code", "command"),
    [
        ("250 2.0.0 Ok: queued as A", "250 2.0.0 Ok: queued as A", False, "250", ""),
        (f"{HOST} said: 550 5.1.1 no (in reply to RCPT TO command)", "550 5.1.1 no", True, "550",
         "RCPT TO"),
        (f"{HOST} said: 554 no (in reply to end of DATA command)", "554 no", True, "554",
         "end of DATA"),
        (f"{HOST} refused to talk to me: 421 busy", "421 busy", True, "421", "greeting"),
        (f"{HOST} said: 421 (in reply to MAIL FROM command)", "421", True, "421", "MAIL FROM"),
        (f"delivery temporarily suspended: {HOST} said: 450 later (in reply to RCPT TO command)",
         "450 later", True, "450", "RCPT TO"),
        ("delivery temporarily suspended: connect to mx.example[192.0.2.1]:25: Connection refused",
         "connect to mx.example[192.0.2.1]:25: Connection refused", False, "", ""),
        ("lost connection with mx.example[2001:db8::1] while sending RCPT TO",
         "lost connection with mx.example[2001:db8::1] while sending RCPT TO", False, "", ""),
        (f"{HOST} said: 550 host evil.example[192.0.2.9] said: 250 ok",
         "550 host evil.example[192.0.2.9] said: 250 ok", True, "550", ""),
        (f"{HOST} said: 550 (in reply to MAIL FROM command) x (in reply to RCPT TO command)",
         "550 (in reply to MAIL FROM command) x", True, "550", "RCPT TO"),
    ],
)  # fmt: skip
def test_whose_words_they_are(
    text: str, words: str, by_peer: bool, code: str, command: str
) -> None:
    reply = split_reply(text)
    assert reply.text == text
    assert (reply.words, reply.by_peer) == (words, by_peer)
    assert (reply.code, reply.command) == (code, command)


def test_a_text_that_was_cut_off_may_end_as_the_other_side_wished() -> None:
    text = f"{HOST} said: 550 no (in reply to MAIL FROM command)"
    reply = split_reply(text, whole=False)
    assert (reply.command, reply.code) == ("", "550")


def test_a_text_is_bounded() -> None:
    assert len(split_reply(f"{HOST} said: 550 {'x' * 100_000}").text) == TEXT_LIMIT
