"""Where an entry of a journal stands, in words."""

from __future__ import annotations

from mailwright.i18n import N_
from mailwright.model.journal import EntryState

STATES = {
    EntryState.APPLYING: N_("being applied"),
    EntryState.APPLIED: N_("applied, not confirmed yet"),
    EntryState.CONFIRMED: N_("applied and confirmed"),
    EntryState.STOPPED: N_("stopped on the way"),
    EntryState.UNDOING: N_("being taken back"),
    EntryState.UNDONE: N_("taken back"),
    EntryState.LEFT: N_("taken back, but something is left"),
    EntryState.INTERRUPTED: N_("interrupted"),
}
