from __future__ import annotations

import io
import tarfile
from typing import TYPE_CHECKING

from mailwright.engine import commission, planner
from mailwright.mta.postfix import relay
from mailwright.resource.files import Files
from mailwright.resource.timers import Timer
from tests.support.examples import REQUIREMENTS

if TYPE_CHECKING:
    from mailwright.resource.base import Resource

ROUTE = relay.fingerprint(REQUIREMENTS)


def resources(*, proven: bool) -> tuple[Resource, ...]:
    settled = planner.proven_plan(REQUIREMENTS)
    return commission.resources(ROUTE, settled, relay.evidence(REQUIREMENTS), proven=proven)


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
