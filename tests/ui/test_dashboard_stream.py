"""The window lives while deliveries stream in and a set-up goes on beside it."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt

from mailwright.model.server import LoginMethod, Server
from mailwright.secrets import Secret, SecretKind
from mailwright.usecases import setup
from mailwright.usecases.watch import WatchOptions, watch
from mailwright_ui.dashboard.dashboard import DashboardWindow
from mailwright_ui.jobs import Job
from tests.support.examples import REQUIREMENTS
from tests.support.memory import memory_parts
from tests.support.person import wait_until
from tests.support.pulse import Pulse, Stalls, before_others
from tests.support.stream import GrowingLog
from tests.unit.usecases.practice import PASSWORD, Practice

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from mailwright.transport.base import CommandResult
    from mailwright_ui.jobs import Emit, Stop, Work

DELIVERIES = 5_000
A_LOOK = 100
STALL_P99_MS = 16.0
ROUND_TRIP = 0.02
ROUNDS = 3
SERVER = Server("mx1", "198.51.100.7", 22, "root", LoginMethod.AGENT)


class Distant(Practice):
    """A server that is some way off, as every real one."""

    def answer(self, script: str, payload: bytes) -> CommandResult:
        time.sleep(ROUND_TRIP)
        return super().answer(script, payload)


def streaming(log: GrowingLog, folder: Path) -> Work[object]:
    """Watch a log that grows by some deliveries before each look."""
    parts = replace(memory_parts(folder, log.answer), clock=lambda: log.now)

    def work(emit: Emit, stop: Stop) -> object:
        written = 0

        def more(snapshot: object) -> None:
            nonlocal written
            emit(snapshot)
            if written < DELIVERIES:
                log.write(written, A_LOOK)
                written += A_LOOK

        return watch(
            parts, SERVER, lambda *_: True, more, stop, WatchOptions(interval=0.02, hours=24)
        )

    return work


def setting_up(folder: Path, until: threading.Event) -> Work[object]:
    """Set servers up in memory, one after another."""

    def work(_emit: Emit, _stop: Stop) -> object:
        done = 0
        while not until.is_set():
            place = folder / f"server{done}"
            place.mkdir()
            server = Distant(place)
            server.parts.secrets.set("mx1", SecretKind.RELAY, Secret(PASSWORD))
            planned = setup.plan(server.parts, REQUIREMENTS, lambda *_: True)
            setup.carry_out(server.parts, planned, lambda _event: None)
            done += 1
        return done

    return work


def streamed(qtbot: QtBot, folder: Path) -> Stalls:
    """Show a window while everything streams in and servers are set up; return its stalls."""
    folder.mkdir()
    log = GrowingLog(time.time())
    window = DashboardWindow("mx1", lambda _hours: streaming(log, folder), lambda: log.now)
    window.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
    qtbot.addWidget(window)
    ended = threading.Event()
    other = Job(setting_up(folder, ended), window)
    results: list[object] = []
    other.succeeded.connect(results.append)
    with qtbot.waitExposed(window):
        window.show()
    other.start()
    pulse = Pulse(window)

    def counted() -> int:
        snapshot = window.view.snapshot
        return 0 if snapshot is None else snapshot.figures.messages

    wait_until(lambda: counted() == DELIVERIES or not window.feed.running, "the deliveries", 90)
    stalls = pulse.stop()
    ended.set()
    assert counted() == DELIVERIES
    rate = window.view.tiles.tiles["errors"].value
    wait_until(lambda: rate.text() == "17.3 %", "the error rate")
    wait_until(lambda: not other.running, "the end of the set-up")
    assert results[0] != 0
    window.close()
    wait_until(lambda: not window.feed.running)
    return stalls


@pytest.mark.timeout(300)
def test_nothing_stutters_while_deliveries_stream_in_and_a_server_is_set_up(
    qtbot: QtBot, tmp_path: Path
) -> None:
    """The calmest of some rounds counts: what others do on the machine is not in all of them."""
    rounds: list[Stalls] = []
    while len(rounds) < ROUNDS and not any(each.p99 <= STALL_P99_MS for each in rounds):
        with before_others():
            rounds.append(streamed(qtbot, tmp_path / str(len(rounds))))
    assert min(each.turns for each in rounds) > 200
    assert min(each.p99 for each in rounds) <= STALL_P99_MS, rounds
