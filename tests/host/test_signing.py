"""Mail is signed where it leaves: on real servers, up to a receiver that checks the signature."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from email import message_from_bytes
from typing import TYPE_CHECKING

import pytest

from mailwright.engine.apply import Job, apply, roll_back
from mailwright.engine.entry import EntryHead, new_id
from mailwright.engine.progress import Session
from mailwright.errors import MailwrightError
from mailwright.model.dns_records import split_txt
from mailwright.model.events import Done, Event, Outcome
from mailwright.model.journal import Entry, EntryState, EntryStep
from mailwright.model.plan import Plan
from mailwright.model.requirements import Dkim, Requirements, SenderIdentity
from mailwright.mta.opendkim import desired as opendkim
from mailwright.mta.postfix import signing
from mailwright.mta.postfix.settings import MainCf, Parameter
from mailwright.platforms.reading import observe
from mailwright.platforms.releases import platform_of, platforms
from mailwright.resource.base import Wants
from mailwright.resource.packages import Packages
from mailwright.usecases.connection import open_session
from tests.lab.client import Lab
from tests.lab.host import Host
from tests.lab.records import Record
from tests.support import practice
from tests.support.differences import unexplained

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import Message
    from pathlib import Path

    from _pytest.mark.structures import ParameterSet

    from mailwright.model.server import Observation
    from mailwright.platforms.releases import Platform
    from mailwright.resource.base import Resource
    from tests.lab.fixtures import FreshHost

IMAGES = ("deb12", "deb13", "deb12-mail", "deb13-mail")
SELECTOR = "mw202611"
ZONE = "corp.example"
NETWORKS = ("198.51.100.0/25", "2001:db8:1::/64")
RESTART = "systemctl restart postfix && postfix_is_silent"
AFTER_UNDO = "! systemctl is-active -q postfix || systemctl restart postfix"


@dataclass
class Bench:
    """A server that shall sign, and the desktop that sets it up."""

    lab: Lab
    host: Host
    session: Session
    requirements: Requirements
    applied: list[Entry]

    @property
    def domain(self) -> str:
        return self.requirements.identity.domain

    def resources(self, platform: Platform) -> tuple[Resource, ...]:
        """Postfix that sends directly, and what signs for it."""
        networks = " ".join(signing_networks(self.requirements.networks))
        settings = {
            "myhostname": self.requirements.identity.hostname,
            "mydomain": self.domain,
            "myorigin": "$mydomain",
            "mydestination": "",
            "relayhost": "",
            "default_transport": "smtp",
            "relay_transport": "relay",
            "inet_interfaces": "all",
            "mynetworks": f"127.0.0.0/8 [::1]/128 {networks}",
        }
        return (
            Packages(
                "packages",
                (*platform.packages, *platform.opendkim.packages),
                "why",
                answers=("postfix postfix/main_mailer_type select Local only",),
                leaves=platform.leaves,
                accounts=(*platform.accounts, *platform.opendkim.accounts),
            ),
            *opendkim.desired(self.requirements, platform),
            MainCf(
                "main.cf",
                (
                    *(Parameter(name, value, "why") for name, value in settings.items()),
                    *signing.parameters(),
                ),
            ),
        )

    def look(self) -> Observation:
        wants = Wants.union(
            each.wants() for platform in platforms() for each in self.resources(platform)
        )
        return observe(self.session.transport, [wants])

    def plan(self) -> Plan:
        seen = self.look()
        steps, after_packages = [], False
        for resource in self.resources(platform_of(seen.facts)):
            step = resource.step(seen, after_packages=after_packages)
            if step is not None:
                steps.append(step)
                after_packages = after_packages or isinstance(resource, Packages)
        return Plan(self.host.name, tuple(steps), RESTART if steps else "", AFTER_UNDO)

    def apply(self, plan: Plan) -> Done:
        head = EntryHead(new_id(time.time()), "tester@desktop", "Signing", window=60)
        told: list[Event] = []
        done = apply(Job(self.session, told.append), plan, head)
        steps = tuple(EntryStep(step.id, step.title, "done") for step in plan.steps)
        self.applied.insert(
            0, Entry(head.id, EntryState.CONFIRMED, head.who, head.title, steps=steps)
        )
        return done

    def back(self) -> Done:
        """Take back everything that was applied."""
        done = roll_back(Job(self.session, lambda _event: None), self.applied, 60)
        self.applied.clear()
        return done

    def public(self) -> str:
        public = opendkim.public_key(self.look(), self.requirements)
        assert public is not None
        return public

    def dns_record(self) -> Record:
        made = opendkim.record(self.requirements, self.public())
        return Record(made.name, made.type, " ".join(f'"{part}"' for part in split_txt(made.value)))

    def send(self, sender: str, subject: str) -> Message:
        """Hand a message to the server's own sendmail; what of it arrives."""
        text = f"From: {sender}\\nTo: {practice.RECIPIENT}\\nSubject: {subject}\\n\\nx\\n"
        self.host.ssh(f"printf '{text}' | sendmail -f {sender} {practice.RECIPIENT}")
        return self.received(subject)

    def submit(self, server: str, sender: str, subject: str) -> Message:
        """Hand it a message over the network; what of it arrives."""
        self.lab.peer("infra").ssh(
            f"swaks --server {server} --from {sender} --to {practice.RECIPIENT} "
            f"--header 'Subject: {subject}'"
        )
        return self.received(subject)

    def received(self, subject: str) -> Message:
        end = time.monotonic() + 60
        while time.monotonic() < end:
            for message in map(message_from_bytes, self.lab.mail(practice.RECIPIENT)):
                if message["Subject"] == subject:
                    return message
            time.sleep(0.3)
        log = self.host.ssh("journalctl -q -n 40 -o cat; postqueue -j").stdout
        raise TimeoutError(f"{subject} did not arrive\n{log}")


