from __future__ import annotations

from mailwright.model.finding import FindingKind, Severity


def test_a_finding_carries_its_kind_and_its_own_arguments() -> None:
    kind = FindingKind("a.b", Severity.WARN, "{count} things")
    arguments: dict[str, str | int] = {"count": 2}
    finding = kind.found("mx1", "evidence", **arguments)
    arguments["count"] = 3
    assert finding.severity is Severity.WARN
    assert (finding.subject, finding.evidence, finding.args) == ("mx1", "evidence", {"count": 2})
