from __future__ import annotations

import pytest

from mailwright.model.dns_records import join_txt, split_txt


@pytest.mark.parametrize(
    ("value", "lengths"),
    [
        ("", (0,)),
        ("a", (1,)),
        ("a" * 255, (255,)),
        ("a" * 256, (255, 1)),
        ("a" * 511, (255, 255, 1)),
    ],
)
def test_a_value_is_split_where_it_must_be_and_nowhere_else(
    value: str, lengths: tuple[int, ...]
) -> None:
    strings = split_txt(value)
    assert tuple(map(len, strings)) == lengths
    assert join_txt(strings) == value


@pytest.mark.parametrize("value", ["é" * 200, "a" + "é" * 200, "あ" * 90, "🖂" * 64 + "x"])
def test_octets_count_and_no_character_is_torn(value: str) -> None:
    strings = split_txt(value)
    assert len(strings) == 2
    assert all(len(each.encode()) <= 255 for each in strings)
    assert join_txt(strings) == value
