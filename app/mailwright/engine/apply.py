"""Carry out a plan, and take entries of the journal back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mailwright.engine import remote
from mailwright.engine.progress import Follower, Session
from mailwright.model.events import Done, Event, Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mailwright.engine.entry import EntryHead
    from mailwright.model.journal import Entry
    from mailwright.model.plan import Plan


def never() -> bool:
    """Say that nobody wants to stop."""
    return False


@dataclass
class Job:
    """What every job on a server has: the way there, the listener, the wish to stop."""

    session: Session
    emit: Callable[[Event], None]
    stop: Callable[[], bool] = field(default=never)


def apply(job: Job, plan: Plan, head: EntryHead) -> Done:
    """Apply a plan and confirm it; on a failure the server takes everything back.

    Raises MailwrightError when nothing could be begun. The returned event is not emitted.
    """
    remote.begin(job.session.transport, plan, head)
    titles = {
        f"{number:02}": (step.id, step.title) for number, step in enumerate(plan.steps, start=1)
    }
    follower = Follower(job.session, head.id, head.window, titles, job.emit)
    return _conclude(job, follower)


def resume(job: Job, entry: Entry, window: int) -> Done:
    """Go on with an entry that was stopped, from the server's journal alone."""
    seen = remote.resume(job.session.transport, entry.id)
    follower = Follower(job.session, entry.id, window, _titles(entry), job.emit, seen)
    return _conclude(job, follower)


def _conclude(job: Job, follower: Follower) -> Done:
    word = follower.until("applied", "stopped", "undone", "left", stop=job.stop)
    if word == "applied":
        word = follower.confirm()
    return follower.finish(word)


def roll_back(job: Job, entries: Sequence[Entry], window: int) -> Done:
    """Take entries back, newest first, as long as the server's word comes.

    What one of them leaves (a person's own change, say) does not hold up those before it.
    """
    undone: list[str] = []
    left: dict[str, None] = {}  # in order; two entries may leave the same
    advice = ""
    last = Done(Outcome.NOTHING_TO_DO)
    for entry in entries:
        follower = Follower(job.session, entry.id, window, _titles(entry), job.emit)
        follower.taking_back = True
        follower.seen = remote.take_back(job.session.transport, entry.id)
        last = follower.finish(follower.until("undone", "left"))
        undone += last.undone
        left |= dict.fromkeys(last.left)
        advice = last.what_next or advice
        if last.outcome is not Outcome.ROLLED_BACK:
            break
    return Done(last.outcome, last.entry, tuple(undone), tuple(left), advice)


def _titles(entry: Entry) -> dict[str, tuple[str, str]]:
    return {
        f"{number:02}": (step.id, step.title) for number, step in enumerate(entry.steps, start=1)
    }
