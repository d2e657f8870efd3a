"""The direct route is proven on real servers: what leaves, what waits, and what comes back."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from email import message_from_bytes
from typing import TYPE_CHECKING

import pytest

from mailwright.model.events import Event, Outcome, RecordsToPublish
from mailwright.model.finding import Finding, Severity
from mailwright.model.requirements import Proof, Requirements, Submitter
from mailwright.mta.postfix.direct import TEST_HEADER
from mailwright.usecases import setup
from mailwright.usecases.parts import Parts
from tests.lab.client import Lab
from tests.lab.host import Host
from tests.support import office, practice
from tests.support.office import Office

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from email.message import Message
    from pathlib import Path

    from tests.lab.fixtures import FreshHost

IMAGES = [pytest.param("deb12-mail", marks=pytest.mark.matrix), "deb13-mail"]
PATIENCE = 60.0
SERVER, CLIENT, STRANGER = "198.51.100.210", "198.51.100.211", "198.51.100.151"
HALF = "198.51.100.192/26"
"""A network that the desktop, which is in the office network too, does not belong to."""
WAITING = "waiting for the DNS records"


@dataclass
class Site:
    """A server that sends directly, and the desktop that sets it up."""

    lab: Lab
    host: Host
    parts: Parts
    requirements: Requirements
    office: Office
    lan: str = ""
    events: list[Event] = field(default_factory=list)

    def set_up(self) -> dict[str, list[Finding]]:
        planned = self.plan()
        done = setup.carry_out(self.parts, planned, self.events.append)
        planned.close()
        assert done.outcome is Outcome.DONE
        return by_id([each.finding for each in self.events if hasattr(each, "finding")])

    def verify(self, *, let_out: bool = False) -> dict[str, list[Finding]]:
        planned = self.plan()
        found = setup.verify(
            self.parts, planned, self.events.append, (lambda _gate: True) if let_out else None
        )
        planned.close()
        return by_id(found)

    def plan(self) -> setup.Planned:
        return setup.plan(self.parts, self.requirements, practice.confirm_key)

    def asked_to_publish(self) -> RecordsToPublish:
        """What a person has been asked for last."""
        return [each for each in self.events if isinstance(each, RecordsToPublish)][-1]

    def delivered(self) -> list[Message]:
        """The messages of this server's domain that the receiver has."""
        domain = self.requirements.identity.domain
        messages = map(message_from_bytes, self.lab.mail(self.requirements.proof.recipient))
        return [each for each in messages if domain in str(each["From"])]

    def subjects(self) -> set[str]:
        return {str(each["Subject"]) for each in self.delivered()}

    def queue(self) -> str:
        return self.host.ssh("postqueue -p").stdout

    def send(self, recipient: str, subject: str) -> None:
        sender = self.requirements.proof.sender
        self.host.ssh(
            f"printf 'From: {sender}\\nTo: {recipient}\\nSubject: {subject}\\n\\nx\\n' | "
            f"sendmail -f {sender} {recipient}"
        )


def by_id(findings: list[Finding]) -> dict[str, list[Finding]]:
    found: dict[str, list[Finding]] = {}
    for finding in findings:
        found.setdefault(finding.kind.id, []).append(finding)
    return found


def eventually(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.3)


def smtp_source(host: Host, listener: str, sender: str, recipient: str) -> str:
    """Send one message as another program does; its complaints, none where it was taken."""
    options = f"-f {sender} -t {recipient} -M client.corp.example -S by-smtp-source"
    done = host.ssh(f"smtp-source {options} [{listener}]:25 2>&1", check=False)
    assert bool(done.returncode) == bool(done.stdout.strip())
    return done.stdout


def in_the_office(fresh_host: FreshHost, image: str, lan: str) -> Host:
    """A fresh host that has its address in the office network, which may come after the other."""
    host = fresh_host(image, lan=lan)
    practice.settled(host)
    eventually(lambda: f" {lan}/" in host.ssh("ip -4 address show scope global").stdout)
    return host


