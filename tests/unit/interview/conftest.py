from __future__ import annotations

import pytest

from mailwright.interview import Answers, with_value

COMPLETE = {
    "server.host": "mx1.example.jp",
    "relay.host": "smtp.relay.example",
    "relay.user": "taro",
    "identity.hostname": "mx1.example.jp",
    "identity.domain": "example.jp",
    "identity.administrator": "admin@example.jp",
    "proof.sender": "admin@example.jp",
    "proof.recipient": "taro@example.com",
}


@pytest.fixture
def complete() -> Answers:
    """Return the fewest answers that make requirements."""
    answers = Answers()
    for field, answer in COMPLETE.items():
        answers = with_value(answers, field, answer)
    return answers
