from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mailwright.errors import MailwrightError
from mailwright.transport.base import CommandResult
from mailwright.usecases.servers import find_server
from tests.support.examples import REQUIREMENTS
from tests.support.memory import memory_parts

if TYPE_CHECKING:
    from pathlib import Path

    from mailwright.usecases.parts import Parts


def parts(folder: Path) -> Parts:
    return memory_parts(folder, lambda *_: CommandResult(0, b""))


def test_a_known_name_is_logged_in_to_as_its_profile_said(tmp_path: Path) -> None:
    mine = parts(tmp_path)
    mine.journal.meet(REQUIREMENTS.server)
    assert find_server(mine, "mx1") == REQUIREMENTS.server


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mx1.example.jp", ("root", "mx1.example.jp", 22)),
        ("admin@MX1.example.jp:2222", ("admin", "mx1.example.jp", 2222)),
        ("[2001:db8::1]:22", ("root", "2001:db8::1", 22)),
    ],
)
def test_an_address_is_taken_apart(
    tmp_path: Path, text: str, expected: tuple[str, str, int]
) -> None:
    found = find_server(parts(tmp_path), text)
    assert (found.user, found.host, found.port) == expected


@pytest.mark.parametrize(
    "text", ["", "a b", "-o Proxy", "a@b@c", "host:port", "x;y", "2001:db8::1", "a\nb", "ROOT@a"]
)
def test_anything_else_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(MailwrightError) as caught:
        find_server(parts(tmp_path), text)
    assert caught.value.code == "cli.bad-server"
