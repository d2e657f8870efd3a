from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from mailwright.engine import gate as kinds
from mailwright.engine import planner
from mailwright.engine.progress import Session
from mailwright.errors import MailwrightError
from mailwright.model.events import Done, Event, Outcome, RecordsToPublish
from mailwright.model.finding import Finding, Severity
from mailwright.model.plan import Action, Change, Plan, Step
from mailwright.model.requirements import Requirements
from mailwright.model.server import Facts, Observation
from mailwright.mta.opendkim import desired as opendkim
from mailwright.mta.postfix.desired import fingerprint
from mailwright.mta.postfix.direct import WAITING_TRANSPORT
from mailwright.mta.postfix.settings import MAIN_CF
from mailwright.net.resolver import Status
from mailwright.transport.base import CommandResult
from mailwright.transport.memory import MemoryTransport
from mailwright.usecases import gate
from mailwright.usecases.follow_up import FollowUp
from mailwright.usecases.gate import Gate, GateKeeper, State
from tests.support.examples import DIRECT, REQUIREMENTS
from tests.support.memory import memory_parts
from tests.unit.usecases.test_records import EVERYTHING
from tests.unit.usecases.zones import NS2, PUBLIC_KEY, Internet, merged

if TYPE_CHECKING:
    from collections.abc import Callable

WAITING = Observation(
    Facts("debian", "12"),
    texts={MAIN_CF: f"default_transport = {WAITING_TRANSPORT}\n"},
    keys={opendkim.key_path(DIRECT): PUBLIC_KEY},
)
LIVE = replace(WAITING, facts=replace(WAITING.facts, live=fingerprint(DIRECT)))
CHANGE = Change("default_transport", Action.CHANGE, "retry:", "smtp", "Mail leaves by SMTP")
LET_OUT = Plan("mx1", (Step("main.cf", "Write", ":", (), ":", ":", (CHANGE,)),))


@dataclass(frozen=True)
class Recorded(FollowUp):
    """Writes down what would be applied, and ends as it is told."""

    outcome: Outcome = Outcome.DONE
    applied: list[tuple[Plan, str, str | None]] = field(default_factory=list)

    def apply(
        self, plan: Plan, title: str, emit: Callable[[Event], None], follows: str | None
    ) -> Done:
        del emit
        self.applied.append((plan, title, follows))
        return Done(self.outcome, what_next="Look at the server.")


@dataclass
class Stage:
    """A server of one requirement, an Internet, and everything that was told."""

    folder: Path
    internet: Internet
    requirements: Requirements = DIRECT
    outcome: Outcome = Outcome.DONE
    flushed: CommandResult | MailwrightError = field(default=CommandResult(0, b""))
    ran: list[str] = field(default_factory=list)
    told: list[Finding] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    applied: list[tuple[Plan, str, str | None]] = field(default_factory=list)

    def watch(
        self, seen: Observation = WAITING, overrule: Callable[[Gate], bool] | None = None
    ) -> Observation:
        made = memory_parts(self.folder, self._run)
        parts = replace(
            made,
            resolver_for=lambda _asking: self.internet.resolver,
            ask_name_server=self.internet.name_servers,
        )
        session = Session(MemoryTransport(self._run), lambda: MemoryTransport(self._run))
        follow_up = Recorded(
            parts, self.requirements, session, None, self.outcome, applied=self.applied
        )
        keeper = GateKeeper(follow_up, self.events.append, self.told.append, overrule)
        return keeper.watch(seen, "the set-up")

    def _run(self, script: str, _payload: bytes) -> CommandResult:
        self.ran.append(script)
        if isinstance(self.flushed, MailwrightError):
            raise self.flushed
        return self.flushed

    @property
    def ids(self) -> list[str]:
        """What was told about the gate."""
        return [each.kind.id for each in self.told if each.kind.id.startswith("gate.")]


@pytest.fixture(autouse=True)
def planned(monkeypatch: pytest.MonkeyPatch) -> list[Plan]:
    """What differs on the server before anything is let out; empty unless a test adds to it."""
    before: list[Plan] = []
    monkeypatch.setattr(planner, "make_plan", lambda *_: (before or [Plan("mx1", ())])[0])
    monkeypatch.setattr(planner, "letting_out", lambda *_: LET_OUT)
    monkeypatch.setattr(gate, "observe", lambda *_: LIVE)
    return before


