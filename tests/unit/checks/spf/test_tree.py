from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailwright.checks.spf.outcome import Cause, Problem, Result
from mailwright.checks.spf.tree import RECORDS, Node, reach, read_tree
from mailwright.net.resolver import StaticResolver

if TYPE_CHECKING:
    from collections.abc import Mapping

TARGET = "relay.example"


def tree(records: Mapping[str, str]) -> Node:
    resolver = StaticResolver({name: {"TXT": [record]} for name, record in records.items()})
    return asyncio.run(read_tree(resolver, "a.example"))


def test_costs_are_counted_over_the_whole_tree_at_worst() -> None:
    node = tree(
        {
            "a.example": "v=spf1 a mx ip4:192.0.2.1 include:b.example redirect=c.example",
            "b.example": "v=spf1 exists:%{i}.x.example ?all ptr",
            "c.example": "v=spf1 ptr -all",
        }
    )
    assert node.lookups == 6
    assert [child.domain for child in node.children] == ["b.example", "c.example"]
    assert node.default is Result.FAIL


@pytest.mark.parametrize(
    ("record", "default"),
    [
        ("v=spf1 a", Result.NEUTRAL),
        ("v=spf1 -a", Result.NEUTRAL),
        ("v=spf1", Result.NEUTRAL),
        ("v=spf1 ~all -all", Result.SOFTFAIL),
        ("v=spf1 redirect=gone.example", Result.NONE),
        ("no record", Result.NONE),
    ],
)
def test_the_default_is_for_whom_nothing_lists(record: str, default: Result) -> None:
    assert tree({"a.example": record}).default is default


@pytest.mark.parametrize(
    ("record", "found"),
    [
        ("v=spf1 include:relay.example -all", True),
        ("v=spf1 include:Relay.Example. -all", True),
        ("v=spf1 redirect=relay.example", True),
        ("v=spf1 include:b.example -all", True),
        ("v=spf1 redirect=b.example", True),
        ("v=spf1 ?include:relay.example -all", False),
        ("v=spf1 -include:b.example -all", False),
        ("v=spf1 -all include:relay.example", False),
        ("v=spf1 -all redirect=relay.example", False),
        ("v=spf1 a:relay.example -all", False),
    ],
)
def test_the_target_is_found_where_its_addresses_pass(record: str, found: bool) -> None:
    records = {
        "a.example": record,
        "b.example": "v=spf1 mx include:relay.example -all",
        TARGET: "v=spf1 -all",
    }
    assert reach(tree(records), TARGET) is found


def problem(record: str) -> Problem:
    found = reach(
        tree({"a.example": record, "bad.example": "v=spf1 moo", TARGET: "v=spf1 a a a -all"}),
        TARGET,
    )
    assert isinstance(found, Problem)
    return found


def test_what_breaks_before_the_target_is_reached_comes_first() -> None:
    assert problem("v=spf1 include:bad.example include:relay.example").cause is Cause.SYNTAX
    assert problem("v=spf1 -include:bad.example include:relay.example").cause is Cause.SYNTAX
    assert problem("v=spf1 include:gone.example include:relay.example").cause is Cause.NO_RECORD
    limit = problem("v=spf1 " + "a " * 7 + "include:relay.example")
    assert (limit.cause, limit.domain) == (Cause.LOOKUPS, TARGET)


def test_what_breaks_after_the_target_does_not_matter() -> None:
    records = {"a.example": "v=spf1 include:relay.example include:gone.example " + "a " * 20}
    assert reach(tree({**records, TARGET: "v=spf1 -all"}), TARGET) is True


def test_a_term_that_depends_on_the_sender_leaves_it_open() -> None:
    records = {"a.example": "v=spf1 include:%{i}.x.example include:b.example -all"}
    records |= {"b.example": "v=spf1 -all", TARGET: "v=spf1 -all"}
    found = reach(tree(records), TARGET)
    assert isinstance(found, Problem)
    assert (found.cause, found.term) == (Cause.DEPENDS_ON_SENDER, "include:%{i}.x.example")
    records["b.example"] = "v=spf1 include:relay.example -all"
    assert reach(tree(records), TARGET) is True


def test_a_loop_ends() -> None:
    looping = tree(
        {"a.example": "v=spf1 include:b.example", "b.example": "v=spf1 include:a.example"}
    )
    assert size(looping) <= RECORDS + 1
    found = reach(looping, TARGET)
    assert isinstance(found, Problem)
    assert found.cause is Cause.LOOKUPS


NAMES = st.sampled_from(["a.example", "b.example", "c.example", "%{d}", "%{i}.example", TARGET])
TERMS = st.sampled_from(["include:", "?include:", "redirect=", "a:", "exists:"])
RECORD = st.lists(st.builds(str.__add__, TERMS, NAMES), max_size=6).map(
    lambda terms: " ".join(["v=spf1", *terms])
)


@given(st.dictionaries(st.sampled_from(["a.example", "b.example", "c.example"]), RECORD))
def test_whatever_is_published_a_tree_is_bounded(records: dict[str, str]) -> None:
    node = tree(records)
    assert size(node) <= RECORDS * 7
    assert node.lookups >= 0
    assert isinstance(reach(node, TARGET), (bool, Problem))


def size(node: Node) -> int:
    return 1 + sum(size(child) for child in node.children)
