"""Whatever goes wrong at whichever step, the server is afterwards what it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mailwright.model.events import Outcome
from mailwright.usecases.history import take_back
from tests.support import practice
from tests.support.trouble import Rig, Trouble, impatient, provoke, unchanged

if TYPE_CHECKING:
    from pathlib import Path

    from tests.lab.client import Lab
    from tests.lab.fixtures import FreshHost

CONFIGURED = ("tables", "main.cf", "master.cf", "proof", "proof-timer")
BARE = ("packages", "tables", "main.cf", "master.cf", "postfix", "proof", "proof-timer")
STEPS = {"deb12-mail": CONFIGURED, "deb13-mail": CONFIGURED, "deb12": BARE, "deb13": BARE}
# Debian 13 ships master.cf without chroots where the package is there already.
ABSENT = {("deb13-mail", "master.cf")}
EVERY = [
    (image, step, trouble)
    for image, steps in STEPS.items()
    for step in steps
    for trouble in Trouble
    if (image, step) not in ABSENT
]
# Every kind and every step once, and each release with its packages from apt.
CHOICE = [
    ("deb12-mail", "tables", Trouble.BEFORE),
    ("deb12-mail", "main.cf", Trouble.AFTER),
    ("deb12-mail", "master.cf", Trouble.CUT),
    ("deb12-mail", "proof", Trouble.BLINK),
    ("deb12-mail", "proof-timer", Trouble.KILLED),
    ("deb13-mail", "main.cf", Trouble.CUT),
    ("deb13-mail", "tables", Trouble.KILLED),
    ("deb12", "packages", Trouble.KILLED),
    ("deb12", "postfix", Trouble.AFTER),
    ("deb13", "packages", Trouble.AFTER),
    ("deb13", "proof-timer", Trouble.CUT),
]


@pytest.fixture
def rig(lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Rig:
    """A desktop with little patience; its server comes with the test."""
    impatient(monkeypatch)
    return Rig(lab, lab.peer("mx"), tmp_path)


def check(rig: Rig, fresh_host: FreshHost, image: str, step: str, trouble: Trouble) -> None:
    rig.host = fresh_host(image)
    before = practice.settled(rig.host)
    done = provoke(rig, trouble, step)
    state = rig.wait_until_it_rests()
    if trouble is Trouble.BLINK:
        assert done is not None
        assert done.outcome is Outcome.DONE
        take_back(
            rig.parts,
            practice.requirements(rig.lab, rig.host).server,
            practice.confirm_key,
            rig.events.append,
        )
    else:
        assert state == "undone"
    if trouble in {Trouble.BEFORE, Trouble.AFTER}:
        assert done is not None
        assert (done.outcome, done.left) == (Outcome.ROLLED_BACK, ())
    if trouble is Trouble.CUT:
        assert done is not None
        assert done.outcome is Outcome.INTERRUPTED
    assert rig.traces() == ""
    assert unchanged(rig, before) == []


@pytest.mark.parametrize(("image", "step", "trouble"), CHOICE)
def test_the_server_is_what_it_was(
    rig: Rig, fresh_host: FreshHost, image: str, step: str, trouble: Trouble
) -> None:
    check(rig, fresh_host, image, step, trouble)


@pytest.mark.matrix
@pytest.mark.parametrize(
    ("image", "step", "trouble"), [case for case in EVERY if case not in CHOICE]
)
def test_the_server_is_what_it_was_in_every_case(
    rig: Rig, fresh_host: FreshHost, image: str, step: str, trouble: Trouble
) -> None:
    check(rig, fresh_host, image, step, trouble)


def test_the_choice_holds_every_kind_and_every_step() -> None:
    assert {trouble for _image, _step, trouble in CHOICE} == set(Trouble)
    assert {step for _image, step, _trouble in CHOICE} == set(BARE)
