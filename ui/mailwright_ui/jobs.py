"""Long work in threads of its own; the window hears of it in slices that nobody notices."""

from __future__ import annotations

import sys
from collections.abc import Callable
from queue import Empty, SimpleQueue
from threading import Event as Flag
from threading import Thread
from time import perf_counter
from typing import TYPE_CHECKING, Generic, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal

from mailwright.errors import MailwrightError

if TYPE_CHECKING:
    from collections.abc import Iterator

T = TypeVar("T")
Emit = Callable[[object], None]
Stop = Callable[[], bool]
Work = Callable[[Emit, Stop], T]

SWITCH_SECONDS = 0.001
"""How long a thread of a job may hold the interpreter while the window waits for it. Python's own
5 ms add up to a stutter where one turn of the event loop has to wait several times."""
LOOK_EVERY = 15
"""Milliseconds between two looks into the queue."""
SLICE_SECONDS = 0.004
"""How long one look may take: what is left waits for the next, and the window stays alive."""


class Job(QObject, Generic[T]):
    """One piece of work, `work(emit, stop)`, which runs in a thread of its own.

    Its signals come on the window's thread and in this order: `emitted` for each event, then one
    of `succeeded` (with what the work returned), `failed` (with a MailwrightError) and `crashed`
    (with any other exception: a mistake of the program), and at last `ended`.
    """

    emitted = Signal(object)
    succeeded = Signal(object)
    failed = Signal(object)
    crashed = Signal(object)
    ended = Signal()

    def __init__(self, work: Work[T], parent: QObject) -> None:
        super().__init__(parent)
        self._work = work
        self._news: SimpleQueue[tuple[str, object]] = SimpleQueue()
        self._flag = Flag()
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_EVERY)
        self._timer.timeout.connect(self._look)

    def start(self) -> None:
        """Begin; the program may end while it runs."""
        sys.setswitchinterval(SWITCH_SECONDS)
        arguments = (self._work, self._news, self._flag.is_set)
        Thread(target=_run, args=arguments, name="job", daemon=True).start()
        self._timer.start()

    def stop(self) -> None:
        """Wish that the work stops at the next place where it can."""
        self._flag.set()

    @property
    def running(self) -> bool:
        """Whether its end has not been heard of yet."""
        return self._timer.isActive()

    def _look(self) -> None:
        end = perf_counter() + SLICE_SECONDS
        for kind, what in self._waiting():
            if kind == "emitted":
                self.emitted.emit(what)
            else:
                self._end(kind, what)
                return
            if perf_counter() > end:
                return

    def _waiting(self) -> Iterator[tuple[str, object]]:
        while True:
            try:
                yield self._news.get_nowait()
            except Empty:
                return

    def _end(self, kind: str, what: object) -> None:
        self._timer.stop()
        signal = {"succeeded": self.succeeded, "failed": self.failed, "crashed": self.crashed}
        signal[kind].emit(what)
        self.ended.emit()


def _run(work: Work[T], news: SimpleQueue[tuple[str, object]], stop: Stop) -> None:
    """Do the work; knows nothing of the window, which may be closed before it ends."""
    try:
        result = work(lambda event: news.put(("emitted", event)), stop)
    except MailwrightError as error:
        news.put(("failed", error))
    except BaseException as error:  # noqa: BLE001 - raised in the window: see crashes
        news.put(("crashed", error))
    else:
        news.put(("succeeded", result))
