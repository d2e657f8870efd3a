"""The records of direct mail, read back from real name servers: once they are seen, mail leaves."""

from __future__ import annotations

import asyncio
import json
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from mailwright.cli import shapes
from mailwright.engine.gate import State
from mailwright.engine.records import Sender
from mailwright.model.dns_records import DnsRecord
from mailwright.model.events import Event, FindingMade, Outcome, RecordsToPublish
from mailwright.model.finding import Severity
from mailwright.model.requirements import Requirements
from mailwright.mta.postfix.direct import WAITING_TRANSPORT
from mailwright.net.authority import ask_directly
from mailwright.net.resolver import DnsResolver
from mailwright.usecases import dns, history, setup
from mailwright.usecases.parts import Parts
from mailwright.usecases.records import Survey, survey
from tests.lab import addresses, records
from tests.lab.client import Lab
from tests.lab.host import Host
from tests.lab.records import Record, txt
from tests.support import practice
from tests.support.office import FORWARD, FOUR, SIX, Office, reverse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from mailwright.model.finding import Finding
    from mailwright.model.publication import Publication
    from mailwright.usecases.gate import Gate
    from tests.lab.fixtures import FreshHost

ADDRESSES = ("198.51.100.126", "2001:db8:1::126")
"""No server has these; their reverse zones are the lab's."""
PATIENCE = 30.0


@dataclass
class Domain:
    """A mail domain below corp.example without a server, and what was published for it."""

    lab: Lab
    name: str
    sender: Sender
    _published: list[tuple[str, Record]] = field(default_factory=list)

    def read(self) -> Survey:
        """Ask the lab's servers, through nobody's cache but the resolver's."""
        return asyncio.run(survey(DnsResolver([self.lab.resolver]), self.sender, ask_directly))

    def publish(self, asked: Publication) -> None:
        """What a person and the provider do."""
        own = [
            Record(each.name, each.type, txt(each.value) if each.type == "TXT" else each.value)
            for each in asked.records
        ]
        zones = {FORWARD: own, FOUR: [], SIX: []}
        for each in asked.requests:
            zone = FOUR if each.name.endswith(FOUR) else SIX
            zones[zone].append(Record(each.name, "PTR", f"{each.hostname}."))
        for zone, published in zones.items():
            if published:
                self.lab.publish(zone, published)
            self._published += [(zone, record) for record in published]

    def publish_at_the_primary_alone(self, record: Record) -> None:
        """An update, and no word of it to the secondary."""
        self._published.append((FORWARD, record))
        script = records.update(FORWARD, [record], self.lab.tsig.secret, add=True)
        self.lab.peer("infra").ssh("nsupdate", stdin=script)

    def take_back(self) -> None:
        """Remove everything."""
        for zone in (FORWARD, FOUR, SIX):
            own = [Record(each.name, each.type) for where, each in self._published if where == zone]
            if own:
                self.lab.unpublish(zone, own)
        self._published.clear()


@pytest.fixture(scope="session")
def key() -> str:
    """A public key, as a record has it."""
    public = rsa.generate_private_key(65537, 2048).public_key()
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    pem = public.public_bytes(serialization.Encoding.PEM, form).decode()
    return "".join(pem.splitlines()[1:-1])


@pytest.fixture
def domain(lab: Lab, key: str, request: pytest.FixtureRequest) -> Iterator[Domain]:
    name = f"d{abs(hash(request.node.name)) % 10_000:04}.{FORWARD}"
    sender = Sender(
        f"smtp.{name}",
        name,
        f"admin@{name}",
        tuple(map(ip_address, ADDRESSES)),
        DnsRecord(f"s1._domainkey.{name}", "TXT", f"v=DKIM1; k=rsa; p={key}", "Signs"),
    )
    made = Domain(lab, name, sender)
    yield made
    made.take_back()


@contextmanager
def frozen_secondary(lab: Lab) -> Iterator[None]:
    """The secondary of the zone learns nothing new; others who publish wait as long."""
    infra = lab.peer("infra")
    infra.ssh(f"knotc -c /etc/knot/ns2.conf zone-freeze {FORWARD}")
    try:
        yield
    finally:
        infra.ssh(
            f"knotc -c /etc/knot/ns2.conf zone-thaw {FORWARD}; "
            f"knotc -c /etc/knot/ns2.conf zone-refresh {FORWARD}"
        )


