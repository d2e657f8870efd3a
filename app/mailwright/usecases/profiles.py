"""The answers for a server that this desktop knows: kept, so that a set-up can be changed later."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mailwright.interview.answers import Answers, document, read_answers, with_value
from mailwright.interview.requirements import server

if TYPE_CHECKING:
    from pathlib import Path

    from mailwright.model.server import Server
    from mailwright.usecases.parts import Parts


def open_profile(parts: Parts, name: str) -> Answers:
    """Return the answers kept for a server that is known by this name.

    What in its profile is no answer (a field of another version) keeps its default. A server
    without a profile has the answers about its login alone. Raises MailwrightError when the
    profile cannot be read.
    """
    tables = parts.profiles.read(name)
    if tables is not None:
        return read_answers(tables)[0]
    known = parts.journal.server(name)
    return Answers() if known is None else _login(known)


def save_profile(parts: Parts, answers: Answers) -> Path:
    """Keep the answers under the server's name; return where. Its login must be answered.

    Raises MailwrightError `profile.unwritable`.
    """
    return parts.profiles.write(server(answers.server).name, document(answers))


def _login(known: Server) -> Answers:
    answers = Answers()
    for field, answer in (
        ("server.name", known.name),
        ("server.host", known.host),
        ("server.port", known.port),
        ("server.user", known.user),
        ("server.login", known.login),
        ("server.key_file", known.key_file or ""),
    ):
        answers = with_value(answers, field, answer)
    return answers
