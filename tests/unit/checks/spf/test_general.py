"""What is said without knowing who sends; the findings are in tests/cases/checks/spf."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from mailwright.checks.base import UnknownFactError
from mailwright.checks.spf import findings
from mailwright.checks.spf.general import COMFORTABLE_LOOKUPS, for_whoever_sends
from mailwright.checks.spf.tree import read_tree
from mailwright.net.resolver import RecordType, StaticResolver, Status

if TYPE_CHECKING:
    from mailwright.model.finding import Finding


def judged(record: str, failures: dict[tuple[str, RecordType], Status] | None = None) -> Finding:
    zones: dict[str, dict[RecordType, list[str]]] = {
        "example.com": {"TXT": [record]},
        "relay.example": {"TXT": ["v=spf1 ip4:192.0.2.0/24 ?all"]},
    }
    tree = asyncio.run(read_tree(StaticResolver(zones, failures), "example.com"))
    return for_whoever_sends("example.com", tree)


@pytest.mark.parametrize(
    ("record", "count", "end"),
    [
        ("v=spf1 mx include:relay.example -all", 2, "fail"),
        ("v=spf1 ip4:192.0.2.1 ~all", 0, "softfail"),
        ("v=spf1 redirect=relay.example", 1, "neutral"),
        ("v=spf1 a", 1, "neutral"),
    ],
)
def test_a_usable_record_is_told_with_its_cost_and_its_end(
    record: str, count: int, end: str
) -> None:
    found = judged(record)
    assert found.kind is findings.USABLE
    assert (found.args["count"], found.args["end"], found.evidence) == (count, end, record)


def test_a_record_near_its_limit_is_told() -> None:
    terms = [f"a:h{number}.example.com" for number in range(COMFORTABLE_LOOKUPS + 1)]
    assert judged(f"v=spf1 {' '.join(terms[1:])} -all").kind is findings.USABLE
    assert judged(f"v=spf1 {' '.join(terms)} -all").kind is findings.MANY_LOOKUPS


def test_a_part_that_is_missing_is_not_judged() -> None:
    failures: dict[tuple[str, RecordType], Status] = {("relay.example", "TXT"): Status.SERVFAIL}
    with pytest.raises(UnknownFactError, match=r"TXT relay\.example: servfail"):
        judged("v=spf1 include:relay.example -all", failures)