def test_mail_is_let_out_once_everything_is_seen(tmp_path: Path) -> None:
    stage = Stage(tmp_path, Internet(EVERYTHING))
    assert stage.watch() is LIVE
    assert stage.applied == [(LET_OUT, "Mail is let out: it leaves directly", "the set-up")]
    assert stage.ids == ["gate.opened"]
    assert [script.partition(" 2>")[0] for script in stage.ran] == ["postqueue -f"]


def test_a_closed_gate_lets_nothing_out_and_says_what_to_publish(tmp_path: Path) -> None:
    stage = Stage(tmp_path, Internet())
    assert stage.watch() is WAITING
    assert (stage.applied, stage.ran) == ([], [])
    assert stage.ids == ["gate.closed"]
    (event,) = [each for each in stage.events if isinstance(each, RecordsToPublish)]
    assert len(event.publication.records) == 6
    assert [each.args["days"] for each in stage.told if each.kind is kinds.CLOSED] == [30]


@pytest.mark.parametrize("yes", [True, False])
def test_a_person_overrules_after_every_reason(tmp_path: Path, *, yes: bool) -> None:
    shown: list[Gate] = []

    def decide(reasons: Gate) -> bool:
        shown.append(reasons)
        return yes

    stage = Stage(tmp_path, Internet())
    stage.watch(overrule=decide)
    (reasons,) = shown
    assert reasons.state is State.CLOSED
    assert {each.kind.id for each in reasons.all_reasons} == {
        "records.missing",
        "records.reverse-missing",
        "records.reverse-missing-ipv6",
    }
    assert stage.ids == (["gate.overruled"] if yes else ["gate.closed"])
    assert bool(stage.applied) is yes
    if yes:
        assert "mailwright._domainkey.corp.example" in str(stage.told[-1].args["reasons"])


def test_a_silent_server_waits_for_a_person(tmp_path: Path) -> None:
    silent = Internet(EVERYTHING).but(NS2, Status.TIMEOUT)
    alone = Stage(tmp_path, silent)
    alone.watch()
    assert (alone.ids, alone.applied) == (["gate.silent"], [])
    assert alone.told[-1].args["servers"] == "ns2.corp.example"
    overruled = Stage(tmp_path, silent)
    overruled.watch(overrule=lambda reasons: reasons.state is State.SILENT)
    assert overruled.ids == ["gate.overruled"]


def test_nobody_is_asked_where_everything_is_seen(tmp_path: Path) -> None:
    stage = Stage(tmp_path, Internet(EVERYTHING))
    stage.watch(overrule=lambda _gate: pytest.fail("asked"))
    assert stage.ids == ["gate.opened"]


@pytest.mark.parametrize(
    ("internet", "name"),
    [(Internet(EVERYTHING), "gate.live"), (Internet(), "gate.live-without")],
)
def test_a_live_server_stays_live(tmp_path: Path, internet: Internet, name: str) -> None:
    stage = Stage(tmp_path, internet)
    assert stage.watch(LIVE, overrule=lambda _gate: pytest.fail("asked")) is LIVE
    assert (stage.ids, stage.applied) == ([name], [])


def test_another_domain_than_the_one_let_out_waits(tmp_path: Path) -> None:
    stage = Stage(tmp_path, Internet())
    stage.watch(replace(LIVE, facts=replace(LIVE.facts, live="another route")))
    assert stage.ids == ["gate.closed"]


def test_a_server_that_differs_from_the_plan_is_not_changed_on_the_way(
    tmp_path: Path, planned: list[Plan]
) -> None:
    planned.append(LET_OUT)
    stage = Stage(tmp_path, Internet(EVERYTHING))
    assert stage.watch() is WAITING
    assert (stage.ids, stage.applied) == (["gate.not-as-planned"], [])


@pytest.mark.parametrize("text", [None, "", "default_transport = smtp\n"])
@pytest.mark.parametrize("internet", [Internet(EVERYTHING), Internet()])
def test_a_server_that_keeps_nothing_back_is_not_said_to(
    tmp_path: Path, internet: Internet, text: str | None
) -> None:
    stage = Stage(tmp_path, internet)
    stage.watch(replace(WAITING, texts={MAIN_CF: text}), overrule=lambda _gate: True)
    assert (stage.ids, stage.applied) == (["gate.not-as-planned"], [])