def signing_networks(networks: tuple[str, ...]) -> Iterator[str]:
    """Networks as mynetworks has them (postconf(5))."""
    for network in networks:
        address, _slash, length = network.partition("/")
        yield f"[{address}]/{length}" if ":" in address else network


@pytest.fixture
def bench(
    lab: Lab, fresh_host: FreshHost, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Bench]:
    host = fresh_host(getattr(request, "param", "deb12-mail"))
    domain = f"{host.name}.{ZONE}"
    wanted = replace(
        practice.requirements(lab, host),
        identity=SenderIdentity(f"smtp.{domain}", domain, practice.RECIPIENT),
        networks=NETWORKS[:1],
        dkim=Dkim(SELECTOR),
    )
    session = open_session(practice.parts(lab, host, tmp_path), wanted.server, practice.confirm_key)
    yield Bench(lab, host, session, wanted, [])
    session.transport.close()


def signature(message: Message) -> dict[str, str]:
    """The tags of the only DKIM-Signature (RFC 6376 section 3.5)."""
    (field,) = message.get_all("DKIM-Signature", [])
    tags = (tag.partition("=")[::2] for tag in "".join(field.split()).split(";") if tag)
    return dict(tags)


def verdict(message: Message) -> str:
    """What the receiver's DKIM filter said (RFC 8601)."""
    results = message.get_all("Authentication-Results", [])
    return next(" ".join(each.split()) for each in results if "dkim=" in each)


def where_the_key_is(host: Host) -> list[str]:
    """Every file of the server, and the log, in which a line of the private key is."""
    found = host.ssh(
        "lines=$(mktemp -p /dev/shm); sed '1d;$d' /etc/mailwright/dkim/*.private >$lines\n"
        "grep -rlF -D skip -f $lines /etc /root /run /tmp /var/lib /var/log /var/tmp\n"
        "journalctl -q -o cat | grep -qFf $lines && echo log; rm $lines"
    )
    return found.stdout.split()


def chosen(first: str, *others: str) -> list[ParameterSet]:
    """One image for every run, the others for the long one."""
    long = (pytest.param(each, marks=pytest.mark.matrix) for each in others if each != first)
    return [pytest.param(first), *long]


@pytest.mark.parametrize("bench", chosen("deb13-mail", *IMAGES), indirect=True)
def test_mail_is_signed_the_receiver_agrees_and_an_undo_leaves_no_trace(bench: Bench) -> None:
    before = practice.settled(bench.host)
    assert bench.apply(bench.plan()).outcome is Outcome.DONE
    assert bench.plan().steps == ()
    assert where_the_key_is(bench.host) == [opendkim.key_path(bench.requirements)]

    record = bench.dns_record()
    bench.lab.publish(ZONE, [record])
    name = bench.host.name
    try:
        messages = [
            bench.send(f"info@{bench.domain}", f"own {name}"),
            bench.send(f"info@deep.sub.{bench.domain}", f"below {name}"),
            bench.submit(bench.host.ip, f"printer@{bench.domain}", f"network {name}"),
        ]
    finally:
        bench.lab.unpublish(ZONE, [record])
    for message in messages:
        tags = signature(message)
        assert (tags["d"], tags["s"]) == (bench.domain, SELECTOR)
        assert (tags["a"], tags["c"]) == ("rsa-sha256", "relaxed/relaxed")
        assert tags["h"].lower().split(":").count("from") == 2, "a second From breaks it"
        assert "l" not in tags
        assert "dkim=pass" in verdict(message)

    assert bench.back().left == ()
    assert unexplained(before, bench.host.manifest()) == []


