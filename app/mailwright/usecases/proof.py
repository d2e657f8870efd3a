"""Prove a set-up, and end its trial period at the first delivery."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mailwright.engine import planner, remote, verify
from mailwright.engine.apply import Job, apply
from mailwright.engine.entry import EntryHead, new_id
from mailwright.engine.progress import Session
from mailwright.i18n import N_, _
from mailwright.model.events import Event, FindingMade, Note
from mailwright.model.journal import EntryState
from mailwright.model.requirements import Requirements
from mailwright.mta.postfix import relay
from mailwright.mta.postfix.delivery import send_proof
from mailwright.platforms.reading import observe
from mailwright.secrets.secret import Secret
from mailwright.usecases.dns import dns_findings
from mailwright.usecases.journal import copy_journal, masked_finding, without_secret
from mailwright.usecases.parts import Parts

if TYPE_CHECKING:
    from collections.abc import Callable

    from mailwright.model.finding import Finding
    from mailwright.model.server import Observation


@dataclass(slots=True)
class Prover:
    """The checks after a set-up; each finding is told as it is made."""

    parts: Parts
    requirements: Requirements
    session: Session
    password: Secret | None = field(repr=False)

    def prove(self, emit: Callable[[Event], None], follows: str | None = None) -> list[Finding]:
        """Gate, test message, TLS, DNS, and that nothing is left to do.

        `follows` is the entry whose trial period a delivery ends.
        Raises MailwrightError when the connection breaks.
        """
        found: list[Finding] = []

        def tell(finding: Finding) -> None:
            finding = masked_finding(finding, self.password)
            found.append(finding)
            emit(FindingMade(finding))

        emit(Note(_("Sending a test message …")))
        answer = send_proof(self.session.transport, self.requirements)
        for finding in verify.proof_findings(self.requirements, answer):
            tell(finding)
        seen = self._seen()
        if answer.status == "sent" and self._on_trial(seen):
            self._end_trial(seen, emit, follows)
            seen = self._seen()
        if self._on_trial(seen):
            tell(verify.TRIAL.found(self.requirements.server.name))
        tell(verify.plan_finding(planner.make_plan(self.requirements, seen, self._secret())))
        dns_findings(self.parts, self.requirements, tell)
        return found

    def _seen(self) -> Observation:
        return observe(self.session.transport, planner.wanted(self.requirements))

    def _on_trial(self, seen: Observation) -> bool:
        return seen.facts.proven != relay.fingerprint(self.requirements)

    def _end_trial(
        self, seen: Observation, emit: Callable[[Event], None], follows: str | None
    ) -> None:
        plan = planner.end_of_trial(self.requirements, seen, self._secret())
        head = EntryHead(
            new_id(self.parts.clock()),
            self.parts.who,
            N_("First delivery seen"),
            follows or self._last_set_up(),
            window=self.parts.confirm_within,
        )
        job = Job(self.session, lambda event: emit(without_secret(event, self.password)))
        apply(job, plan, head)
        self.parts.journal.meet(self.requirements.server)
        copy_journal(self.parts, self.session, self.requirements.server.name)

    def _last_set_up(self) -> str | None:
        """The entry whose trial period it is: a set-up that was proven later goes back whole."""
        found = remote.entries(self.session.transport)
        set_ups = (e.id for e in found if e.follows is None and e.state is EntryState.CONFIRMED)
        return max(set_ups, default=None)

    def _secret(self) -> relay.RelaySecret:
        return relay.RelaySecret(None if self.password is None else self.password.reveal())