@pytest.fixture
def open_site(lab: Lab, fresh_host: FreshHost, tmp_path: Path) -> Iterator[Callable[..., Site]]:
    """A factory of sites with published names; what was published is taken back."""
    offices: list[Office] = []

    def make(image: str, lan: str, network: str = office.NETWORK) -> Site:
        host = in_the_office(fresh_host, image, lan)
        offices.append(Office(lab, host))
        offices[-1].publish_names()
        wanted = replace(offices[-1].requirements(), networks=(network,))
        folder = tmp_path / host.name
        folder.mkdir()
        return Site(lab, host, practice.parts(lab, host, folder), wanted, offices[-1], lan)

    yield make
    for each in offices:
        each.__exit__()


@pytest.mark.parametrize("image", IMAGES)
def test_both_paths_are_proven_while_other_mail_waits(
    open_site: Callable[..., Site], image: str
) -> None:
    site = open_site(image, "198.51.100.161" if "12" in image else "198.51.100.162")
    found = site.set_up()
    for name in ("direct.delivered", "network.delivered", "greeting.own-name", "greeting.helo"):
        assert [each.severity for each in found[name]] == [Severity.PASS], name
    assert {each.severity for each in found["direct.tls-trusted"]} == {Severity.PASS}
    assert "status=sent" in found["network.delivered"][0].evidence
    assert found["setup.complete"]
    # The desktop is in the network that may submit, so that only Postfix itself can tell.
    assert [each.severity for each in found["open-relay.configured-closed"]] == [Severity.PASS]
    # The domain's only MX is the server itself.
    assert found["own-domain.loops"][0].severity is Severity.WARN
    arrived = site.delivered()
    assert len(arrived) == 2
    assert all(each[TEST_HEADER] for each in arrived)
    assert sum("with ESMTP" in (each.get_all("Received") or [""])[-1] for each in arrived) == 1
    assert "empty" in site.queue()

    site.send(office.RECIPIENT, "waits")
    eventually(lambda: WAITING in site.queue())
    again = site.verify()
    assert again["direct.delivered"]
    assert again["network.delivered"]
    assert len(site.delivered()) == 4
    assert site.queue().count(WAITING) == 1


def test_only_listed_clients_submit_and_only_for_the_domain(
    open_site: Callable[..., Site], fresh_host: FreshHost
) -> None:
    site = open_site("deb12-mail", SERVER, HALF)
    client = in_the_office(fresh_host, "deb12-mail", CLIENT)
    found = site.set_up()
    asked = found["open-relay.refused"]
    assert [(each.severity, each.subject) for each in asked] == [(Severity.PASS, SERVER)]
    assert "RCPT TO" in asked[0].evidence
    assert "DATA" not in asked[0].evidence

    sender = site.requirements.proof.sender
    assert smtp_source(client, SERVER, sender, office.RECIPIENT) == ""
    eventually(lambda: site.queue().count(WAITING) == 1)
    assert "554 5.7.1" in smtp_source(client, SERVER, "boss@bigmail.example", office.RECIPIENT)
    client.ssh(
        f"device=$(ip -o address show to {CLIENT} | cut -d' ' -f2); "
        f"ip address add {STRANGER}/25 dev $device; "
        f"ip route add {SERVER} dev $device src {STRANGER}"
    )
    assert "554 5.7.1" in smtp_source(client, SERVER, sender, office.RECIPIENT)
    outside = smtp_source(site.lab.peer("mx"), site.host.ip, sender, office.RECIPIENT)
    assert "refused" in outside
    assert site.queue().count(WAITING) == 1


