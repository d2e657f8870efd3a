"""Diagnosis of real domains: recursive and authoritative name servers, real Postfix."""

from __future__ import annotations

import asyncio
import base64
import json
import socket
import subprocess
import sys
from contextlib import ExitStack, contextmanager
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from mailwright.net.authority import Authority, ServerAnswer, ZoneUnknownError, standing
from mailwright.net.resolver import DnsResolver, Status
from tests.lab import addresses, records
from tests.lab.addresses import ipv6
from tests.lab.records import Record, txt

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.lab.client import Lab
    from tests.lab.fixtures import FreshHost
    from tests.lab.host import Host

FORWARD, FOUR, SIX = "corp.example", "100.51.198.in-addr.arpa", "8.b.d.0.1.0.0.2.ip6.arpa"
QUIET_ZONE = "nullmx.example"
"""A zone that no other test changes."""
HOSTS = {"ns1.lab.example": ("198.51.100.55", "2001:db8:1::55")}
HOSTS |= {"ns2.lab.example": ("198.51.100.56", "2001:db8:1::56")}
POSTFIX = """
set -e
openssl req -x509 -newkey rsa:2048 -nodes -days 9 -subj /CN={name} \
    -addext subjectAltName=DNS:{name} -keyout /etc/postfix/k.pem -out /etc/postfix/c.pem 2>/dev/null
postconf -e inet_interfaces=all inet_protocols=all myhostname={name} \
    smtpd_tls_security_level=may smtpd_tls_key_file=/etc/postfix/k.pem \
    smtpd_tls_cert_file=/etc/postfix/c.pem
systemctl restart postfix
"""


class Checked:
    """What `mailwright check --json` printed, and how it ended."""

    def __init__(self, ended: subprocess.CompletedProcess[str]) -> None:
        assert ended.stdout, ended.stderr
        self.code = ended.returncode
        self.shape: dict[str, Any] = json.loads(ended.stdout)
        self.findings: list[dict[str, Any]] = self.shape["findings"]

    def of(self, *severities: str) -> set[str]:
        """The ids of the findings with these severities."""
        return {one["id"] for one in self.findings if one["severity"] in severities}

    def one(self, name: str) -> dict[str, Any]:
        """The first finding with this id."""
        return next(one for one in self.findings if one["id"] == name)


def check(lab: Lab, domain: str, *arguments: str) -> Checked:
    command = [sys.executable, "-m", "mailwright", "check", domain, "--json"]
    command += ["--dns", lab.resolver, "--ca-file", str(lab.ca_file), *arguments]
    return Checked(
        subprocess.run(command, check=False, capture_output=True, text=True, timeout=120)
    )


@contextmanager
def published(lab: Lab, zone: str, *published: Record) -> Iterator[None]:
    lab.publish(zone, published)
    try:
        yield
    finally:
        lab.unpublish(zone, published)


def public_key() -> str:
    public = rsa.generate_private_key(65537, 2048).public_key()
    der = public.public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return base64.b64encode(der).decode()


@contextmanager
def sender(lab: Lab, host: Host) -> Iterator[tuple[str, str]]:
    """Everything that a sending server needs in the DNS; yields its domain and name."""
    domain = f"{host.name}.{FORWARD}"
    name, six = f"smtp.{domain}", ipv6(host.ip)
    policy = f"v=DMARC1; p=quarantine; rua=mailto:postmaster@{domain}"
    spf = f"v=spf1 ip4:{host.ip} ip6:{six} -all"
    own = [
        Record(domain, "MX", f"10 {name}."),
        Record(domain, "TXT", txt(spf)),
        Record(name, "A", host.ip),
        Record(name, "AAAA", six),
        Record(name, "TXT", txt("v=spf1 a -all")),
        Record(f"_dmarc.{domain}", "TXT", txt(policy)),
        Record(f"s1._domainkey.{domain}", "TXT", txt(f"v=DKIM1; k=rsa; p={public_key()}")),
    ]
    with ExitStack() as stack:
        stack.enter_context(published(lab, FORWARD, *own))
        for zone, address in ((FOUR, host.ip), (SIX, six)):
            stack.enter_context(reverse_name(lab, zone, address, name))
        yield domain, name


@contextmanager
def reverse_name(lab: Lab, zone: str, address: str, name: str) -> Iterator[None]:
    """Give an address one reverse name, and afterwards the one that it had."""
    pointer = ip_address(address).reverse_pointer
    had = asyncio.run(DnsResolver([lab.resolver]).query(pointer, "PTR"))
    assert had.is_known
    before = [Record(pointer, "PTR", f"{value}.") for value in had.values]
    lab.unpublish(zone, before)
    try:
        with published(lab, zone, Record(pointer, "PTR", f"{name}.")):
            yield
    finally:
        lab.publish(zone, before)


