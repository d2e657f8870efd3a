from __future__ import annotations

from mailwright.resource.base import Wants


def test_a_union_wants_what_any_of_them_wants() -> None:
    both = Wants.union(
        (
            Wants(files=frozenset({"/a"}), units=frozenset({"u"})),
            Wants(files=frozenset({"/b"}), keys=frozenset({"/k"})),
        )
    )
    assert both == Wants(
        files=frozenset({"/a", "/b"}), units=frozenset({"u"}), keys=frozenset({"/k"})
    )
    assert Wants.union(()) == Wants()
