"""Several practice servers at once: a test waits for its own, the others go on meanwhile."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING

from tests.support import practice
from tests.support.trouble import Rig

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    import pytest

    from tests.lab.client import Lab

AT_ONCE = 3

Case = tuple["Callable[[Tried], None]", str]
"""What is done to a server (hashable, with a name), and of which image it is made."""


class Tried(Rig):
    """A server that must be afterwards what it was."""

    def __init__(self, lab: Lab, image: str, folder: Path) -> None:
        super().__init__(lab, lab.fresh(image), folder)
        self.image = image
        self.remember()

    def remember(self) -> None:
        """Take what the server is now for what it must be afterwards."""
        self.before = practice.settled(self.host)


class Batch:
    """Runs cases in threads; `result` is that of one of them."""

    def __init__(self, lab: Lab, folder: Path, cases: Sequence[Case]) -> None:
        self._lab = lab
        self._folder = folder
        self._pool = ThreadPoolExecutor(AT_ONCE)
        self._results: dict[Case, Future[None]] = {
            case: self._pool.submit(self._try, number, case) for number, case in enumerate(cases)
        }

    def _try(self, number: int, case: Case) -> None:
        check, image = case
        folder = self._folder / str(number)
        folder.mkdir()
        tried = Tried(self._lab, image, folder)
        try:
            check(tried)
        finally:
            tried.host.stop()

    def result(self, case: Case) -> None:
        """Wait for a case; raises what it raised."""
        self._results[case].result()

    def close(self) -> None:
        """Begin nothing more, and wait for what has begun."""
        self._pool.shutdown(cancel_futures=True)


def chosen(request: pytest.FixtureRequest) -> list[Case]:
    """The cases of a module that this run has selected, in the order of its tests."""
    items: Iterator[pytest.Item] = (
        item for item in request.session.items if item.path == request.path
    )
    calls = (getattr(item, "callspec", None) for item in items)
    return [call.params["case"] for call in calls if call is not None and "case" in call.params]


def named(case: Case) -> str:
    """A case's name in reports."""
    check, image = case
    return f"{check.__name__}-{image}"
