"""Answers that can be guessed from what was read on the server, for the person to change."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from mailwright.interview import names

if TYPE_CHECKING:
    from mailwright.interview.answers import Answers
    from mailwright.model.server import Facts

_SHORT_SECOND_LEVEL = 3
_COUNTRY_CODE = 2


def prefilled(answers: Answers, facts: Facts) -> Answers:
    """Return the answers with a guess for each name that was not answered.

    The SMTP host name is the server's own when that is a full name, the mail domain its parent,
    and the test message goes from the administrator to the administrator.
    """
    identity = answers.identity
    hostname = identity.hostname or _full_name(facts.hostname)
    domain = identity.domain or mail_domain(hostname)
    administrator = identity.administrator
    return msgspec.structs.replace(
        answers,
        identity=msgspec.structs.replace(identity, hostname=hostname, domain=domain),
        proof=msgspec.structs.replace(
            answers.proof,
            sender=answers.proof.sender or administrator,
            recipient=answers.proof.recipient or administrator,
        ),
    )


def mail_domain(hostname: str) -> str:
    """Return the parent of a host name, such as example.com for mx1.example.com.

    Empty where the parent may be a registry's own domain (co.jp, com.au), which a program
    cannot tell from a short name without the Public Suffix List.
    """
    _, _, parent = hostname.partition(".")
    labels = parent.split(".")
    if len(labels) < 2:  # noqa: PLR2004 - a domain and its top level
        return ""
    may_be_registry = len(labels) == 2 and (  # noqa: PLR2004 - as above
        len(labels[0]) <= _SHORT_SECOND_LEVEL and len(labels[1]) == _COUNTRY_CODE
    )
    return "" if may_be_registry else parent


def _full_name(text: str) -> str:
    name = names.host_name(text)
    return name if name is not None and names.is_qualified(name) else ""
