"""Counting the requests under way, so that nothing starts while the lab is taken down."""

from __future__ import annotations

import contextlib
import threading
from typing import TYPE_CHECKING

from tests.lab.errors import LabError

if TYPE_CHECKING:
    from collections.abc import Iterator


class Gate:
    """Open until :meth:`close`."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._inside = 0
        self._closed = False

    @contextlib.contextmanager
    def passing(self) -> Iterator[None]:
        """Do something while the gate cannot finish closing.

        :raises LabError: if it is closed.
        """
        with self._condition:
            if self._closed:
                raise LabError("the lab is being taken down")
            self._inside += 1
        try:
            yield
        finally:
            with self._condition:
                self._inside -= 1
                self._condition.notify_all()

    def close(self, seconds: float) -> bool:
        """Let nobody in any more; False if somebody is still inside after so many seconds."""
        with self._condition:
            self._closed = True
            return self._condition.wait_for(lambda: self._inside == 0, seconds)
