"""The first usable window, its list of servers drawn, against a bare window of PySide6.

Both are cold processes, in turn. CPU time is that of the whole process; wall time begins before
the interpreter does. The bare window is a QMainWindow with a label, at its first paint.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from mailwright.model.journal import Entry, EntryState
from mailwright.model.server import Server
from mailwright.storage.database import Database
from mailwright.storage.journal import Journal
from tests.tools.session import session

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

BAR = 1.5
PAIRS = 11
SECONDS = 60
SERVERS = 3

_TELL = """
import os, sys, time

def tell():
    print(time.process_time(), time.monotonic(), flush=True)
    os._exit(0)
"""
BARE = f"""{_TELL}
from PySide6.QtWidgets import QApplication, QLabel, QMainWindow

class Label(QLabel):
    def paintEvent(self, event):
        super().paintEvent(event)
        tell()

application = QApplication(sys.argv)
window = QMainWindow()
window.setCentralWidget(Label("Mailwright"))
window.resize(800, 500)
window.show()
application.exec()
"""
OURS = f"""{_TELL}
from PySide6.QtWidgets import QApplication
from mailwright_ui import app

class Watched(QApplication):
    def exec(self):
        (window,) = (each for each in self.topLevelWidgets() if each.isVisible())
        show = window.servers.show_content

        def show_content(content):
            show(content)
            # The first turn lays out, the second paints what is left.
            self.processEvents()
            self.processEvents()
            if content.tree.topLevelItemCount() == {SERVERS}:
                tell()

        window.servers.show_content = show_content
        return super().exec()

app.QApplication = Watched
app.main()
"""


class Start(NamedTuple):
    """Seconds until a window was there."""

    cpu: float
    wall: float


def main() -> bool:
    """Print both ratios of medians; False when the bar was missed in CPU time."""
    with session() as environment:
        _fill(Path(environment["XDG_DATA_HOME"]))
        for code in (BARE, OURS):
            _start(code, environment)
        pairs = [(_start(BARE, environment), _start(OURS, environment)) for _ in range(PAIRS)]
    load = os.getloadavg()[0]
    print(
        f"first usable window, {PAIRS} pairs of cold processes, load {load:.1f}, bar {BAR} x bare"
    )
    print(f"{'time':<6}{'bare ms':>9}{'ours ms':>9}{'ratio':>8}")
    cpu = _row("cpu", [(bare.cpu, ours.cpu) for bare, ours in pairs])
    _row("wall", [(bare.wall, ours.wall) for bare, ours in pairs])
    return cpu <= BAR


def _fill(data: Path) -> None:
    database = Database(data / "mailwright" / "mailwright.db")
    journal = Journal(database)
    for number in range(SERVERS):
        name = f"mx{number}.example"
        journal.meet(Server(name, f"192.0.2.{number + 1}"))
        journal.put(name, Entry("1", EntryState.CONFIRMED, "me@desk", "Set-up through a relay"))
    database.close()


def _start(code: str, environment: Mapping[str, str]) -> Start:
    began = time.monotonic()
    ended = subprocess.run(
        [sys.executable, "-c", code],
        env=environment,
        check=True,
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )
    cpu, moment = map(float, ended.stdout.split())
    return Start(cpu, moment - began)


def _row(name: str, pairs: Sequence[tuple[float, float]]) -> float:
    bare = statistics.median(pair[0] for pair in pairs)
    ours = statistics.median(pair[1] for pair in pairs)
    print(f"{name:<6}{bare * 1000:>9.0f}{ours * 1000:>9.0f}{ours / bare:>8.2f}")
    return ours / bare
