"""Let mail out once receivers will take it, or once a person decides that it may go."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mailwright.engine import gate as kinds
from mailwright.engine import planner
from mailwright.engine.gate import Gate, State
from mailwright.errors import MailwrightError
from mailwright.i18n import N_, _
from mailwright.model.events import Event, Note, Outcome, RecordsToPublish
from mailwright.model.finding import Finding
from mailwright.model.requirements import Route
from mailwright.mta.postfix.desired import is_live
from mailwright.mta.postfix.direct import WAITING_TRANSPORT, lifetime
from mailwright.mta.postfix.relay import RelaySecret
from mailwright.mta.postfix.routing import past_the_default
from mailwright.mta.postfix.settings import MAIN_CF
from mailwright.mta.postfix.syntax import parameters
from mailwright.platforms.reading import observe
from mailwright.usecases.dns import surveyed
from mailwright.usecases.follow_up import FollowUp

if TYPE_CHECKING:
    from mailwright.model.server import Observation

__all__ = ["Gate", "GateKeeper", "Overrule", "State"]

Overrule = Callable[[Gate], bool]
"""Shows a person every reason of a gate that is not open; True when the person lets mail out
nevertheless. `Gate.all_reasons` are findings, to be shown with their remedies."""

_TITLE = N_("Mail is let out: it leaves directly")
_DAY = 86_400
_NO_SECRET = RelaySecret(None)


@dataclass(frozen=True, slots=True)
class GateKeeper:
    """Reads the records back and opens the gate; findings and events are told as they come."""

    follow_up: FollowUp
    emit: Callable[[Event], None]
    tell: Callable[[Finding], None]
    overrule: Overrule | None = None

    def watch(self, seen: Observation, follows: str | None = None) -> Observation:
        """Tell what name servers say; on a waiting server, let mail out where that may be.

        `follows` is the set-up that was just applied. Returns the server as it is then. Raises
        MailwrightError when the connection breaks.
        """
        requirements = self.follow_up.requirements
        if requirements.route is not Route.DIRECT:
            return seen
        self.emit(Note(_("Asking every name server for the records …")))
        found = surveyed(self.follow_up.parts, requirements, seen)
        for finding in found.findings:
            self.tell(finding)
        self.emit(RecordsToPublish(found.publication))
        if is_live(requirements, seen.facts):
            self.tell(_while_live(found.gate, requirements.server.name))
            return seen
        return self._decide(found.gate, seen, follows)

    def _decide(self, gate: Gate, seen: Observation, follows: str | None) -> Observation:
        requirements = self.follow_up.requirements
        name = requirements.server.name
        if not _waits(seen):
            self.tell(kinds.NOT_AS_PLANNED.found(name))
            return seen
        is_open = gate.state is State.OPEN
        if not is_open and not (self.overrule and self.overrule(gate)):
            days = lifetime(requirements.volume, live=False) // _DAY
            self.tell(kinds.waiting(gate, name, days))
            self._tell_what_leaves(seen)
            return seen
        if planner.make_plan(requirements, seen, _NO_SECRET).steps:
            self.tell(kinds.NOT_AS_PLANNED.found(name))
            return seen
        if self._let_out(seen, follows):
            overruled = kinds.OVERRULED.found(name, reasons=kinds.named(gate))
            self.tell(kinds.OPENED.found(name) if is_open else overruled)
        transport = self.follow_up.session.transport
        return observe(transport, planner.wanted(requirements))

    def _tell_what_leaves(self, seen: Observation) -> None:
        past = past_the_default(seen)
        if past:
            name = self.follow_up.requirements.server.name
            self.tell(kinds.PAST_THE_WAIT.found(name, parameters=", ".join(past)))

    def _let_out(self, seen: Observation, follows: str | None) -> bool:
        requirements = self.follow_up.requirements
        plan = planner.letting_out(requirements, seen, _NO_SECRET)
        done = self.follow_up.apply(plan, _TITLE, self.emit, follows)
        if done.outcome is not Outcome.DONE:
            reason = done.what_next or done.outcome.value
            self.tell(kinds.NOT_OPENED.found(requirements.server.name, reason=reason))
            return False
        self._flush()
        return True

    def _flush(self) -> None:
        """Have all waiting mail tried now; it would else wait for its next turn (postqueue(1))."""
        try:
            result = self.follow_up.session.transport.run("postqueue -f 2>&1")
            failed = result.code != 0
            words = result.text
        except MailwrightError as error:
            failed, words = True, str(error)
        if failed:
            self.tell(kinds.NOT_FLUSHED.found(self.follow_up.requirements.server.name, words))


def _waits(seen: Observation) -> bool:
    """Whether Postfix keeps mail back; one that was never set up, or by somebody else, does not."""
    now = parameters(seen.texts.get(MAIN_CF) or "")
    return now.get("default_transport") == WAITING_TRANSPORT


def _while_live(gate: Gate, subject: str) -> Finding:
    if gate.state is State.OPEN:
        return kinds.LIVE.found(subject)
    return kinds.LIVE_WITHOUT.found(subject, reasons=kinds.named(gate))
