"""The main job: plan a server, apply the plan, prove it, take it back."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mailwright.engine import planner, remote
from mailwright.engine import verify as verify_kinds
from mailwright.engine.apply import Job, apply, never, resume
from mailwright.engine.entry import EntryHead, new_id
from mailwright.engine.progress import Session
from mailwright.engine.verify import login_finding
from mailwright.errors import MailwrightError
from mailwright.i18n import N_, _
from mailwright.model.events import Done, Event, FindingMade, Note, Outcome
from mailwright.model.finding import Severity
from mailwright.model.journal import Entry, EntryState, EntryStep
from mailwright.model.plan import Plan
from mailwright.model.requirements import RelayAuthentication, Requirements, Route
from mailwright.model.server import Observation
from mailwright.mta.postfix.relay import RelaySecret
from mailwright.net.relay_login import try_login
from mailwright.platforms.reading import observe
from mailwright.platforms.releases import platform_of
from mailwright.secrets.secret import Secret, SecretKind
from mailwright.usecases.connection import open_session
from mailwright.usecases.journal import copy_journal, without_secret
from mailwright.usecases.parts import Parts
from mailwright.usecases.proof import Prover

if TYPE_CHECKING:
    from mailwright.model.finding import Finding
    from mailwright.usecases.gate import Overrule
    from mailwright.usecases.parts import AskHostKey


_TITLES = {
    Route.RELAY: N_("Set-up: mail leaves through a relay"),
    Route.DIRECT: N_("Set-up: mail leaves directly"),
}


@dataclass(slots=True)
class Planned:
    """A plan and what it was made from; the connection stays open until `close`."""

    requirements: Requirements
    session: Session
    seen: Observation
    plan: Plan
    password: Secret | None = field(repr=False)

    def close(self) -> None:
        """End the connection."""
        self.session.transport.close()


def plan(parts: Parts, requirements: Requirements, ask: AskHostKey) -> Planned:
    """Connect, read everything in one round trip, compare. Nothing is written.

    Raises MailwrightError when the server cannot be reached, read or set up, or the relay's
    password is not stored.
    """
    server = requirements.server
    # The keyring and the network are slow each in their own way: both at once.
    pool = ThreadPoolExecutor(max_workers=1)
    try:
        password = pool.submit(relay_password, parts, requirements)
        session = open_session(parts, server, ask)
        try:
            seen = observe(session.transport, planner.wanted(requirements))
            secret = password.result()
            made = planner.make_plan(requirements, seen, _relay_secret(secret))
        except BaseException:
            session.transport.close()
            raise
    finally:
        # A server that cannot be reached is told at once, whatever the keyring waits for.
        pool.shutdown(wait=False)
    parts.journal.meet(server)
    return Planned(requirements, session, seen, made, secret)


def carry_out(
    parts: Parts,
    planned: Planned,
    emit: Callable[[Event], None],
    stop: Callable[[], bool] = never,
) -> Done:
    """Try the relay's login, apply the plan, prove it. The last event is `Done`.

    Raises MailwrightError when nothing could be begun.
    """
    job = _Recording(parts, planned, emit, stop)
    done = job.run()
    emit(done)
    return done


def carry_on(
    parts: Parts,
    planned: Planned,
    entry: Entry,
    emit: Callable[[Event], None],
    stop: Callable[[], bool] = never,
) -> Done:
    """Go on with an entry that was stopped, then prove it."""
    job = _Recording(parts, planned, emit, stop)
    done = job.go_on(entry)
    emit(done)
    return done


def verify(
    parts: Parts,
    planned: Planned,
    emit: Callable[[Event], None],
    overrule: Overrule | None = None,
) -> list[Finding]:
    """Prove the set-up again; the findings come one by one and as a list.

    `overrule` asks a person who wants mail to leave directly before the DNS records are seen.
    """
    prover = Prover(parts, planned.requirements, planned.session, planned.password)
    return prover.prove(emit, overrule=overrule)


def stopped_entry(planned: Planned) -> Entry | None:
    """The entry on the server that a person stopped and that waits to go on."""
    return next(
        (entry for entry in remote.entries(planned.session.transport) if entry.state == "stopped"),
        None,
    )


def relay_password(parts: Parts, requirements: Requirements) -> Secret | None:
    """The relay login's password from the keyring; None where the relay wants no login.

    Raises MailwrightError `setup.no-relay-password` when it is not stored.
    """
    relay = requirements.relay
    if relay is None or relay.authentication is not RelayAuthentication.LOGIN:
        return None
    found = parts.secrets.get(requirements.server.name, SecretKind.RELAY)
    if found is None:
        raise MailwrightError(
            "setup.no-relay-password",
            N_("No password is stored for the login at {relay}."),
            remedy=N_("Store it with: mailwright secret set {name} relay"),
            args={"relay": relay.host, "name": requirements.server.name},
        )
    return found


def _relay_secret(secret: Secret | None) -> RelaySecret:
    return RelaySecret(None if secret is None else secret.reveal())


@dataclass(slots=True)
class _Recording:
    """One job, every event of which goes to the listener and into the desktop's journal."""

    parts: Parts
    planned: Planned
    emit: Callable[[Event], None]
    stop: Callable[[], bool]
    entry: str = ""

    def run(self) -> Done:
        planned = self.planned
        if not planned.plan.steps:
            return self._prove(Done(Outcome.NOTHING_TO_DO))
        if not self._login_works():
            return Done(
                Outcome.FAILED,
                what_next=_(
                    "Nothing was changed on the server. Put the login right, then try again."
                ),
            )
        self._begin()
        head = EntryHead(
            self.entry,
            self.parts.who,
            self._title,
            window=self.parts.confirm_within,
        )
        try:
            done = apply(self._job(), planned.plan, head)
        except MailwrightError:
            # Nothing was begun there, so nothing is on record here.
            self.parts.journal.drop(planned.requirements.server.name, self.entry)
            raise
        return self._close(done)

    def _begin(self) -> None:
        """Write the entry down here before the server hears of it."""
        self.entry = new_id(self.parts.clock())
        steps = tuple(EntryStep(step.id, step.title, "pending") for step in self.planned.plan.steps)
        entry = Entry(self.entry, EntryState.APPLYING, self.parts.who, self._title, steps=steps)
        self.parts.journal.put(self.planned.requirements.server.name, entry)

    def go_on(self, entry: Entry) -> Done:
        self.entry = entry.id
        self.parts.journal.put(self.planned.requirements.server.name, entry)
        return self._close(resume(self._job(), entry, self.parts.confirm_within))

    def _close(self, done: Done) -> Done:
        if done.outcome is Outcome.INTERRUPTED:
            return done
        if done.outcome is Outcome.DONE:
            done = self._prove(done)
        with suppress(MailwrightError):  # the next login brings the copy
            copy_journal(self.parts, self.planned.session, self.planned.requirements.server.name)
        return done

    def _job(self) -> Job:
        return Job(self.planned.session, self._tell, self.stop)

    def _tell(self, event: Event) -> None:
        event = without_secret(event, self.planned.password)
        self.emit(event)
        if self.entry:
            name = self.planned.requirements.server.name
            self.parts.journal.append(name, self.entry, event)

    @property
    def _title(self) -> str:
        return _TITLES[self.planned.requirements.route]

    def _login_works(self) -> bool:
        """Whether the relay takes mail from this server, as far as a trial can tell."""
        planned = self.planned
        if planned.requirements.relay is None:
            return True
        self._tell(Note(_("Trying the relay from the server …")))
        password = None if planned.password is None else planned.password.reveal()
        answer = try_login(
            planned.session.transport,
            planned.requirements,
            password,
            platform_of(planned.seen.facts).ca_file,
        )
        finding = login_finding(planned.requirements, answer)
        self._tell(FindingMade(finding))
        return finding.severity is not Severity.FAIL

    def _prove(self, done: Done) -> Done:
        """Prove what is there. What was confirmed stays done, even where the proof breaks off."""
        prover = Prover(
            self.parts, self.planned.requirements, self.planned.session, self.planned.password
        )
        try:
            prover.prove(self._tell, follows=done.entry)
        except MailwrightError as error:
            name = self.planned.requirements.server.name
            self._tell(FindingMade(verify_kinds.BROKE_OFF.found(name, reason=str(error))))
        return done
