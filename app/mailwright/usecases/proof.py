"""Prove a set-up, and end its trial period at the first delivery."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mailwright.engine import planner, verify
from mailwright.engine.progress import Session
from mailwright.i18n import N_, _
from mailwright.model.events import Event, FindingMade, Note
from mailwright.model.requirements import Requirements
from mailwright.mta.postfix.desired import fingerprint
from mailwright.mta.postfix.relay import RelaySecret
from mailwright.platforms.reading import observe
from mailwright.secrets.secret import Secret
from mailwright.usecases.dns import dns_findings
from mailwright.usecases.follow_up import FollowUp
from mailwright.usecases.gate import GateKeeper
from mailwright.usecases.journal import masked_finding
from mailwright.usecases.parts import Parts
from mailwright.usecases.server_proof import ServerProof

if TYPE_CHECKING:
    from collections.abc import Callable

    from mailwright.model.finding import Finding
    from mailwright.model.server import Observation
    from mailwright.usecases.gate import Overrule


@dataclass(slots=True)
class Prover:
    """The checks after a set-up; each finding is told as it is made."""

    parts: Parts
    requirements: Requirements
    session: Session
    password: Secret | None = field(repr=False)

    def prove(
        self,
        emit: Callable[[Event], None],
        follows: str | None = None,
        overrule: Overrule | None = None,
    ) -> list[Finding]:
        """Gate, test messages, who may send, DNS, and that nothing is left to do.

        `follows` is the entry whose trial period a delivery ends; `overrule` asks a person who
        wants to let mail out before the DNS records are seen.
        Raises MailwrightError when the connection breaks.
        """
        found: list[Finding] = []

        def tell(finding: Finding) -> None:
            finding = masked_finding(finding, self.password)
            found.append(finding)
            emit(FindingMade(finding))

        emit(Note(_("Sending a test message on every path …")))
        server = ServerProof(self.parts, self.requirements, self.session.transport, tell)
        delivered = server.run()
        seen = self._seen()
        if delivered and self._on_trial(seen):
            self._end_trial(seen, emit, follows)
            seen = self._seen()
        if self._on_trial(seen):
            tell(verify.TRIAL.found(self.requirements.server.name))
        seen = GateKeeper(self._follow_up, emit, tell, overrule).watch(seen, follows)
        tell(verify.plan_finding(planner.make_plan(self.requirements, seen, self._secret())))
        dns_findings(self.parts, self.requirements, seen, tell)
        return found

    def _seen(self) -> Observation:
        return observe(self.session.transport, planner.wanted(self.requirements))

    def _on_trial(self, seen: Observation) -> bool:
        return seen.facts.proven != fingerprint(self.requirements)

    def _end_trial(
        self, seen: Observation, emit: Callable[[Event], None], follows: str | None
    ) -> None:
        plan = planner.end_of_trial(self.requirements, seen, self._secret())
        self._follow_up.apply(plan, N_("First delivery seen"), emit, follows)

    @property
    def _follow_up(self) -> FollowUp:
        return FollowUp(self.parts, self.requirements, self.session, self.password)

    def _secret(self) -> RelaySecret:
        return RelaySecret(None if self.password is None else self.password.reveal())
