"""The watch of one server as a job: begun, begun anew with another range, stopped."""

from __future__ import annotations

import gc
import sys
from functools import cache
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from mailwright_ui.crashes import start_job
from mailwright_ui.setup.host_key import Answer

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from mailwright.model.figures import Snapshot
    from mailwright_ui.jobs import Emit, Job, Stop, Work
    from mailwright_ui.world import World

    Watch = Callable[[int], Work[object]]

INTERVAL = 5.0
SWITCH_SECONDS = 0.001
"""How long a thread that reads a log may keep the window's from going on (Python's own: 0.005)."""


def watching(world: World, name: str) -> Watch:
    """Return the work that watches a server over so many hours, on a connection of its own."""

    def of(hours: int) -> Work[object]:
        def work(emit: Emit, stop: Stop) -> object:
            from mailwright.catalog import bounce_classes
            from mailwright.usecases.servers import find_server
            from mailwright.usecases.watch import WatchOptions, watch

            # Read here: the window, which shows their titles, is not to wait for the file.
            bounce_classes()
            parts = world.parts()
            options = WatchOptions(INTERVAL, hours)
            return watch(parts, find_server(parts, name), Answer(), emit, stop, options)

        return work

    return of


@cache
def _give_way() -> None:
    """Let threads that read logs hold up the window less, once for the program.

    What is loaded already is not looked through for garbage again: that holds up every thread.
    """
    sys.setswitchinterval(SWITCH_SECONDS)
    gc.freeze()


class Feed(QObject):
    """Has one watch at a time: the next begins when the one before has ended.

    `seen` brings a snapshot, `failed` an error after which nothing comes any more.
    """

    seen = Signal(object)
    failed = Signal(object)

    def __init__(self, watch: Watch, owner: QWidget) -> None:
        super().__init__(owner)
        self._watch = watch
        self._owner = owner
        self._job: Job[object] | None = None
        self._wanted: int | None = None
        _give_way()

    @property
    def running(self) -> bool:
        """Whether a watch goes on, or still ends."""
        return self._job is not None and self._job.running

    def start(self, hours: int) -> None:
        """Watch over so many hours from now on."""
        self._wanted = hours
        if self._job is not None and self._job.running:
            self._job.stop()
        else:
            self._begin()

    def stop(self) -> None:
        """Watch no more; the connection ends with the look that is under way."""
        self._wanted = None
        if self._job is not None:
            self._job.stop()

    def _begin(self) -> None:
        hours, self._wanted = self._wanted, None
        if hours is None:
            return
        self._job = start_job(self._watch(hours), self._owner)
        self._job.emitted.connect(self._hear)
        self._job.failed.connect(self._fail)
        self._job.ended.connect(self._begin)

    def _hear(self, snapshot: Snapshot) -> None:
        # What comes after the wish for another range is of the old one.
        if self._wanted is None:
            self.seen.emit(snapshot)

    def _fail(self, error: object) -> None:
        if self._wanted is None:
            self.failed.emit(error)
