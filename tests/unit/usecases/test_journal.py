from __future__ import annotations

from typing import TYPE_CHECKING

from mailwright.engine.progress import Session
from mailwright.model.events import FindingMade, Note, StepFailed
from mailwright.model.finding import FindingKind, Severity
from mailwright.secrets import MASK, Secret
from mailwright.transport.base import CommandResult
from mailwright.transport.memory import MemoryTransport
from mailwright.usecases.journal import copy_journal, masked_finding, without_secret
from tests.support.examples import REQUIREMENTS
from tests.support.memory import memory_parts

if TYPE_CHECKING:
    from pathlib import Path

PASSWORD = Secret("tr0ub4dor&3")
FAIL = FindingKind("a.b", Severity.FAIL, "m")


def test_a_password_that_a_server_repeats_is_masked_in_every_event() -> None:
    failed = StepFailed("s", "r", f"said {PASSWORD.reveal()}")
    made = FindingMade(FAIL.found("x", "AUTH AHNvbWVvbmUAdHIwdWI0ZG9yJjM="))
    for event in (failed, made):
        masked = without_secret(event, PASSWORD)
        assert PASSWORD.reveal() not in repr(masked)
        assert MASK in repr(masked)
    assert without_secret(failed, None) is failed
    assert without_secret(Note("x"), PASSWORD) == Note("x")
    assert masked_finding(made.finding, None) is made.finding


def test_the_servers_journal_is_copied(tmp_path: Path) -> None:
    listing = b"entry\t1\tconfirmed\tno\nwho\tann\ntitle\tT\nfollows\t\n"
    transport = MemoryTransport(lambda *_: CommandResult(0, listing))
    parts = memory_parts(tmp_path, transport.answer)
    parts.journal.meet(REQUIREMENTS.server)
    copied = copy_journal(parts, Session(transport, lambda: transport), "mx1")
    assert parts.journal.entries("mx1") == copied
    parts.journal.drop("mx1", "1")
    assert parts.journal.entries("mx1") == ()