def test_what_a_receiver_refuses_returns_to_the_sender_once_mail_leaves(
    lab: Lab, fresh_host: FreshHost, tmp_path: Path
) -> None:
    host = fresh_host("deb12-mail")
    practice.settled(host)
    # A domain whose mail the lab's receiver takes, so that what returns can be read there.
    own = Office(lab, host)
    wanted = own.requirements(lan=False)
    identity = replace(
        wanted.identity, hostname="smtp.slow.example", domain="slow.example", addresses=()
    )
    proof = Proof(f"inbox+{host.name}@slow.example", office.RECIPIENT)
    wanted = replace(wanted, identity=identity, proof=proof)
    site = Site(lab, host, practice.parts(lab, host, tmp_path), wanted, own)
    assert site.set_up()["own-domain.leaves"]
    site.send("nobody@bigmail.example", "refused")
    eventually(lambda: WAITING in site.queue())
    assert lab.mail(proof.sender) == []

    found = site.verify(let_out=True)
    assert found["gate.overruled"]
    eventually(lambda: lab.mail(proof.sender) != [])
    returned = message_from_bytes(lab.mail(proof.sender)[0])
    assert returned["Return-Path"] in {None, "<>"}
    assert "Undelivered" in str(returned["Subject"])
    assert b"550 5.1.1" in lab.mail(proof.sender)[0]
    eventually(lambda: "empty" in site.queue())


@pytest.mark.parametrize("image", IMAGES)
def test_receivers_find_the_mail_signed_and_none_leaves_without(
    open_site: Callable[..., Site], image: str
) -> None:
    site = open_site(image, "198.51.100.163" if "12" in image else "198.51.100.164")
    site.set_up()
    site.office.publish_records(site.asked_to_publish().publication.records)
    site.send(office.RECIPIENT, "waited for the records")
    eventually(lambda: WAITING in site.queue())
    found = site.verify()
    assert {each.subject for each in found["signature.added"]} == {"sendmail", site.lan}
    assert found["signer.ready"][0].severity is Severity.PASS
    assert found["gate.opened"]
    eventually(lambda: "waited for the records" in site.subjects())
    live = site.verify()
    assert live["direct.delivered"]
    assert live["network.delivered"]
    assert live["setup.complete"]
    late = site.delivered()[-3:]
    assert all("DKIM-Signature" in each for each in late)
    for name in ("spf", "dkim", "dmarc"):
        assert all(f"{name}=pass" in results(each) for each in late), name
    without_signer(site)


def results(message: Message) -> str:
    """What the receiver has found out about a message (RFC 8601)."""
    return " ".join(str(each) for each in message.get_all("Authentication-Results", []))


def test_devices_send_through_a_relay_too(lab: Lab, fresh_host: FreshHost, tmp_path: Path) -> None:
    host = in_the_office(fresh_host, "deb13-mail", "198.51.100.165")
    wanted = replace(
        practice.requirements(lab, host),
        submitters=frozenset(Submitter),
        networks=(office.NETWORK,),
    )
    site = Site(lab, host, practice.parts(lab, host, tmp_path), wanted, Office(lab, host))
    found = site.set_up()
    for name in ("relay.delivered", "network.delivered", "relay.tls-verified"):
        assert [each.severity for each in found[name]] == [Severity.PASS], name
    assert found["network.delivered"][0].args["listener"] == "198.51.100.165"
    assert found["open-relay.configured-closed"]
    assert found["setup.complete"]


def without_signer(site: Site) -> None:
    """Mail waits while OpenDKIM is down, whichever way it comes, and leaves signed afterwards."""
    site.host.ssh("systemctl stop opendkim")
    without = site.verify()
    assert without["signer.down"][0].severity is Severity.FAIL
    assert without["network.not-delivered"][0].evidence.startswith("451 4.7.1")
    assert "milter-reject" in without["direct.not-delivered"][0].evidence
    assert "signature.added" not in without
    site.send(office.RECIPIENT, "waits for the signer")
    time.sleep(5)
    assert "waits for the signer" not in site.subjects()
    # The test message was taken out of the queue; a person's message was not.
    waiting = site.host.ssh("grep -rla 'Subject:' /var/spool/postfix/maildrop").stdout.split()
    assert len(waiting) == 1

    site.host.ssh("systemctl start opendkim")
    eventually(lambda: "waits for the signer" in site.subjects())
    last = next(each for each in site.delivered() if each["Subject"] == "waits for the signer")
    assert f"d={site.requirements.identity.domain}" in str(last["DKIM-Signature"])
    assert "dkim=pass" in results(last)
