"""The whole job through the windows on a real server: set up, prove, open again, take back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import keyring.core
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from mailwright_ui.setup.result import ResultPage
from mailwright_ui.world import World
from tests.secret_service import secret_service
from tests.support import practice
from tests.support.differences import unexplained
from tests.support.person import Button, Person, texts, wait_until
from tests.support.turns import Turns, p99

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtWidgets import QApplication

    from tests.lab.client import Lab
    from tests.lab.fixtures import FreshHost
    from tests.lab.host import Host

__all__ = ["secret_service"]

pytestmark = pytest.mark.host
PATIENCE = 240.0
STALL_P99_MS = 16.0


@pytest.fixture
def host(fresh_host: FreshHost) -> Host:
    return fresh_host("deb12")


@pytest.fixture
def desktop(secret_service: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> World:
    """The program's own world: folders and a keyring of a session of its own."""
    for name in ("DBUS_SESSION_BUS_ADDRESS", "XDG_DATA_HOME", "XDG_CONFIG_HOME"):
        if name in secret_service:
            monkeypatch.setenv(name, secret_service[name])
    keyring.core.init_backend()
    return World()


@pytest.fixture
def person(qapp: QApplication, lab: Lab, host: Host, desktop: World) -> Iterator[Person]:
    made = Person(desktop)
    made.typed = {
        "server.host": host.ip,
        "server.key_file": str(host.ssh_key_path),
        "relay.host": lab.relay.host,
        "relay.port": str(lab.relay.submission_port),
        "relay.user": lab.relay.user,
        "identity.hostname": "smtp.corp.example",
        "identity.domain": "corp.example",
        "identity.administrator": practice.RECIPIENT,
        "proof.sender": practice.SENDER,
        "proof.recipient": practice.RECIPIENT,
        "advanced.dns": lab.resolver,
    }
    yield made
    made.close()


def test_a_server_is_set_up_proven_and_taken_back_by_hand(
    person: Person, lab: Lab, host: Host
) -> None:
    before = practice.settled(host)
    person.arrive("connect")
    person.choose("server.login", "key")
    person.to_review(lab.relay.password)
    assert person.shows("Login works; Debian GNU/Linux 12 (bookworm)")
    person.next("plan")
    assert host.ssh("test -e /etc/postfix", check=False).returncode == 1
    turns = Turns(person.wizard)
    person.press(Button.CommitButton)
    wait_until(lambda: person.page == "result", "the apply did not end", PATIENCE)
    late = turns.stop()
    assert p99(late) <= STALL_P99_MS, f"the latest {late[-5:]} of {len(late)}"
    assert person.shows("Done and confirmed.")
    assert person.shows(f"The relay took the test message to {practice.RECIPIENT}")
    assert host.ssh("postconf -h relayhost").stdout.strip() == (
        f"[{lab.relay.host}]:{lab.relay.submission_port}"
    )
    kept = person.flow.world.parts()
    assert kept.profiles.read(host.ip) is not None
    assert lab.relay.password not in kept.profiles.path(host.ip).read_text()
    taken_back(person)
    assert unexplained(before, host.manifest()) == []


def taken_back(person: Person) -> None:
    page = person.wizard.current
    assert isinstance(page, ResultPage)
    QTest.mouseClick(page.offers["take-back"], Qt.MouseButton.LeftButton)
    wait_until(lambda: person.shows("This would be taken back"), limit=PATIENCE)
    person.push("Take back these 2 changes")
    wait_until(lambda: person.shows("Everything was taken back."), texts(person.wizard), PATIENCE)