def test_a_domain_of_the_lab_in_order_but_for_what_nobody_published(lab: Lab) -> None:
    sending = ("198.51.100.102", "2001:db8:1::102")
    arguments = [word for address in sending for word in ("--sending-ip", address)]
    found = check(lab, "good.example", *arguments, "--helo", "smtp.good.example")
    assert found.code == 0, found.of("fail", "unknown")
    assert {"spf.covers-relay", "dmarc.enforced", "dmarc.reports-arrive", "mx.host"} <= found.of(
        "pass"
    )
    assert found.of("warn") == {"helo.spf-none"}
    works = [one for one in found.findings if one["id"] == "starttls.works"]
    assert {one["subject"] for one in works} == {lab.mx, "2001:db8:1::25"}
    assert "starttls.trusted" in found.of("info")
    assert (found.shape["queries"] > 10, found.shape["dialogues"]) == (True, 2)


@pytest.mark.parametrize(
    ("domain", "code", "name"),
    [
        ("nullmx.example", 1, "mx.null"),
        ("mxcname.example", 1, "mx.alias"),
        ("gone.example", 1, "mx.no-domain"),
        ("bogus.example", 3, "mx.unknown"),
        ("lame.example", 3, "dmarc.unknown"),
    ],
)
def test_what_is_wrong_and_what_is_not_known_are_told_apart(
    lab: Lab, domain: str, code: int, name: str
) -> None:
    found = check(lab, domain, "--timeout", "6")
    assert name in {one["id"] for one in found.findings}
    assert found.code == code
    assert found.shape["seconds"] < 7


def test_dns_servers_that_are_not_there_leave_everything_unknown_in_time(lab: Lab) -> None:
    found = check(lab, "good.example", "--dns", "198.51.100.127", "--timeout", "2")
    assert found.code == 3
    assert found.of("pass", "warn", "fail") == set()
    assert {"spf.unknown", "mx.unknown", "dmarc.unknown"} <= found.of("unknown")
    assert found.shape["seconds"] < 3


def test_a_receiver_that_says_421_leaves_tls_unknown_with_its_words(lab: Lab) -> None:
    for _ in range(12):
        with socket.create_connection((addresses.SLOW_MX, 25), timeout=10) as one:
            assert one.recv(200)[:3] in {b"220", b"421"}
    found = check(lab, "slow.example")
    causes = {one["args"]["cause"] for one in found.findings if one["id"] == "starttls.unknown"}
    (cause,) = (cause for cause in causes if addresses.SLOW_MX in cause)
    assert "greeting: refused by a reply (421 4.7.0 " in cause
    assert "too many connections" in cause
    assert "starttls.not-offered" not in found.of("warn")


def said_to(host: Host) -> list[str]:
    """What Postfix counted of each connection that has ended."""
    log = host.ssh("journalctl -o cat -t postfix/smtpd | grep '^disconnect from'").stdout
    return [line.partition("] ")[2] for line in log.splitlines()]


def test_a_server_of_ones_own_from_in_order_to_broken(lab: Lab, fresh_host: FreshHost) -> None:
    host = fresh_host("deb12-mail")
    with sender(lab, host) as (domain, name):
        host.ssh(POSTFIX.format(name=name))
        arguments = ("--server", name, "--selector", "s1")
        found = check(lab, domain, *arguments)
        assert found.code == 0, found.of("fail", "unknown")
        assert found.of("warn", "fail", "unknown") == set()
        assert {"dkim.valid", "ptr.confirmed", "ptr.banner-is-helo", "helo.spf-passes"} <= found.of(
            "pass"
        )
        assert found.one("starttls.untrusted")["args"]["why"] == "self-signed"
        assert said_to(host) == ["ehlo=1 starttls=1 quit=1 commands=3"] * found.shape["dialogues"]

        host.ssh("postconf -e smtpd_banner='another.example ESMTP' smtpd_tls_security_level=none")
        host.ssh("systemctl restart postfix")
        found = check(lab, domain, *arguments)
        assert found.of("warn") == {"ptr.banner-not-helo", "starttls.not-offered"}
        assert found.code == 0

        host.ssh("postconf -e smtpd_tls_security_level=may smtpd_tls_key_file=/etc/postfix/gone")
        host.ssh("systemctl restart postfix")
        found = check(lab, domain, *arguments)
        assert found.code == 3, found.of("fail")
        assert "454 4.7.0 TLS not available" in found.one("starttls.unknown")["message"]

        host.ssh("systemctl stop postfix")
        found = check(lab, domain, *arguments)
        assert (found.code, found.of("fail")) == (1, {"starttls.closed"})
        assert "ptr.no-banner" in found.of("info")


