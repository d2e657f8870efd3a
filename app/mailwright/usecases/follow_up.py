"""Apply what a proof has shown to be due, as an entry of its own that goes back with its set-up."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mailwright.engine import remote
from mailwright.engine.apply import Job, apply
from mailwright.engine.entry import EntryHead, new_id
from mailwright.engine.progress import Session
from mailwright.model.journal import EntryState
from mailwright.model.requirements import Requirements
from mailwright.secrets.secret import Secret
from mailwright.usecases.journal import copy_journal, without_secret
from mailwright.usecases.parts import Parts

if TYPE_CHECKING:
    from collections.abc import Callable

    from mailwright.model.events import Done, Event
    from mailwright.model.plan import Plan


@dataclass(frozen=True, slots=True)
class FollowUp:
    """Where to apply, and for whom."""

    parts: Parts
    requirements: Requirements
    session: Session
    password: Secret | None = field(repr=False)

    def apply(
        self, plan: Plan, title: str, emit: Callable[[Event], None], follows: str | None
    ) -> Done:
        """Apply a plan; it goes back with the entry `follows`, or with the last set-up.

        Raises MailwrightError when nothing could be begun, or the connection breaks.
        """
        head = EntryHead(
            new_id(self.parts.clock()),
            self.parts.who,
            title,
            follows or self._last_set_up(),
            window=self.parts.confirm_within,
        )
        job = Job(self.session, lambda event: emit(without_secret(event, self.password)))
        done = apply(job, plan, head)
        self.parts.journal.meet(self.requirements.server)
        copy_journal(self.parts, self.session, self.requirements.server.name)
        return done

    def _last_set_up(self) -> str | None:
        """The entry that is proven: a set-up that was proven later goes back whole."""
        found = remote.entries(self.session.transport)
        set_ups = (e.id for e in found if e.follows is None and e.state is EntryState.CONFIRMED)
        return max(set_ups, default=None)
