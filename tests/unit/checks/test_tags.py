from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailwright.checks.tags import TagList, parse_tags, written


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", TagList({})),
        ("a=1; b = 2 ;", TagList({"a": "1", "b": "2"})),
        ("a=x=y", TagList({"a": "x=y"})),
        ("a=\r\n\t1", TagList({"a": "1"})),
        ("a=", TagList({"a": ""})),
        ("a=1;b", TagList({"a": "1"}, ("b",))),
        ("a=1; a=2", TagList({"a": "1"}, ("a=2",))),
        ("=1; 2a=1; a b=1", TagList({}, ("=1", "2a=1", "a b=1"))),
    ],
)
def test_what_is_a_tag_and_what_is_none(text: str, found: TagList) -> None:
    assert parse_tags(text) == found


def test_the_first_tag_is_known() -> None:
    assert parse_tags("v=1; a=2").first == "v"
    assert parse_tags("").first == ""


@given(st.text(st.characters(max_codepoint=255)))
def test_tags_are_written_as_they_are_read(text: str) -> None:
    tags = parse_tags(text).tags
    assert parse_tags(written(tags)).tags == tags
