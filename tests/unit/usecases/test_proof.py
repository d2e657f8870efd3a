from __future__ import annotations

from typing import TYPE_CHECKING

from mailwright.model.events import Event, FindingMade
from mailwright.secrets import Secret
from mailwright.transport.base import CommandResult
from mailwright.usecases.connection import open_session
from mailwright.usecases.proof import Prover
from tests.support.examples import REQUIREMENTS
from tests.support.memory import memory_parts
from tests.unit.engine.test_planner import as_desired

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from mailwright.model.server import Observation

NOT_SENT = b"gate\t\nstatus\tdeferred\nline\tx: status=deferred (no route)\ntls\t\n"


def test_a_message_that_stays_leaves_the_server_on_trial(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def observe(*_arguments: object) -> Observation:
        return as_desired(proven=False)

    monkeypatch.setattr("mailwright.usecases.proof.observe", observe)
    parts = memory_parts(tmp_path, lambda *_: CommandResult(0, NOT_SENT))
    session = open_session(parts, REQUIREMENTS.server, lambda *_: True)
    told: list[Event] = []
    found = Prover(parts, REQUIREMENTS, session, Secret("tr0ub4dor")).prove(told.append)
    ids = [finding.kind.id for finding in found]
    assert {"postfix.gate-silent", "relay.not-delivered", "setup.trial", "setup.complete"} <= set(
        ids
    )
    assert [event.finding for event in told if isinstance(event, FindingMade)] == found