@contextmanager
def silent_secondary(lab: Lab, domain: str) -> Iterator[None]:
    """The secondary hears no question about this very name; about others it does."""
    label = domain.partition(".")[0]
    start = f"{len(label):02x}{label.encode().hex()}"  # RFC 1035 section 4.1.2, after 20 octets
    match = f"udp dport 53 @th,160,{len(start) * 4} 0x{start} drop"
    infra, table = lab.peer("infra"), f"silent-{label}"
    six = addresses.ipv6(addresses.SECONDARY)
    infra.ssh(
        f"nft -f - <<'end'\ntable inet {table} {{\n chain in {{\n"
        "  type filter hook input priority 0\n"
        f"  ip daddr {addresses.SECONDARY} {match}\n  ip6 daddr {six} {match}\n }}\n}}\nend"
    )
    try:
        yield
    finally:
        infra.ssh(f"nft delete table inet {table}")


def kinds(found: tuple[Finding, ...]) -> set[str]:
    return {each.kind.id for each in found}


def test_nothing_published_closes_the_gate_and_all_of_it_opens_it(domain: Domain) -> None:
    first = domain.read()
    assert first.gate.state is State.CLOSED
    assert {each.subject for each in first.gate.reasons} == {
        f"smtp.{domain.name}",
        domain.name,
        f"s1._domainkey.{domain.name}",
        *map(reverse, ADDRESSES),
    }
    asked = first.publication
    assert len(asked.records) == 6
    assert [each.address for each in asked.requests] == list(ADDRESSES)
    assert kinds(asked.notes) == {"records.no-mx"}

    domain.publish(asked)
    second = domain.read()
    assert second.gate.state is State.OPEN, second.gate.all_reasons
    assert (second.publication.records, second.publication.requests) == ((), ())
    counts = {each.args["count"] for each in second.findings if each.kind.id == "records.visible"}
    assert min(map(int, counts)) >= 2


def test_a_record_at_the_primary_alone_names_the_secondary(domain: Domain) -> None:
    asked = domain.read().publication
    late = asked.records[-2]
    assert late.name.startswith("s1._domainkey.")
    rest = [each for each in asked.records if each is not late]
    domain.publish(type(asked)(tuple(rest), asked.requests))
    with frozen_secondary(domain.lab):
        domain.publish_at_the_primary_alone(Record(late.name, "TXT", txt(late.value)))
        found = domain.read()
    assert found.gate.state is State.CLOSED
    assert found.publication.records == ()
    (finding,) = found.gate.reasons
    assert finding.kind.id == "records.lags"
    assert (finding.subject, finding.args["server"]) == (late.name, "ns2.lab.example")
    assert int(finding.args["ttl"]) > 0
    end = time.monotonic() + PATIENCE
    while domain.read().gate.state is not State.OPEN:
        assert time.monotonic() < end, "the secondary does not follow"
        time.sleep(0.5)


def test_a_server_that_does_not_answer_is_named_and_keeps_the_gate_shut(domain: Domain) -> None:
    domain.publish(domain.read().publication)
    with silent_secondary(domain.lab, domain.name):
        found = domain.read()
    assert found.gate.state is State.SILENT
    assert {each.args["server"] for each in found.gate.silent} == {"ns2.lab.example"}
    assert {each.subject for each in found.gate.silent} == {domain.name}
    assert "time-out" in str(found.gate.silent[0].args["cause"])
    assert domain.read().gate.state is State.OPEN


@dataclass
class Site:
    """A server that sends directly, with names and without records."""

    host: Host
    parts: Parts
    requirements: Requirements
    events: list[Event] = field(default_factory=list)

    def plan(self) -> setup.Planned:
        return setup.plan(self.parts, self.requirements, practice.confirm_key)

    def apply(self) -> Outcome:
        self.events.clear()
        planned = self.plan()
        done = setup.carry_out(self.parts, planned, self.events.append)
        planned.close()
        return done.outcome

    def verify(self, overrule: Callable[[Gate], bool] | None = None) -> dict[str, Finding]:
        self.events.clear()
        planned = self.plan()
        found = setup.verify(self.parts, planned, self.events.append, overrule)
        planned.close()
        return {each.kind.id: each for each in found}

    @property
    def gate_findings(self) -> list[str]:
        told = [each.finding.kind.id for each in self.events if isinstance(each, FindingMade)]
        return [each for each in told if each.startswith("gate.")]

    @property
    def asked(self) -> Publication:
        (event,) = [each for each in self.events if isinstance(each, RecordsToPublish)]
        return event.publication

    def send(self, subject: str) -> None:
        sender, recipient = self.requirements.proof.sender, self.requirements.proof.recipient
        self.host.ssh(f"sendmail -f {sender} {recipient}", stdin=f"Subject: {subject}\n\nx\n")

    @property
    def queue(self) -> list[dict[str, object]]:
        lines = self.host.ssh("postqueue -j").stdout.splitlines()
        return [json.loads(line) for line in lines]

    @property
    def transport(self) -> str:
        return self.host.ssh("postconf -h default_transport").stdout.strip()


