"""The cases of every check: what the DNS says, and what the check finds.

A case is a file of `tests/cases/checks/<check>/`:

    why = "what the case proves"
    [context]             # fields of Context; addresses as texts
    [records."NAME"]      # TYPE = ["value", …], as in StaticResolver
    [failures]            # "NAME TYPE" = "status", for questions that end otherwise
    [dialogues."ADDRESS"] # fields of Dialogue; replies as lists of lines with their code
    [[findings]]          # in their order; `record` is tried too
"""

from __future__ import annotations

import ipaddress
import tomllib
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from mailwright.checks import ALL, Check, Context, run_checks
from mailwright.model.finding import Finding, Severity
from mailwright.net.certificate import Certificate
from mailwright.net.resolver import StaticResolver, Status
from mailwright.net.smtp import Dialogue, Peer, Reply, Stage, StaticDialogues, Trouble

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
    wanted = case.get("findings", [])
    found = findings(path.parent.name, case)
    assert [described(*pair) for pair in zip(found, wanted, strict=True)] == wanted


@pytest.mark.parametrize(
    "path",
    [path for path in FILES if "\nrecord = " in path.read_text(encoding="utf-8")],
    ids=lambda path: f"{path.parent.name}/{path.stem}",
)
def test_the_offered_record_helps(path: Path) -> None:
    check = path.parent.name
    case = {**tomllib.loads(path.read_text(encoding="utf-8")), "failures": {}}
    before = findings(check, case)
    offered = [one for one in before if "record" in one.args]
    assert offered
    for finding in offered:
        again = findings(check, published(case, finding))
        told = {(one.kind.id, one.subject) for one in before}
        assert (finding.kind.id, finding.subject) not in {
            (one.kind.id, one.subject) for one in again
        }
        assert not [
            one
            for one in again
            if one.severity is Severity.FAIL and (one.kind.id, one.subject) not in told
        ]


def published(case: dict[str, Any], finding: Finding) -> dict[str, Any]:
    """Return the case after the person has done what a finding says."""
    name = str(finding.args.get("name", finding.subject))
    kind, value = str(finding.args.get("type", "TXT")), str(finding.args["record"])
    done = deepcopy(case)
    there = done.setdefault("records", {}).setdefault(name, {})
    there[kind] = [value] if kind == "TXT" else [*there.get(kind, []), value]
    return done


@pytest.mark.parametrize("check", ALL, ids=lambda check: check.id)
def test_every_kind_of_finding_has_a_case(check: Check) -> None:
    cases = [
        tomllib.loads(path.read_text(encoding="utf-8"))
        for path in FILES
        if path.parent.name == check.id
    ]
    covered = {finding["id"] for case in cases for finding in case.get("findings", ())}
    assert covered == {kind.id for kind in check.findings}


def findings(check: str, case: dict[str, Any]) -> list[Finding]:
    fields = dict(case["context"])
    fields["addresses"] = tuple(ipaddress.ip_address(a) for a in fields.get("addresses", ()))
    fields["selectors"] = tuple(fields.get("selectors", ()))
    if "dialogues" in case:
        fields["smtp"] = StaticDialogues(
            {address: dialogue(table) for address, table in case["dialogues"].items()}
        )
    context = Context(resolver(case), **fields)
    found: list[Finding] = []
    run_checks([CHECKS[check]], context, found.append)
    return found


def dialogue(table: dict[str, Any]) -> Dialogue:
    """Return the dialogue of a table; its peer is whom it is held with."""
    fields: dict[str, Any] = {**table, "stage": Stage(table["stage"])}
    if "trouble" in table:
        fields["trouble"] = Trouble(table["trouble"])
    for name in ("greeting", "ehlo", "starttls"):
        if name in table:
            lines = tuple(line[4:] for line in table[name])
            fields[name] = Reply(int(table[name][0][:3]), lines)
    if "certificate" in table:
        fields["certificate"] = certificate(**table["certificate"])
    return Dialogue(Peer("", ipaddress.ip_address("192.0.2.1")), **fields)


def certificate(names: list[str], days_left: int, distrust: str, *, fits: bool) -> Certificate:
    end = datetime.now(UTC) + timedelta(days=days_left)
    return Certificate(
        tuple(names), "CN=Some authority", end - timedelta(days=90), end, fits, distrust
    )


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
