from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mailwright.errors import MailwrightError
from mailwright.model.server import HostKey
from mailwright.storage.database import Database
from mailwright.storage.host_keys import Confirmation, HostKeys

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

OLD = HostKey("ssh-ed25519", b"\0old")
NEW = HostKey("ssh-rsa", b"\0new")


@pytest.fixture
def keys(tmp_path: Path) -> Iterator[HostKeys]:
    database = Database(tmp_path / "a.db")
    times = iter(range(1_000, 2_000))
    yield HostKeys(database, clock=lambda: float(next(times)))
    database.close()


def test_a_server_is_unknown_until_its_key_is_confirmed(keys: HostKeys) -> None:
    assert keys.lookup("mx1.example.jp", 22) is None
    assert keys.confirmation("mx1.example.jp", 22) is None
    keys.confirm("mx1.example.jp", 22, OLD, "taro@desk")
    assert keys.lookup("mx1.example.jp", 22) == OLD
    assert keys.confirmation("mx1.example.jp", 22) == Confirmation("taro@desk", 1_000.0)
    assert keys.lookup("mx1.example.jp", 2222) is None
    assert keys.lookup("mx2.example.jp", 22) is None


def test_spellings_of_one_host_are_one_host(keys: HostKeys) -> None:
    keys.confirm("MX1.Example.jp.", 22, OLD, "taro")
    keys.confirm("2001:DB8:0::1", 22, NEW, "taro")
    assert keys.lookup("mx1.example.jp", 22) == OLD
    assert keys.lookup("[2001:db8::1]", 22) == NEW


def test_confirming_never_replaces(keys: HostKeys) -> None:
    keys.confirm("mx1", 22, OLD, "taro")
    keys.confirm("mx1", 22, OLD, "jiro")
    assert keys.confirmation("mx1", 22) == Confirmation("jiro", 1_001.0)
    with pytest.raises(MailwrightError) as caught:
        keys.confirm("mx1", 22, NEW, "taro")
    assert caught.value.code == "host-key.known-otherwise"
    assert OLD.fingerprint in caught.value.message
    assert keys.lookup("mx1", 22) == OLD


def test_replacing_asks_for_the_key_that_is_known(keys: HostKeys) -> None:
    with pytest.raises(MailwrightError):
        keys.replace("mx1", 22, OLD, NEW, "taro")
    assert keys.lookup("mx1", 22) is None
    keys.confirm("mx1", 22, OLD, "taro")
    with pytest.raises(MailwrightError):
        keys.replace("mx1", 22, NEW, NEW, "taro")
    keys.replace("mx1", 22, OLD, NEW, "taro")
    assert keys.lookup("mx1", 22) == NEW


def test_a_forgotten_server_is_unknown(keys: HostKeys) -> None:
    keys.confirm("mx1", 22, OLD, "taro")
    keys.forget("MX1", 22)
    assert keys.lookup("mx1", 22) is None