@pytest.mark.parametrize("name", ["transport_maps", "sender_dependent_default_transport_maps"])
@pytest.mark.parametrize("internet", [Internet(), Internet(EVERYTHING).but(NS2, Status.TIMEOUT)])
def test_what_leaves_although_mail_waits_is_told_by_parameter(
    tmp_path: Path, internet: Internet, name: str
) -> None:
    text = f"{WAITING.texts[MAIN_CF]}{name} = hash:/etc/postfix/own\n"
    stage = Stage(tmp_path, internet)
    stage.watch(replace(WAITING, texts={MAIN_CF: text}))
    waits, past = [each for each in stage.told if each.kind.id in stage.ids]
    assert "only test messages" not in waits.kind.message
    assert (past.kind, past.severity) == (kinds.PAST_THE_WAIT, Severity.WARN)
    assert past.args["parameters"] == name
    assert "main.cf" in past.kind.remedy


def test_an_address_that_comes_later_is_warned_of_once_mail_is_let_out(tmp_path: Path) -> None:
    unanswered = replace(DIRECT, identity=replace(DIRECT.identity, addresses=()))
    facts = replace(WAITING.facts, live=fingerprint(unanswered))
    before = replace(facts, addresses=DIRECT.identity.addresses)
    later = replace(facts, addresses=(*before.addresses, "198.51.100.8"))
    stage = Stage(tmp_path, Internet(EVERYTHING), unanswered)
    stage.watch(replace(WAITING, facts=before))
    assert stage.ids == ["gate.live"]
    stage.told.clear()
    stage.watch(replace(WAITING, facts=later))
    assert stage.ids == ["gate.live-without"]
    assert "PTR 198.51.100.8" in str(stage.told[-1].args["reasons"])
    missing = [each for each in stage.told if each.args.get("address") == "198.51.100.8"]
    assert {each.kind.id for each in missing} == {"records.missing", "records.reverse-missing"}
    assert {each.severity for each in missing} == {Severity.WARN}


def test_what_could_not_be_applied_is_told(tmp_path: Path) -> None:
    stage = Stage(tmp_path, Internet(EVERYTHING), outcome=Outcome.ROLLED_BACK)
    stage.watch()
    assert (stage.ids, stage.ran) == (["gate.not-opened"], [])
    assert stage.told[-1].args["reason"] == "Look at the server."


@pytest.mark.parametrize(
    "how",
    [CommandResult(69, b"postqueue: fatal: no"), MailwrightError("transport.lost", "Lost: no")],
)
def test_a_queue_that_was_not_flushed_is_told(
    tmp_path: Path, how: CommandResult | MailwrightError
) -> None:
    stage = Stage(tmp_path, Internet(EVERYTHING), flushed=how)
    stage.watch()
    assert stage.ids == ["gate.not-flushed", "gate.opened"]
    assert "no" in next(each.evidence for each in stage.told if each.kind is kinds.NOT_FLUSHED)


def test_without_any_dns_the_gate_stays_closed(tmp_path: Path) -> None:
    stage = Stage(tmp_path, Internet(merged(EVERYTHING)))
    no_dns = MailwrightError("dns.no-server", "no server")

    def fails(_asking: object) -> None:
        raise no_dns

    parts = replace(memory_parts(tmp_path, stage._run), resolver_for=fails)  # type: ignore[arg-type] # never returns
    session = Session(MemoryTransport(stage._run), lambda: MemoryTransport(stage._run))
    follow_up = Recorded(parts, DIRECT, session, None, applied=stage.applied)
    GateKeeper(follow_up, stage.events.append, stage.told.append).watch(WAITING)
    assert [each.kind.id for each in stage.told] == ["dns.not-asked", "gate.closed"]
    assert stage.applied == []


def test_mail_through_a_relay_has_no_gate(tmp_path: Path) -> None:
    stage = Stage(tmp_path, Internet(), REQUIREMENTS)
    assert stage.watch() is WAITING
    assert (stage.told, stage.events, stage.applied) == ([], [], [])
