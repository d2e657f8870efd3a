"""The window on a real server: known outcomes, a cut connection, a set-up that goes on beside."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt

from mailwright.model.events import Done, Outcome
from mailwright.model.server import LoginMethod, Server
from mailwright.usecases import setup
from mailwright.usecases.parts import Parts
from mailwright.usecases.watch import WatchOptions, watch
from mailwright_ui.dashboard.dashboard import DashboardWindow
from mailwright_ui.dashboard.feed import watching
from mailwright_ui.jobs import Job
from mailwright_ui.world import World
from tests.lab.host import Host
from tests.support import practice
from tests.support.person import texts, wait_until
from tests.support.pulse import Pulse, before_others

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from mailwright_ui.jobs import Emit, Stop
    from tests.lab.client import Lab
    from tests.lab.fixtures import FreshHost

STALL_P99_MS = 16.0
MX = "bigmail.example"
DELIVERED, UNKNOWN, FULL, BLOCKED = 20, 3, 4, 2
OUTCOMES = {"ok": DELIVERED, "nobody": UNKNOWN, "full": FULL, "spamhaus": BLOCKED}
SEND = f"""
for to in $(cat); do
    echo hello | /usr/sbin/sendmail -f "root@$(postconf -h myhostname)" "$to@{MX}"
done
"""


@dataclass(frozen=True)
class Rig:
    """A server of the lab, and a window that watches it."""

    host: Host
    parts: Parts
    window: DashboardWindow

    def tile(self, name: str) -> str:
        tile = self.window.view.tiles.tiles[name]
        return f"{tile.sign.text()} {tile.value.text()}"


@pytest.fixture
def rig(lab: Lab, fresh_host: FreshHost, tmp_path: Path, qtbot: QtBot) -> Iterator[Rig]:
    host = fresh_host("deb12-mail")
    practice.settled(host)
    parts = practice.parts(lab, host, tmp_path)
    server = Server(host.name, host.ip, 22, "root", LoginMethod.KEY, str(host.ssh_key_path))
    once = WatchOptions(once=True)
    watch(parts, server, practice.confirm_key, lambda _snapshot: None, lambda: False, once)
    with before_others():
        window = DashboardWindow(host.name, watching(World(lambda: parts), host.name))
        window.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
        qtbot.addWidget(window)
        with qtbot.waitExposed(window):
            window.show()
        yield Rig(host, parts, window)
        window.close()
        wait_until(lambda: not window.feed.running, "the end of the watch", 60)


@pytest.mark.timeout(400)
def test_the_window_shows_what_became_of_the_mail(rig: Rig) -> None:
    window = rig.window
    title = "No mail seen yet – send a test message"
    wait_until(lambda: title in texts(window), "the empty state", 60)
    wanted = [f"{kind}+{n}" for kind, number in OUTCOMES.items() for n in range(number)]
    rig.host.ssh(SEND, stdin="\n".join(wanted))
    wait_until(lambda: shown(window) == (DELIVERED, UNKNOWN + BLOCKED, FULL), "the figures", 90)
    wait_until(lambda: rig.tile("queue") == f"✓ {FULL} messages", "the queue", 30)
    assert rig.tile("sending") == "✓ Yes"
    assert rig.tile("errors") == "✕ 20.0 %"
    assert rig.tile("blocked") == "✕ Yes"
    assert rig.tile("lists") == "? Not checked yet"
    assert title not in texts(window)
    rows = {name: row.title.text() for name, row in window.view.causes.rows.items()}
    assert rows["user_unknown"].endswith(f": {UNKNOWN} failed, 0 waiting")
    assert rows["mailbox_full"].endswith(f": 0 failed, {FULL} waiting")
    assert rows["blocklisted"].endswith(f": {BLOCKED} failed, 0 waiting")
    assert "198.51.100" in window.view.causes.rows["blocklisted"].example.text()
    table = window.view.domains.table
    cells = [item.text() if (item := table.item(0, column)) else "" for column in range(4)]
    assert cells == [MX, str(DELIVERED), str(UNKNOWN + BLOCKED), str(FULL)]
    panels = window.view.panels
    assert {bar.label.split(":")[0]: bar.total for bar in panels["states"].chart.data.bars} == {
        "maildrop": 0,
        "incoming": 0,
        "active": 0,
        "deferred": FULL,
        "hold": 0,
    }
    assert sum(bar.total for bar in panels["ages"].chart.data.bars) == FULL
    cut_and_mend(rig)


def shown(window: DashboardWindow) -> tuple[int, int, int]:
    snapshot = window.view.snapshot
    if snapshot is None or window.view.slices.drawing:
        return -1, -1, -1
    outcomes = snapshot.figures.outcomes
    return outcomes.delivered, outcomes.failed, outcomes.pending


def cut_and_mend(rig: Rig) -> None:
    """A lost connection is told in place; the figures stay, and are said to be old."""
    rig.host.cut()
    try:
        lost = "Connection lost; connecting again …"
        wait_until(lambda: rig.window.status.text() == lost, "the loss", 90)
        assert "cannot be reached" in texts(rig.window)
        due = time.time() + 120
        wait_until(lambda: rig.tile("errors") == "? Was: 20.0 %" or time.time() > due, "", 130)
        assert rig.tile("errors") == "? Was: 20.0 %"
    finally:
        rig.host.mend()
    wait_until(lambda: "Connected again at" in texts(rig.window), "the return", 90)
    wait_until(lambda: rig.tile("errors") == "✕ 20.0 %", "fresh figures", 30)


@pytest.mark.timeout(400)
def test_nothing_stutters_while_the_server_is_set_up(rig: Rig, lab: Lab, qtbot: QtBot) -> None:
    wait_until(lambda: rig.window.view.snapshot is not None, "the first snapshot", 60)
    requirements = practice.requirements(lab, rig.host)

    def work(emit: Emit, _stop: Stop) -> object:
        planned = setup.plan(rig.parts, requirements, practice.confirm_key)
        return setup.carry_out(rig.parts, planned, emit)

    job = Job(work, rig.window)
    results: list[object] = []
    job.succeeded.connect(results.append)
    pulse = Pulse(rig.window)
    job.start()
    wait_until(lambda: not job.running, "the end of the set-up", 300)
    stalls = pulse.stop()
    (done,) = results
    assert isinstance(done, Done)
    assert done.outcome is Outcome.DONE
    assert stalls.turns > 1000
    assert stalls.p99 <= STALL_P99_MS, stalls
    wait_until(lambda: shown(rig.window)[0] > 0, "the test message", 60)
