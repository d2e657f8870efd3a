from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mailwright.model.finding import Finding, Severity
from mailwright.net.resolver import StaticResolver, Status
from mailwright.transport.base import CommandResult
from mailwright.usecases.dns import dns_findings, records_to_publish
from tests.support.examples import REQUIREMENTS
from tests.support.memory import memory_parts

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from mailwright.net.resolver import RecordType
    from mailwright.usecases.parts import Parts

RELAY: Mapping[str, Mapping[RecordType, list[str]]] = {
    "relay.example": {"A": ["198.51.100.58"], "AAAA": []}
}


def parts(folder: Path, resolver: StaticResolver) -> Parts:
    made = memory_parts(folder, lambda *_: CommandResult(0, b""))
    return replace(made, resolver_for=lambda _asking: resolver)


def severities(folder: Path, resolver: StaticResolver) -> dict[str, Severity]:
    found: list[Finding] = []
    dns_findings(parts(folder, resolver), REQUIREMENTS, found.append)
    return {finding.kind.id: finding.severity for finding in found}


def test_the_record_that_is_missing_is_derived_and_passes_once_published(tmp_path: Path) -> None:
    missing = StaticResolver({**RELAY, "corp.example": {"TXT": []}})
    records = records_to_publish(parts(tmp_path, missing), REQUIREMENTS)
    assert [record.value for record in records] == ["v=spf1 ip4:198.51.100.58 ~all"]
    published = StaticResolver({**RELAY, "corp.example": {"TXT": [records[0].value]}})
    assert severities(tmp_path, published)["spf.covers-relay"] is Severity.PASS
    assert records_to_publish(parts(tmp_path, published), REQUIREMENTS) == ()


def test_a_server_that_does_not_answer_is_unknown_and_nothing_is_derived(tmp_path: Path) -> None:
    silent = StaticResolver(RELAY, {("corp.example", "TXT"): Status.TIMEOUT})
    assert severities(tmp_path, silent)["spf.unknown"] is Severity.UNKNOWN
    assert records_to_publish(parts(tmp_path, silent), REQUIREMENTS) == ()


def test_ptr_and_dkim_are_the_relays_business(tmp_path: Path) -> None:
    found = severities(tmp_path, StaticResolver(RELAY))
    assert found["ptr.relay-carries"] is Severity.INFO
    assert found["dkim.relay-signs"] is Severity.INFO
