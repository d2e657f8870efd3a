"""The proof on the server, with a server that is nothing but answers."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from mailwright.errors import MailwrightError
from mailwright.model.requirements import Dkim, Requirements, Route, Submitter
from mailwright.net.open_relay import Asked, Question, Verdict
from mailwright.net.resolver import StaticResolver, Status
from mailwright.transport.memory import MemoryTransport
from mailwright.usecases.server_proof import ServerProof
from tests.support.examples import REQUIREMENTS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mailwright.model.finding import Finding
    from mailwright.model.requirements import Asking
    from mailwright.net.resolver import RecordType, Resolver
    from tests.unit.usecases.practice import Practice

DIRECT = replace(
    REQUIREMENTS,
    route=Route.DIRECT,
    relay=None,
    submitters=frozenset(Submitter),
    networks=("10.1.0.0/16",),
    dkim=Dkim("mw"),
)
EFFECTIVE = """\
parameter	mynetworks = 127.0.0.0/8 10.1.0.0/16
parameter	smtp_helo_name = mx1.corp.example
parameter	smtpd_relay_restrictions = permit_mynetworks, reject
parameter	smtpd_milters = inet:127.0.0.1:8891
parameter	non_smtpd_milters = inet:127.0.0.1:8891
parameter	milter_default_action = tempfail
service	smtp       inet  n       -       n       -       -       smtpd
milter	inet:127.0.0.1:8891 answers
greeting	127.0.0.1 220 mx1.corp.example ESMTP
"""


class Desk:
    """A desktop whose questions to listeners are written down."""

    def __init__(self, server: Practice) -> None:
        self.server = server
        self.asked: list[str] = []
        self.thread = ""
        facts = replace(server.seen.facts, addresses=("198.51.100.7", "10.1.0.5"))
        server.seen = replace(server.seen, facts=facts)
        server.parts = replace(server.parts, ask_listeners=self.ask)

    def ask(self, listeners: Iterable[str], question: Question) -> tuple[Asked, ...]:
        assert question.hostname == "mx1.corp.example"
        assert question.recipient == DIRECT.proof.recipient
        self.asked += listeners
        self.thread = threading.current_thread().name
        return tuple(Asked(each, Verdict.REFUSED, "203.0.113.9", 554) for each in self.asked)

    def prove(self, requirements: Requirements) -> tuple[bool, dict[str, list[Finding]]]:
        transport = MemoryTransport(self.server.answer)
        told: dict[str, list[Finding]] = {}
        proof = ServerProof(
            self.server.parts,
            requirements,
            transport,
            lambda finding: told.setdefault(finding.kind.id, []).append(finding),
        )
        return proof.run(), told


@pytest.fixture
def desk(server: Practice) -> Desk:
    server.effective = EFFECTIVE
    return Desk(server)


def mx_leads_to(server: Practice, *addresses: str) -> None:
    resolver = StaticResolver(
        {
            "corp.example": {"MX": ["10 in.corp.example"]},
            "in.corp.example": {"A": list(addresses)},
        }
    )
    server.parts = replace(server.parts, resolver_for=lambda _asking: resolver)


def test_everything_that_a_direct_route_needs_is_proven(desk: Desk) -> None:
    mx_leads_to(desk.server, "192.0.2.25")
    delivered, told = desk.prove(DIRECT)
    assert delivered
    assert set(told) >= {
        "postfix.gate-silent",
        "direct.delivered",
        "greeting.own-name",
        "greeting.helo",
        "signer.ready",
        "open-relay.refused",
        "own-domain.leaves",
    }
    assert desk.asked == ["198.51.100.7", "10.1.0.5"]
    assert desk.thread != threading.main_thread().name


def test_behind_a_relay_a_server_without_clients_is_not_asked(desk: Desk) -> None:
    delivered, told = desk.prove(REQUIREMENTS)
    assert delivered
    assert set(told) == {"postfix.gate-silent", "relay.delivered", "relay.tls-verified"}
    assert desk.asked == []


def test_behind_a_relay_networks_count_too(desk: Desk) -> None:
    relay = replace(DIRECT, route=Route.RELAY, relay=REQUIREMENTS.relay, dkim=None)
    told = desk.prove(relay)[1]
    assert {"relay.delivered", "open-relay.refused", "greeting.own-name"} <= set(told)
    assert "own-domain.leaves" not in told
    assert "signer.ready" not in told


def test_nothing_delivered_is_no_proof(desk: Desk) -> None:
    desk.server.delivery = "deferred"
    delivered, told = desk.prove(DIRECT)
    assert not delivered
    assert "direct.not-delivered" in told


@pytest.mark.parametrize("address", ["198.51.100.7", "10.1.0.5"])
def test_an_mx_that_is_this_server_loops(desk: Desk, address: str) -> None:
    mx_leads_to(desk.server, address)
    (finding,) = desk.prove(DIRECT)[1]["own-domain.loops"]
    assert finding.args["hosts"] == "in.corp.example"


def test_an_address_behind_translation_counts_as_this_server(desk: Desk) -> None:
    mx_leads_to(desk.server, "203.0.113.77")
    identity = replace(DIRECT.identity, addresses=("203.0.113.77",))
    assert "own-domain.loops" in desk.prove(replace(DIRECT, identity=identity))[1]


@pytest.mark.parametrize("question", [("corp.example", "MX"), ("in.corp.example", "AAAA")])
def test_a_dns_that_does_not_answer_is_unknown(
    desk: Desk, question: tuple[str, RecordType]
) -> None:
    mx: dict[str, dict[RecordType, list[str]]] = {"corp.example": {"MX": ["10 in.corp.example"]}}
    resolver = StaticResolver(mx, {question: Status.SERVFAIL})
    desk.server.parts = replace(desk.server.parts, resolver_for=lambda _asking: resolver)
    assert "own-domain.unknown" in desk.prove(DIRECT)[1]


def test_a_desktop_without_dns_is_told(desk: Desk) -> None:
    def none(_asking: Asking) -> Resolver:
        raise MailwrightError("dns.none", "no server")

    desk.server.parts = replace(desk.server.parts, resolver_for=none)
    assert "own-domain.unknown" in desk.prove(DIRECT)[1]
