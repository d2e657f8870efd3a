from __future__ import annotations

from mailwright.model.requirements import Relay


def test_the_next_hop_is_written_without_an_mx_look_up() -> None:
    assert Relay("smtp.relay.example", 587).nexthop == "[smtp.relay.example]:587"
