from __future__ import annotations

import io
import tarfile
from dataclasses import replace
from typing import TYPE_CHECKING

from mailwright.engine import commission, planner
from mailwright.mta.postfix import desired as postfix
from mailwright.resource.files import Files
from mailwright.resource.timers import Timer
from tests.support.examples import REQUIREMENTS
from tests.unit.engine.test_planner import SECRET, as_desired

if TYPE_CHECKING:
    from mailwright.resource.base import Resource

ROUTE = postfix.fingerprint(REQUIREMENTS)


def resources(*, proven: bool) -> tuple[Resource, ...]:
    settled = planner.proven_plan(REQUIREMENTS)
    return commission.resources(ROUTE, settled, postfix.evidence(REQUIREMENTS), proven=proven)


def prepared() -> dict[str, bytes]:
    """The entry that the timer runs, as it lies on the server."""
    folder = next(r for r in resources(proven=False) if isinstance(r, Files) and r.id == "proof")
    content = next(i.content for i in folder.items if i.path.endswith("entry.tar"))
    assert content is not None
    files = {}
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        for member in archive:
            file = archive.extractfile(member)
            assert file is not None
            files[member.name] = file.read()
    return files


def test_what_lies_on_the_server_is_the_same_each_time() -> None:
    assert resources(proven=False) == resources(proven=False)


def test_the_prepared_entry_ends_soft_bounce_marks_the_route_and_stops_the_timer() -> None:
    files = prepared()
    assert b"soft_bounce" in files["steps/01/do"]
    assert files["steps/02/saves"].strip() == commission.PROVEN.encode()
    assert b"timer_off mailwright-proof.timer" in files["steps/03/do"]
    assert {"who", "title", "runner.sh", "window", "reload"} <= set(files)


def test_once_proven_the_timer_is_gone_and_the_marker_names_the_route() -> None:
    marker, timer = resources(proven=True)
    assert isinstance(marker, Files)
    assert isinstance(timer, Timer)
    assert marker.items[0].content == f"{ROUTE}\n".encode()
    assert timer.absent


def test_the_prepared_entry_does_what_a_desktop_would_do_at_that_moment() -> None:
    seen = as_desired(proven=False)
    plan = planner.end_of_trial(REQUIREMENTS, seen, SECRET)
    files = prepared()
    for number, step in enumerate(plan.steps, start=1):
        for name in ("id", "do", "undo", "guard", "saves"):
            text = files[f"steps/{number:02}/{name}"].decode()
            wanted = getattr(step, name)
            assert text.strip() == ("\n".join(wanted) if name == "saves" else wanted).strip()
    assert f"steps/{len(plan.steps) + 1:02}/do" not in files
    assert files["reload"].decode().strip() == plan.reload


def test_neither_archive_holds_a_secret() -> None:
    assert SECRET.password is not None
    login = REQUIREMENTS.smarthost.user
    for resource in resources(proven=False):
        items = resource.files.items if isinstance(resource, Timer) else ()
        items = resource.items if isinstance(resource, Files) else items
        for item in items:
            assert SECRET.password.encode() not in (item.content or b"")
            assert f"{login}:".encode() not in (item.content or b"")


def test_what_lies_on_the_server_is_for_root_alone_but_the_units() -> None:
    modes = {
        item.path: item.mode
        for resource in resources(proven=False)
        if isinstance(resource, Files)
        for item in resource.items
    }
    assert {path for path, mode in modes.items() if mode & 0o077} <= {commission.PROVEN}
    assert f"{commission.FOLDER}/entry.tar" in modes


def test_another_route_is_another_marker_and_another_entry() -> None:
    other = replace(REQUIREMENTS, relay=replace(REQUIREMENTS.smarthost, user="else"))
    route = postfix.fingerprint(other)
    settled = planner.proven_plan(other)
    (marker, _timer) = commission.resources(route, settled, postfix.evidence(other), proven=True)
    assert isinstance(marker, Files)
    assert marker.items[0].content == f"{route}\n".encode()
    assert route != ROUTE
