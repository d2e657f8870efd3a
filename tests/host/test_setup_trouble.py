"""Whatever goes wrong at whichever step, the server is afterwards what it was."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from mailwright.model.events import Outcome
from mailwright.model.requirements import Route
from mailwright.usecases.history import take_back
from tests.support import practice
from tests.support.batch import Batch, Case, chosen, named
from tests.support.trouble import Trouble, impatient, provoke, unchanged

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.lab.client import Lab
    from tests.support.batch import Tried

SIGNED = ("dkim-key", "opendkim")
CONFIGURED = ("tables", "main.cf", "master.cf", "proof", "proof-timer")
BARE = ("packages", "tables", "main.cf", "master.cf", "postfix", "proof", "proof-timer")
STEPS = {"deb12-mail": CONFIGURED, "deb13-mail": CONFIGURED, "deb12": BARE, "deb13": BARE}
# Debian 13 ships master.cf without chroots where the package is there already.
ABSENT = {("deb13-mail", "master.cf")}


@dataclass(frozen=True)
class At:
    """Trouble at a step of a set-up."""

    route: Route
    step: str
    trouble: Trouble

    @property
    def __name__(self) -> str:
        return f"{self.route}: {self.step} {self.trouble}"

    def __call__(self, tried: Tried) -> None:
        tried.route = self.route
        done = provoke(tried, self.trouble, self.step)
        state = tried.wait_until_it_rests()
        if self.trouble is Trouble.BLINK:
            assert done is not None
            assert done.outcome is Outcome.DONE
            server = tried.wanted.server
            take_back(tried.parts, server, practice.confirm_key, tried.events.append)
        else:
            assert state == "undone"
        if self.trouble in {Trouble.BEFORE, Trouble.AFTER}:
            assert done is not None
            assert (done.outcome, done.left) == (Outcome.ROLLED_BACK, ())
        if self.trouble is Trouble.CUT:
            assert done is not None
            assert done.outcome is Outcome.INTERRUPTED
        assert tried.traces() == ""
        assert unchanged(tried, tried.before) == []


def steps(route: Route, image: str) -> tuple[str, ...]:
    """The steps of a set-up on a fresh server of this image."""
    own = STEPS[image]
    if route is Route.DIRECT:
        at = own.index("tables")
        own = (*own[:at], *SIGNED, *own[at:])
    return tuple(step for step in own if (image, step) not in ABSENT)


EVERY: list[Case] = [
    (At(route, step, trouble), image)
    for route in Route
    for image in STEPS
    for step in steps(route, image)
    for trouble in Trouble
]
# Every kind, every step and every route once, and each release with its packages from apt.
CHOICE: list[Case] = [
    (At(Route.RELAY, "tables", Trouble.BEFORE), "deb12-mail"),
    (At(Route.RELAY, "main.cf", Trouble.AFTER), "deb12-mail"),
    (At(Route.DIRECT, "master.cf", Trouble.CUT), "deb12-mail"),
    (At(Route.RELAY, "proof", Trouble.BLINK), "deb12-mail"),
    (At(Route.DIRECT, "proof-timer", Trouble.KILLED), "deb12-mail"),
    (At(Route.RELAY, "main.cf", Trouble.CUT), "deb13-mail"),
    (At(Route.DIRECT, "tables", Trouble.KILLED), "deb13-mail"),
    (At(Route.DIRECT, "packages", Trouble.KILLED), "deb12"),
    (At(Route.RELAY, "postfix", Trouble.AFTER), "deb12"),
    (At(Route.RELAY, "packages", Trouble.AFTER), "deb13"),
    (At(Route.DIRECT, "proof-timer", Trouble.CUT), "deb13"),
    *((At(Route.DIRECT, step, Trouble.AFTER), "deb13-mail") for step in SIGNED),
]


@pytest.fixture(scope="module")
def batch(
    request: pytest.FixtureRequest, lab: Lab, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Batch]:
    with pytest.MonkeyPatch.context() as patch:
        impatient(patch)
        running = Batch(lab, tmp_path_factory.mktemp("trouble"), chosen(request))
        yield running
        running.close()


@pytest.mark.parametrize("case", CHOICE, ids=named)
def test_the_server_is_what_it_was(batch: Batch, case: Case) -> None:
    batch.result(case)


@pytest.mark.matrix
@pytest.mark.parametrize("case", [case for case in EVERY if case not in CHOICE], ids=named)
def test_the_server_is_what_it_was_in_every_case(batch: Batch, case: Case) -> None:
    batch.result(case)


def test_the_choice_holds_every_kind_and_every_step() -> None:
    chosen_ones = [at for at, _image in CHOICE if isinstance(at, At)]
    assert {at.trouble for at in chosen_ones} == set(Trouble)
    assert {at.step for at in chosen_ones} == {*BARE, *SIGNED}
    assert {at.route for at in chosen_ones} == set(Route)
    assert set(CHOICE) <= set(EVERY)
