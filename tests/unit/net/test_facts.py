"""Facts are found out once, and a deadline ends the waiting for all of them."""

from __future__ import annotations

import asyncio
import time

import pytest

from mailwright.net.facts import Deadline, Facts
from mailwright.net.resolver import Answer, RecordType, StaticResolver, Status


class Counted:
    """Finds the length of a text after a while, and notes what it was asked."""

    def __init__(self, seconds: float) -> None:
        self.asked: list[str] = []
        self._seconds = seconds

    async def __call__(self, text: str) -> int:
        self.asked.append(text)
        await asyncio.sleep(self._seconds)
        return len(text)


def test_a_fact_is_found_out_once_for_everybody() -> None:
    find = Counted(0.01)

    async def run() -> list[int]:
        facts = Facts(find, Deadline())
        facts.begin("three")
        found = await asyncio.gather(*(facts.get(text) for text in ("three", "one", "three")))
        assert len(facts) == 2
        return [*found, await facts.get("three")]

    assert asyncio.run(run()) == [5, 3, 5, 5]
    assert find.asked == ["three", "one"]


def test_who_gives_up_waiting_takes_nothing_from_the_others() -> None:
    find = Counted(0.05)

    async def run() -> int:
        facts = Facts(find, Deadline())
        impatient = asyncio.ensure_future(facts.get("three"))
        patient = asyncio.ensure_future(facts.get("three"))
        await asyncio.sleep(0)
        impatient.cancel()
        return await patient

    assert asyncio.run(run()) == 5


def test_the_deadline_ends_all_waiting_at_once_and_nothing_new_is_begun() -> None:
    slow, quick = Counted(5), Counted(0)

    async def run() -> None:
        deadline = Deadline(0.1)
        silent, spoken = Facts(slow, deadline), Facts(quick, deadline)
        assert await spoken.get("known") == 5
        waiting = await asyncio.gather(
            *(silent.get(text) for text in ("a", "b", "c")), return_exceptions=True
        )
        assert [type(one) for one in waiting] == [TimeoutError] * 3
        with pytest.raises(TimeoutError):
            await silent.get("d")
        assert await spoken.get("known") == 5

    began = time.monotonic()
    asyncio.run(run())
    assert 0.09 < time.monotonic() - began < 1
    assert slow.asked == ["a", "b", "c"]


def test_a_resolver_tells_what_the_deadline_left_open() -> None:
    class Silent(StaticResolver):
        async def _ask(self, name: str, record_type: RecordType) -> Answer:
            await asyncio.sleep(5)
            return await super()._ask(name, record_type)

    async def run() -> tuple[Status, str]:
        resolver = Silent({})
        resolver._deadline.seconds = 0.05
        answer = await resolver.query("Silent.Example", "A")
        return answer.status, answer.cause

    status, cause = asyncio.run(run())
    assert status is Status.TIMEOUT
    assert cause.startswith("A silent.example: time-out (not answered in the 0.05 s")
