"""What the check does beside its findings, which are in tests/cases/checks/starttls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mailwright.checks import Context, run_checks, starttls
from mailwright.net.resolver import RecordType, StaticResolver, Status
from mailwright.net.smtp import Dialogue, StaticDialogues, Trouble

if TYPE_CHECKING:
    from mailwright.model.finding import Finding
    from mailwright.net.smtp import Peer

ZONES: dict[str, dict[RecordType, list[str]]] = {
    "example.com": {"MX": ["10 a.example.com", "20 b.example.com"]},
    "a.example.com": {"A": ["192.0.2.1", "10.0.0.1"]},
    "b.example.com": {"A": ["192.0.2.2"], "AAAA": ["::1", "2001:db8::2"]},
}


class Closed(StaticDialogues):
    """Refuses, and notes who was talked to."""

    def __init__(self) -> None:
        super().__init__({})
        self.talked: list[str] = []

    async def _talk(self, peer: Peer) -> Dialogue:
        self.talked.append(str(peer.address))
        return Dialogue(peer, trouble=Trouble.REFUSED)


def checked(
    smtp: StaticDialogues | None, failures: dict[tuple[str, RecordType], Status] | None = None
) -> tuple[list[Finding], StaticResolver]:
    found: list[Finding] = []
    resolver = StaticResolver(ZONES, failures)
    run_checks([starttls.CHECK], Context(resolver, "example.com", "", smtp=smtp), found.append)
    return found, resolver


def test_without_dialogues_nothing_is_asked_and_nothing_is_said() -> None:
    found, resolver = checked(None)
    assert (found, resolver.queries) == ([], 0)


def test_everybody_is_talked_to_once_and_nobodys_inside_network() -> None:
    smtp = Closed()
    found, _resolver = checked(smtp)
    assert sorted(smtp.talked) == ["192.0.2.1", "192.0.2.2", "2001:db8::2"]
    assert {finding.kind for finding in found} == {starttls.CLOSED}


def test_an_address_that_is_not_known_keeps_closed_from_being_said_of_all() -> None:
    found, _resolver = checked(Closed(), {("b.example.com", "AAAA"): Status.TIMEOUT})
    kinds = [finding.kind for finding in found]
    assert kinds.count(starttls.ONE_CLOSED) == 2
    assert kinds.count(starttls.UNKNOWN) == 1
    assert starttls.CLOSED not in kinds
