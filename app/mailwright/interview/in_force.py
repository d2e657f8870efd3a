"""What holds where a field is left unanswered: the preset's value, or what follows from others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mailwright.interview.answers import value
from mailwright.interview.relay import (
    authentication,
    relay_host,
    relay_port,
    relay_tls,
    relay_user,
)

if TYPE_CHECKING:
    from mailwright.interview.answers import Answers

_DERIVED = {
    "relay.host": relay_host,
    "relay.port": relay_port,
    "relay.tls": relay_tls,
    "relay.authentication": authentication,
    "relay.user": relay_user,
}


def in_force(answers: Answers, field: str) -> object:
    """Return the answer that holds for a field: the given one, or what stands in for it."""
    if field == "server.name":
        return answers.server.name or answers.server.host
    derive = _DERIVED.get(field)
    return value(answers, field) if derive is None else derive(answers.relay)
