from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from mailwright.errors import MailwrightError
from mailwright.secrets import Secret, SecretKind
from mailwright.transport.base import CommandResult
from mailwright.transport.memory import MemoryTransport
from mailwright.usecases.connection import open_session
from tests.support.examples import REQUIREMENTS
from tests.support.memory import KEY, OTHER_KEY, memory_parts

if TYPE_CHECKING:
    from pathlib import Path

    from mailwright.model.server import HostKey, Server
    from mailwright.transport.ssh import Credentials, HostKeyCheck
    from mailwright.usecases.parts import Parts

SERVER = REQUIREMENTS.server


def parts(folder: Path, *, shown: HostKey = KEY) -> Parts:
    return memory_parts(folder, lambda *_: CommandResult(0, b""), shown=shown)


def test_a_key_that_nobody_confirms_is_refused_and_not_remembered(tmp_path: Path) -> None:
    mine = parts(tmp_path)
    with pytest.raises(MailwrightError) as caught:
        open_session(mine, SERVER, lambda *_: False)
    assert caught.value.code == "host-key.unconfirmed"
    assert KEY.fingerprint in str(caught.value)
    assert "ssh-keygen -lf" in (caught.value.remedy or "")
    assert mine.host_keys.lookup(SERVER.host, 22) is None


def test_a_confirmed_key_is_remembered_with_who_confirmed_it(tmp_path: Path) -> None:
    mine = parts(tmp_path)
    open_session(mine, SERVER, lambda *_: True)
    confirmation = mine.host_keys.confirmation(SERVER.host, 22)
    assert confirmation is not None
    assert confirmation.who == "me@here"
    open_session(mine, SERVER, lambda *_: pytest.fail("asked again"))


def test_a_changed_key_stops_everything_and_shows_both(tmp_path: Path) -> None:
    open_session(parts(tmp_path), SERVER, lambda *_: True)
    mine = parts(tmp_path, shown=OTHER_KEY)
    with pytest.raises(MailwrightError) as caught:
        open_session(mine, SERVER, lambda *_: False)
    assert caught.value.code == "host-key.changed"
    assert KEY.fingerprint in str(caught.value)
    assert OTHER_KEY.fingerprint in str(caught.value)
    assert mine.host_keys.lookup(SERVER.host, 22) == KEY


def test_a_changed_key_is_replaced_when_a_person_says_so(tmp_path: Path) -> None:
    open_session(parts(tmp_path), SERVER, lambda *_: True)
    asked: list[HostKey | None] = []

    def ask(_server: Server, _shown: HostKey, known: HostKey | None) -> bool:
        asked.append(known)
        return True

    mine = parts(tmp_path, shown=OTHER_KEY)
    open_session(mine, SERVER, ask)
    assert asked == [KEY]
    assert mine.host_keys.lookup(SERVER.host, 22) == OTHER_KEY


def test_a_reconnect_asks_nobody_and_takes_the_confirmed_key_alone(tmp_path: Path) -> None:
    mine = parts(tmp_path)
    session = open_session(mine, SERVER, lambda *_: True)
    assert session.reconnect() is not session.transport
    mine.host_keys.replace(SERVER.host, SERVER.port, KEY, OTHER_KEY, "somebody else")
    with pytest.raises(MailwrightError) as caught:
        session.reconnect()
    assert caught.value.code == "host-key.changed"


def test_secrets_are_asked_for_only_when_they_are_needed(tmp_path: Path) -> None:
    mine = parts(tmp_path)
    handed: list[Credentials] = []

    def connect(
        _server: Server, credentials: Credentials, _check: HostKeyCheck, _known: HostKey | None
    ) -> MemoryTransport:
        handed.append(credentials)
        return MemoryTransport(lambda *_: CommandResult(0, b""))

    open_session(replace(mine, connect=connect), SERVER, lambda *_: True)
    assert handed[0].ssh() is None
    mine.secrets.set(SERVER.name, SecretKind.SSH, Secret("tr0ub4dor"))
    mine.secrets.set(SERVER.name, SecretKind.SUDO, Secret("other"))
    assert (handed[0].ssh(), handed[0].sudo()) == ("tr0ub4dor", "other")
    assert "tr0ub4dor" not in repr(handed)
