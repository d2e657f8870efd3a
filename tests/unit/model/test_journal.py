from __future__ import annotations

import pytest

from mailwright.model.journal import EntryState

FINAL = {EntryState.CONFIRMED, EntryState.UNDONE, EntryState.LEFT}


@pytest.mark.parametrize("state", EntryState)
def test_what_rests_and_what_can_go_back(state: EntryState) -> None:
    assert state.is_final == (state in FINAL)
    assert state.can_be_undone == (state is not EntryState.UNDONE)
