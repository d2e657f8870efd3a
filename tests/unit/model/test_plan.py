from __future__ import annotations

from mailwright.model.plan import Action, Change, Plan, Step


def test_the_changes_of_a_plan_are_those_of_its_steps_in_order() -> None:
    changes = [Change(name, Action.ADD, None, "x", "why") for name in "abc"]
    steps = (
        Step("one", "One", ":", (), ":", ":", (changes[0],)),
        Step("two", "Two", ":", (), ":", ":", (changes[1], changes[2])),
    )
    assert Plan("mx1", steps).changes == tuple(changes)
    assert Plan("mx1", ()).changes == ()
