"""The cases of every check: what the DNS says, and what the check finds.

A case is a file of `tests/cases/checks/<check>/`:

    why = "what the case proves"
    [context]             # fields of Context; addresses as texts
    [records."NAME"]      # TYPE = ["value", …], as in StaticResolver
    [failures]            # "NAME TYPE" = "status", for questions that end otherwise
    [[findings]]          # in their order; `record` is tried too
"""

from __future__ import annotations

import ipaddress
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from mailwright.checks import ALL, Context, run_checks
from mailwright.model.finding import Finding, Severity
from mailwright.net.resolver import StaticResolver, Status

if TYPE_CHECKING:
    from mailwright.net.resolver import RecordType

CASES = Path(__file__).resolve().parents[2] / "cases" / "checks"
CHECKS = {check.id: check for check in ALL}
DUE = ("id", "severity", "record")
"""Fields that a case states wherever a finding has them."""
FILES = sorted(CASES.glob("*/*.toml"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_the_check_finds_what_the_case_says(path: Path) -> None:
    case = tomllib.loads(path.read_text(encoding="utf-8"))
    wanted = case["findings"]
    found = findings(path.parent.name, case)
    assert [described(*pair) for pair in zip(found, wanted, strict=True)] == wanted


@pytest.mark.parametrize(
    "path",
    [path for path in FILES if "\nrecord = " in path.read_text(encoding="utf-8")],
    ids=lambda path: f"{path.parent.name}/{path.stem}",
)
def test_the_offered_record_helps(path: Path) -> None:
    case = {**tomllib.loads(path.read_text(encoding="utf-8")), "failures": {}}
    offered = [one for one in findings(path.parent.name, case) if "record" in one.args]
    assert offered
    for finding in offered:
        case["records"].setdefault(finding.subject, {})["TXT"] = [str(finding.args["record"])]
        again = findings(path.parent.name, case)
        assert again[0].severity is Severity.PASS
        assert all("record" not in one.args for one in again)


def findings(check: str, case: dict[str, Any]) -> list[Finding]:
    fields = dict(case["context"])
    fields["addresses"] = tuple(ipaddress.ip_address(a) for a in fields.get("addresses", ()))
    context = Context(resolver(case), **fields)
    found: list[Finding] = []
    run_checks([CHECKS[check]], context, found.append)
    return found


def resolver(case: dict[str, Any]) -> StaticResolver:
    failures: dict[tuple[str, RecordType], Status] = {}
    for question, status in case.get("failures", {}).items():
        name, kind = question.split(" ")
        failures[name, kind] = Status(status)
    return StaticResolver(case.get("records", {}), failures)


def described(finding: Finding, wanted: dict[str, Any]) -> dict[str, Any]:
    """Return those fields of a finding that the case speaks of, and those it has to speak of."""
    whole = {
        "id": finding.kind.id,
        "severity": finding.severity.value,
        "subject": finding.subject,
        "evidence": finding.evidence,
        **finding.args,
    }
    return {name: value for name, value in whole.items() if name in {*wanted, *DUE}}