@pytest.fixture
def office(lab: Lab, fresh_host: FreshHost) -> Iterator[Office]:
    made = Office(lab, fresh_host("deb12-mail"))
    practice.settled(made.host)
    made.publish_names()
    yield made
    made.__exit__()


@pytest.fixture
def site(lab: Lab, office: Office, tmp_path: Path) -> Site:
    parts = practice.parts(lab, office.host, tmp_path)
    return Site(office.host, parts, office.requirements(lan=False))


def arrived(lab: Lab, site: Site, subject: str) -> bool:
    wanted = f"Subject: {subject}".encode()
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if any(wanted in each for each in lab.mail(site.requirements.proof.recipient)):
            return True
        time.sleep(0.5)
    return False


def test_what_is_published_is_what_was_shown(office: Office, site: Site) -> None:
    planned = site.plan()
    before = dns.publication(site.parts, site.requirements, planned.seen)
    planned.close()
    assert "records.no-key" in kinds(before.notes)
    assert "_domainkey" not in repr(before.records)

    assert site.apply() is Outcome.DONE
    assert site.gate_findings == ["gate.closed"]
    assert f"mailwright._domainkey.{office.domain}" in [each.name for each in site.asked.records]
    assert site.asked.requests == ()  # the reverse names are there
    shape = json.loads(json.dumps(shapes.of_publication(site.asked)))
    assert any('" "' in each["quoted"] for each in shape["dns_records"])

    office.publish_records(site.asked.records)
    found = site.verify()
    assert site.gate_findings == ["gate.opened"]
    assert found["setup.complete"].severity is Severity.PASS
    judged = {"ptr", "spf", "dkim", "helo", "dmarc", "records"}
    good = {Severity.PASS, Severity.INFO, Severity.WARN}
    mine = [each for name, each in found.items() if name.partition(".")[0] in judged]
    assert [each for each in mine if each.severity not in good] == []
    assert len(mine) >= len(judged)


def test_mail_waits_for_the_records_and_once_it_leaves_it_goes_on_leaving(
    lab: Lab, office: Office, site: Site
) -> None:
    assert site.apply() is Outcome.DONE
    site.send("waits-for-records")
    time.sleep(2)
    assert WAITING_TRANSPORT.partition(" ")[2] in repr(site.queue)
    office.publish_records(site.asked.records)
    site.verify()
    assert site.transport == "smtp"
    assert arrived(lab, site, "waits-for-records")
    assert site.queue == []

    lab.unpublish(FORWARD, [Record(f"mailwright._domainkey.{office.domain}", "TXT")])
    found = site.verify()
    assert site.gate_findings == ["gate.live-without"]
    assert found["setup.complete"].severity is Severity.PASS
    assert site.transport == "smtp"

    entries = history.history(site.parts, site.requirements.server, practice.confirm_key)
    (let_out,) = [each for each in entries if each.title.startswith("Mail is let out")]
    assert let_out.follows == entries[0].id


def test_a_person_overrules_after_reading_every_reason(lab: Lab, site: Site) -> None:
    assert site.apply() is Outcome.DONE
    site.send("overruled")
    shown: list[Gate] = []

    def declined(reasons: Gate) -> bool:
        shown.append(reasons)
        return False

    site.verify(declined)
    assert site.gate_findings == ["gate.closed"]
    assert site.transport == WAITING_TRANSPORT
    assert len(site.queue) == 1
    (reasons,) = shown
    assert {each.args["type"] for each in reasons.all_reasons} == {"TXT"}

    site.verify(lambda _reasons: True)
    assert site.gate_findings == ["gate.overruled"]
    assert site.transport == "smtp"
    assert arrived(lab, site, "overruled")


def test_what_a_persons_own_tables_match_leaves_at_once_and_that_is_told(
    lab: Lab, site: Site
) -> None:
    assert site.apply() is Outcome.DONE
    domain = site.requirements.proof.recipient.partition("@")[2]
    tables = f"transport_maps = inline:{{ {{ {domain} = smtp: }} }}"
    site.host.ssh(f"postconf -e {tables!r} && postfix reload")
    site.send("past-the-wait")
    assert arrived(lab, site, "past-the-wait")
    found = site.verify()
    assert site.gate_findings == ["gate.closed", "gate.past-the-wait"]
    assert found["gate.past-the-wait"].args["parameters"] == "transport_maps"
    assert found["setup.complete"].severity is Severity.PASS
    planned = site.plan()
    assert any("leaves at once" in each for each in planned.plan.cautions)
    planned.close()