def test_the_offered_record_is_right_once_published(lab: Lab, fresh_host: FreshHost) -> None:
    host = fresh_host("deb12-mail")
    domain = f"{host.name}.{FORWARD}"
    arguments = ("--sending-ip", host.ip, "--helo", f"smtp.{domain}")
    with published(lab, FORWARD, Record(domain, "MX", "10 mx.bigmail.example.")):
        before = check(lab, domain, *arguments)
        offered = [one for one in before.findings if "record" in one["args"]]
        assert {one["id"] for one in offered} == {
            *("address.helo-leads-nowhere", "dmarc.none", "helo.spf-none", "spf.no-record")
        }
        with published(lab, FORWARD, *map(as_record, offered)):
            after = check(lab, domain, *arguments)
    assert after.of("fail") <= {"ptr.none", "ptr.not-confirmed"}
    assert {one["id"] for one in offered} & {one["id"] for one in after.findings} == set()


def as_record(finding: dict[str, Any]) -> Record:
    args = finding["args"]
    kind, value = args.get("type", "TXT"), args["record"]
    return Record(
        args.get("name", finding["subject"]), kind, txt(value) if kind == "TXT" else value
    )


def asked(lab: Lab, name: str) -> Sequence[ServerAnswer]:
    authority = Authority(DnsResolver([lab.resolver]))
    return asyncio.run(authority.on_every_server(name, "TXT"))


def test_a_zone_whose_servers_are_gone_is_not_looked_for_above_it(lab: Lab) -> None:
    with pytest.raises(ZoneUnknownError, match=r"NS lame\.example: "):
        asked(lab, "lame.example")


def test_every_authoritative_server_answers_for_itself(lab: Lab) -> None:
    found = asked(lab, "_dmarc.good.example")
    assert {(one.server, one.address) for one in found} == {
        (server, address) for server, pair in HOSTS.items() for address in pair
    }
    assert standing(found, "v=DMARC1; p=reject; rua=mailto:dmarc@good.example").is_everywhere
    assert {one.answer.status for one in asked(lab, "gone.good.example")} == {Status.NXDOMAIN}


def test_a_record_that_the_secondary_lacks_is_seen_to_differ(lab: Lab) -> None:
    infra, name = lab.peer("infra"), f"fresh.{QUIET_ZONE}"
    control = "knotc -c /etc/knot/ns2.conf -s /run/knot-ns2/knot.sock"
    record = Record(name, "TXT", txt("here"))
    infra.ssh(f"{control} -b zone-freeze {QUIET_ZONE}")
    try:
        update(lab, record, add=True)
        where = standing(asked(lab, name), "here")
        assert {one.server for one in where.visible} == {"ns1.lab.example"}
        assert {one.server for one in where.lacking} == {"ns2.lab.example"}
        assert not where.is_everywhere
        infra.ssh(f"{control} -b zone-thaw {QUIET_ZONE}")
        infra.ssh(f"{control} -b zone-refresh {QUIET_ZONE}")
        assert standing(asked(lab, name), "here").is_everywhere
    finally:
        infra.ssh(f"{control} -b zone-thaw {QUIET_ZONE}", check=False)
        update(lab, record, add=False)


def update(lab: Lab, record: Record, *, add: bool) -> None:
    """Tell the primary alone, whatever the secondary knows."""
    script = records.update(QUIET_ZONE, [record], lab.tsig.secret, add=add)
    lab.peer("infra").ssh("nsupdate", stdin=script)


def test_a_slow_network_is_waited_for_once(lab: Lab) -> None:
    """16 questions and 2 dialogues at 30 ms: in a row they would take over a second."""
    peers = [lab.peer("infra"), lab.peer("mx")]
    for peer in peers:
        peer.set_rtt(30)
    try:
        found = [
            check(lab, "good.example", "--sending-ip", "198.51.100.102", "--selector", "s1")
            for _ in range(3)
        ]
    finally:
        for peer in peers:
            peer.set_rtt(0)
    assert min(one.shape["seconds"] for one in found) < 1.0