@pytest.mark.parametrize("bench", chosen("deb12-mail", "deb13-mail"), indirect=True)
def test_the_key_stays_whatever_else_changes(bench: Bench) -> None:
    assert bench.apply(bench.plan()).outcome is Outcome.DONE
    public, name = bench.public(), bench.host.name
    process = bench.host.ssh("systemctl show -p MainPID opendkim").stdout
    ours = bench.host.ssh("cat /etc/mailwright/dkim/TrustedHosts").stdout

    bench.requirements = replace(bench.requirements, networks=NETWORKS)
    plan = bench.plan()
    assert [step.id for step in plan.steps] == ["opendkim", "main.cf"]
    assert bench.apply(plan).outcome is Outcome.DONE
    assert bench.public() == public
    assert bench.host.ssh("systemctl show -p MainPID opendkim").stdout == process
    address = bench.host.ssh("ip -6 -br address show dev eth0 scope global").stdout.split()[2]
    message = bench.submit(address.partition("/")[0], f"a@{bench.domain}", f"six {name}")
    assert signature(message)["s"] == SELECTOR

    last = bench.applied.pop(0)
    done = roll_back(Job(bench.session, lambda _event: None), [last], 60)
    assert done.left == ()
    assert bench.host.ssh("cat /etc/mailwright/dkim/TrustedHosts").stdout == ours
    assert bench.public() == public

    bench.requirements = replace(bench.requirements, networks=NETWORKS[:1])
    bench.host.ssh("chmod 644 /etc/mailwright/dkim/*.private")
    plan = bench.plan()
    assert [step.id for step in plan.steps] == ["dkim-key"]
    assert bench.apply(plan).outcome is Outcome.DONE
    assert bench.public() == public
    assert bench.plan().steps == ()


@pytest.mark.parametrize("bench", chosen("deb13-mail", "deb12-mail"), indirect=True)
def test_after_a_boot_postfix_waits_for_the_signer(bench: Bench) -> None:
    assert bench.apply(bench.plan()).outcome is Outcome.DONE
    bench.host.reboot()
    message = bench.send(f"info@{bench.domain}", f"booted {bench.host.name}")
    assert signature(message)["d"] == bench.domain
    unit = "postfix@-.service" if "12" in bench.host.image else "postfix.service"
    order = bench.host.ssh(f"systemctl show -p After -p Wants {unit}").stdout
    assert order.count("opendkim.service") == 2


def test_without_the_signer_mail_waits_and_leaves_signed_later(bench: Bench) -> None:
    assert bench.apply(bench.plan()).outcome is Outcome.DONE
    subject, sender = f"late {bench.host.name}", f"info@{bench.domain}"
    text = f"From: {sender}\\nTo: {practice.RECIPIENT}\\nSubject: {subject}\\n\\nx\\n"
    bench.host.ssh("systemctl stop opendkim")
    bench.host.ssh(f"printf '{text}' | sendmail -f {sender} {practice.RECIPIENT}; sleep 2")
    assert "milter-reject" in bench.host.ssh("journalctl -q -t postfix/cleanup -o cat").stdout
    bench.host.ssh("systemctl start opendkim; postqueue -f")
    assert signature(bench.received(subject))["d"] == bench.domain


def test_a_persons_own_signer_is_refused_and_stays(bench: Bench) -> None:
    bench.host.ssh("echo 'Domain example.com' >>/etc/opendkim.conf")
    with pytest.raises(MailwrightError) as caught:
        bench.plan()
    assert caught.value.code == "plan.opendkim-in-use"
    assert "Domain" in str(caught.value)


@pytest.mark.parametrize("bench", chosen("deb12-mail", "deb13-mail"), indirect=True)
def test_a_signer_that_cannot_listen_is_taken_back(bench: Bench) -> None:
    before = practice.settled(bench.host)
    listen = "my $s = IO::Socket::INET->new(LocalAddr => q(127.0.0.1:8891), Listen => 1) or die"
    perl = f"perl -MIO::Socket::INET -e '{listen}; sleep 120'"
    bench.host.ssh(f"systemd-run -q --collect --unit=occupant {perl}; sleep 1")
    done = bench.apply(bench.plan())
    assert done.outcome is Outcome.ROLLED_BACK
    assert done.left == ()
    words = bench.host.ssh("cat /var/lib/mailwright/journal/*/steps/*/out").stdout
    assert "opendkim does not listen" in words
    bench.host.ssh("systemctl is-active opendkim postfix && systemctl stop occupant")
    assert unexplained(before, bench.host.manifest()) == []
