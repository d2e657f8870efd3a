"""Take apart what Postfix says about an attempt: whose words they are, and what they answer."""

from __future__ import annotations

import re

from mailwright.model.delivery import Reply

TEXT_LIMIT = 2_000
"""Characters kept of a text; Postfix itself cuts log texts there (msg_syslog.c)."""

_SUSPENDED = "delivery temporarily suspended: "
# smtp(8): what comes from the other side stands behind these words and nowhere else.
_SAID = re.compile(r"host (?P<host>\S+?\[[^\]\s]*\](?::\d+)?) (?:said|refused to talk to me): ")
_IN_REPLY = re.compile(r" \(in reply to ([^()]{1,60}?)(?: command)?\)$")
_CODE = re.compile(r"([245]\d\d)[ -]")
_LAST_CODE = re.compile(r"([245]\d\d)$")
GREETING = "greeting"


def split_reply(text: str, *, whole: bool = True) -> Reply:
    """Read the text of a delivery status, of a `delay_reason` or of a rejection's cause.

    Where `whole` is False the end was cut off, and what the text answers is not known: the
    remote server's own words may look like Postfix's note of it.
    """
    text = text[:TEXT_LIMIT]
    own = text.removeprefix(_SUSPENDED)
    said = _SAID.match(own)
    if said is None:
        return Reply(text, own, code=_code(own))
    words = own[said.end() :]
    command = GREETING if "refused to talk" in said[0] else ""
    if whole and (answered := _IN_REPLY.search(words)):
        words, command = words[: answered.start()], answered[1]
    return Reply(text, words, by_peer=True, code=_code(words), command=command)


def _code(words: str) -> str:
    """The SMTP reply code at the start of a reply."""
    found = _CODE.match(words) or _LAST_CODE.match(words)
    return found[1] if found else ""
