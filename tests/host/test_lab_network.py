"""DNS, the package mirror and the ACME server."""

from __future__ import annotations

import json
import socket
import ssl
from typing import TYPE_CHECKING

import dns.exception
import dns.flags
import dns.message
import dns.query
import dns.rcode
import dns.rdatatype
import dns.reversename
import dns.tsigkeyring
import dns.update
import pytest

from tests.lab.records import Record, txt

if TYPE_CHECKING:
    from tests.lab.client import Lab
    from tests.lab.fixtures import FreshHost


def ask(lab: Lab, name: str, kind: str, server: str | None = None) -> dns.message.Message:
    query = dns.message.make_query(name, kind, want_dnssec=True)
    answer, _ = dns.query.udp_with_fallback(query, server or lab.resolver, timeout=5)
    return answer


def data(answer: dns.message.Message) -> list[str]:
    """The answer's data, signatures left out."""
    return [
        record.to_text()
        for rrset in answer.answer
        if rrset.rdtype != dns.rdatatype.RRSIG
        for record in rrset
    ]


@pytest.mark.parametrize(
    ("name", "kind", "expected"),
    [
        ("smtp.corp.example", "A", ["198.51.100.100"]),
        ("smtp.corp.example", "AAAA", ["2001:db8:1::100"]),
        ("bigmail.example", "MX", ["10 mx.bigmail.example."]),
        ("100.100.51.198.in-addr.arpa", "PTR", ["smtp.corp.example."]),
        ("101.100.51.198.in-addr.arpa", "PTR", ["host101.isp.example."]),
    ],
)
def test_signed_zones_are_validated(lab: Lab, name: str, kind: str, expected: list[str]) -> None:
    answer = ask(lab, name, kind)
    assert data(answer) == expected
    assert answer.flags & dns.flags.AD


@pytest.mark.parametrize(
    ("name", "kind", "expected"),
    [
        ("nullmx.example", "MX", ["0 ."]),
        ("wrongname.smarthost.example", "A", ["198.51.100.58"]),
        ("2.0.0.127.zen.spamhaus.org", "A", ["127.0.0.2"]),
        ("2.0.0.127.bl.spamcop.net", "A", ["127.0.0.2"]),
        ("2.0.0.127.b.barracudacentral.org", "A", ["127.0.0.2"]),
    ],
)
def test_unsigned_zones_are_answered(lab: Lab, name: str, kind: str, expected: list[str]) -> None:
    answer = ask(lab, name, kind)
    assert data(answer) == expected
    assert not answer.flags & dns.flags.AD


def test_ipv6_addresses_have_names(lab: Lab) -> None:
    name = dns.reversename.from_address("2001:db8:1::100")
    assert data(ask(lab, name.to_text(), "PTR")) == ["smtp.corp.example."]


def test_names_that_are_not_there_are_denied(lab: Lab) -> None:
    denied = ask(lab, "no-such-name.corp.example", "A")
    assert denied.rcode() == dns.rcode.NXDOMAIN
    assert denied.flags & dns.flags.AD
    assert ask(lab, "1.0.0.127.zen.spamhaus.org", "A").rcode() == dns.rcode.NXDOMAIN


def test_a_broken_chain_of_trust_is_no_answer(lab: Lab) -> None:
    assert ask(lab, "www.bogus.example", "A").rcode() == dns.rcode.SERVFAIL


@pytest.mark.parametrize("name", ["corp.example", "_dmarc.corp.example"])
def test_the_sender_has_published_nothing_of_mail(lab: Lab, name: str) -> None:
    assert data(ask(lab, name, "TXT")) == []


def test_published_records_are_seen_at_once_and_signed(lab: Lab) -> None:
    key = "v=DKIM1; k=rsa; p=" + "A" * 400
    record = Record("s1._domainkey.corp.example", "TXT", txt(key))
    assert data(ask(lab, record.name, "TXT")) == []
    lab.publish("corp.example", [record])
    answer = ask(lab, record.name, "TXT")
    assert "".join(data(answer)).replace('" "', "").strip('"') == key
    assert answer.flags & dns.flags.AD
    lab.unpublish("corp.example", [record])
    assert data(ask(lab, record.name, "TXT")) == []


def test_others_may_update_with_the_key_only(lab: Lab) -> None:
    good = dns.tsigkeyring.from_text({lab.tsig.name: lab.tsig.secret})
    wrong = dns.tsigkeyring.from_text({lab.tsig.name: "d3Jvbmc="})
    for keyring, expected in ((None, dns.rcode.NOTAUTH), (wrong, None), (good, dns.rcode.NOERROR)):
        update = dns.update.UpdateMessage(
            "corp.example", keyring=keyring, keyalgorithm=lab.tsig.algorithm
        )
        update.replace("probe", 300, "A", "198.51.100.77")
        try:
            answer = dns.query.tcp(update, lab.primary, timeout=5)
        except dns.exception.DNSException:
            assert expected is None
        else:
            assert answer.rcode() == expected
    assert data(ask(lab, "probe.corp.example", "A", lab.primary)) == ["198.51.100.77"]
    lab.unpublish("corp.example", [Record("probe.corp.example")])


def test_the_acme_server_has_a_certificate_of_the_labs_authority(lab: Lab) -> None:
    trusting = ssl.create_default_context(cafile=lab.ca_file)
    with (
        socket.create_connection((lab.acme.ip, lab.acme.port), timeout=5) as plain,
        trusting.wrap_socket(plain, server_hostname=lab.acme.host) as connection,
    ):
        request = f"GET /dir HTTP/1.0\r\nHost: {lab.acme.host}:{lab.acme.port}\r\n\r\n"
        connection.sendall(request.encode())
        head, _, body = connection.makefile("rb").read().partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.0 200")
    assert json.loads(body)["newOrder"].startswith(f"https://{lab.acme.host}:{lab.acme.port}/")


@pytest.mark.parametrize("image", ["deb12", "deb13"])
def test_a_bare_host_installs_packages_from_the_mirror(fresh_host: FreshHost, image: str) -> None:
    host = fresh_host(image)
    assert host.ssh("command -v curl", check=False).returncode != 0
    said = host.ssh("apt-get -q update && apt-get -q -y install curl").stdout
    assert "mirror.lab.example" in said
    policy = host.ssh("curl -sS https://mta-sts.bigmail.example/.well-known/mta-sts.txt").stdout
    assert "mode: enforce" in policy  # the host trusts the lab's authority


def test_targets_trust_the_labs_authority_and_nobody_else(fresh_host: FreshHost, lab: Lab) -> None:
    host = fresh_host("deb13")
    verify = (
        "openssl s_client -connect {name}:{port} -starttls smtp -verify_return_error "
        "-verify_hostname {name} < /dev/null"
    )
    good = verify.format(name=lab.relay.host, port=587)
    assert host.ssh(good, check=False).returncode == 0
    other_name = verify.format(name=lab.relay.wrong_name, port=587)
    assert host.ssh(other_name, check=False).returncode != 0
    self_signed = verify.format(name=lab.relay.host, port=lab.relay.self_signed_port)
    assert host.ssh(self_signed, check=False).returncode != 0
