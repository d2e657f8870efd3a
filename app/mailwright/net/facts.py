"""Facts from outside: each is found out once, and all of them before one moment."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Hashable

Key = TypeVar("Key", bound="Hashable")
Fact = TypeVar("Fact")


class Deadline:
    """The end of a run: so many seconds after its first fact is waited for; None: never.

    What is waited for longer ends in TimeoutError at once, so that a run whose facts share a
    deadline judges what it knows and ends.
    """

    def __init__(self, seconds: float | None = None) -> None:
        self.seconds = seconds
        self._moment: float | None = None

    @property
    def is_over(self) -> bool:
        """Whether the moment has passed."""
        moment = self._moment
        return moment is not None and moment <= asyncio.get_running_loop().time()

    async def wait_for(self, task: asyncio.Task[Fact]) -> Fact:
        """Return the task's result; raises TimeoutError where it comes too late.

        The task is never cancelled: who gives up waiting must not take it from the others.
        """
        if task.done():
            return task.result()
        if self.seconds is None:
            return await asyncio.shield(task)
        if self._moment is None:
            self._moment = asyncio.get_running_loop().time() + self.seconds
        async with asyncio.timeout_at(self._moment):
            return await asyncio.shield(task)


class Facts(Generic[Key, Fact]):
    """Finds out each fact once, and lets everybody who wants it wait for the same task."""

    def __init__(
        self, find: Callable[[Key], Coroutine[Any, Any, Fact]], deadline: Deadline
    ) -> None:
        self._find = find
        self._deadline = deadline
        self._tasks: dict[Key, asyncio.Task[Fact]] = {}

    def __len__(self) -> int:
        return len(self._tasks)

    def begin(self, key: Key) -> None:
        """Begin to find out what is going to be wanted, unless the deadline is over."""
        if key not in self._tasks and not self._deadline.is_over:
            self._tasks[key] = asyncio.get_running_loop().create_task(self._find(key))

    async def get(self, key: Key) -> Fact:
        """Return the fact; raises TimeoutError after the deadline."""
        self.begin(key)
        if key not in self._tasks:
            raise TimeoutError
        return await self._deadline.wait_for(self._tasks[key])
