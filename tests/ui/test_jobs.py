from __future__ import annotations

import re
import threading
import time
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from mailwright.errors import MailwrightError
from mailwright_ui.jobs import Job
from tests.support.person import wait_until
from tests.support.turns import Turns, p99

if TYPE_CHECKING:
    from mailwright_ui.jobs import Emit, Stop, Work

pytestmark = pytest.mark.usefixtures("qapp")
STALL_P99_MS = 16.0


class Heard:
    """Everything that a job says, in order, and on which thread."""

    def __init__(self, work: Work[object]) -> None:
        self.told: list[tuple[str, object]] = []
        self.threads: set[int] = set()
        self.owner = QObject()
        self.job = Job(work, self.owner)
        for name in ("emitted", "succeeded", "failed", "crashed"):
            signal = getattr(self.job, name)
            signal.connect(lambda what, name=name: self._hear(name, what))
        self.job.ended.connect(lambda: self._hear("ended", None))

    def _hear(self, name: str, what: object) -> None:
        self.told.append((name, what))
        self.threads.add(threading.get_ident())

    def run(self) -> list[tuple[str, object]]:
        self.job.start()
        wait_until(lambda: bool(self.told) and self.told[-1][0] == "ended")
        return self.told


def test_events_come_in_order_on_the_windows_thread_and_the_result_after_them() -> None:
    worked_in = []

    def work(emit: Emit, _stop: Stop) -> object:
        worked_in.append(threading.get_ident())
        for number in range(3):
            emit(number)
        return "all"

    heard = Heard(work)
    events = [("emitted", 0), ("emitted", 1), ("emitted", 2)]
    assert heard.run() == [*events, ("succeeded", "all"), ("ended", None)]
    assert heard.threads == {threading.get_ident()}
    assert worked_in != [threading.get_ident()]
    assert not heard.job.running


def test_an_expected_error_and_a_mistake_are_told_apart() -> None:
    expected, mistake = MailwrightError("a.b", "no"), KeyError("x")

    def fail(_emit: Emit, _stop: Stop) -> object:
        raise expected

    def crash(_emit: Emit, _stop: Stop) -> object:
        raise mistake

    assert Heard(fail).run() == [("failed", expected), ("ended", None)]
    assert Heard(crash).run() == [("crashed", mistake), ("ended", None)]


def test_the_wish_to_stop_reaches_the_work() -> None:
    def work(_emit: Emit, stop: Stop) -> object:
        while not stop():
            time.sleep(0.001)
        return "stopped"

    heard = Heard(work)
    heard.job.start()
    assert heard.job.running
    heard.job.stop()
    wait_until(lambda: not heard.job.running)
    assert heard.told[0] == ("succeeded", "stopped")


def test_a_window_that_is_gone_does_not_hear_of_it() -> None:
    ended = threading.Event()

    def work(emit: Emit, stop: Stop) -> object:
        emit("late")
        ended.set()
        return None

    heard = Heard(work)
    heard.job.start()
    heard.owner.deleteLater()
    assert ended.wait(5)
    wait_until(lambda: True)
    assert ("succeeded", None) not in heard.told


LINE = "postfix/smtp[99]: 4A1: to=<a@example.com>, relay=mx[192.0.2.1]:25, dsn=2.0.0, status=sent"


def test_the_window_lives_while_a_job_parses_and_tells() -> None:
    """p99 of the gaps between turns while a thread parses about 10,000 lines a second."""

    def work(emit: Emit, _stop: Stop) -> object:
        for _burst in range(200):
            for number in range(100):
                fields = dict(re.findall(r"(\w+)=([^,]+)", LINE))
                emit({"number": number, **fields})
            time.sleep(0.01)
        return None

    heard = Heard(work)
    turns = Turns(heard.owner)
    told = heard.run()
    late = turns.stop()
    assert len(told) == 20_002
    assert len(late) > 100
    assert p99(late) <= STALL_P99_MS, f"the latest {late[-5:]} of {len(late)}"


def test_a_window_that_is_held_up_is_noticed() -> None:
    owner = QObject()
    turns = Turns(owner)
    for _turn in range(20):
        QApplication.processEvents()
        time.sleep(0.03)
    assert p99(turns.stop()) > STALL_P99_MS
