from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_address

import pytest

from mailwright.engine import records
from mailwright.engine.records import Purpose, Reading, Said, Sender
from mailwright.model.dns_records import DnsRecord
from tests.unit.usecases.zones import OTHER_KEY, PUBLIC_KEY

KEY = DnsRecord("s._domainkey.corp.example", "TXT", f"v=DKIM1; k=rsa; p={PUBLIC_KEY}", "w")
SENDER = Sender(
    "mx1.corp.example",
    "corp.example",
    "admin@corp.example",
    (ip_address("192.0.2.7"), ip_address("2001:db8::7")),
    KEY,
)
HAS = Said("ns1.example", True, ("x",))
LACKS = Said("ns2.example", False)
SILENT = Said("ns3.example", None, cause="time-out")


@pytest.mark.parametrize(
    ("address", "record_type", "reverse"),
    [
        ("192.0.2.7", "A", "7.2.0.192.in-addr.arpa"),
        ("2001:db8::7", "AAAA", f"7.{'0.' * 23}8.b.d.0.1.0.0.2.ip6.arpa"),
    ],
)
def test_each_address_gets_its_record_in_both_directions(
    address: str, record_type: str, reverse: str
) -> None:
    there = records.address_record(SENDER, ip_address(address))
    assert (there.name, there.type, there.value) == ("mx1.corp.example", record_type, address)
    back = records.reverse_record(SENDER, ip_address(address))
    assert (back.name, back.type, back.value) == (reverse, "PTR", "mx1.corp.example")


@pytest.mark.parametrize(
    ("reports", "value"),
    [
        ("mailto:admin@corp.example", "v=DMARC1; p=none; rua=mailto:admin@corp.example"),
        ("", "v=DMARC1; p=none"),
    ],
)
def test_a_dmarc_policy_only_watches(reports: str, value: str) -> None:
    record = records.dmarc_record(SENDER, reports)
    assert (record.name, record.value) == ("_dmarc.corp.example", value)


def test_spf_is_for_every_domain_of_mail_from() -> None:
    assert SENDER.spf_domains == ("corp.example",)
    assert replace(SENDER, envelope="corp.example").spf_domains == ("corp.example",)
    news = replace(SENDER, envelope="news.corp.example")
    assert news.spf_domains == ("corp.example", "news.corp.example")


def test_the_leave_is_asked_for_where_the_reports_go() -> None:
    sender = replace(SENDER, administrator="a@elsewhere.example")
    assert records.report_leave(sender) == "corp.example._report._dmarc.elsewhere.example"


@pytest.mark.parametrize(
    ("values", "same"),
    [
        ([f"v=DKIM1; k=rsa; p={PUBLIC_KEY}"], True),
        ([f"p={PUBLIC_KEY[:40]} {PUBLIC_KEY[40:]};"], True),
        ([f"v=DKIM1; h=sha1:sha256; s=email; t=y; p={PUBLIC_KEY}"], True),
        ([f"v=DKIM1; s=*; p={PUBLIC_KEY}"], True),
        (["v=spf1 -all", f"v=DKIM1; p={PUBLIC_KEY}"], True),
        ([f"v=DKIM1; p={OTHER_KEY}"], False),
        ([f"v=DKIM2; p={PUBLIC_KEY}"], False),
        ([f"p={PUBLIC_KEY}; v=DKIM1"], False),
        ([f"v=DKIM1; k=ed25519; p={PUBLIC_KEY}"], False),
        ([f"v=DKIM1; h=rsa-sha256; p={PUBLIC_KEY}"], False),
        ([f"v=DKIM1; h=sha1; p={PUBLIC_KEY}"], False),
        ([f"v=DKIM1; s=tlsrpt; p={PUBLIC_KEY}"], False),
        ([f'"v=DKIM1; p={PUBLIC_KEY}"'], False),
        (["v=DKIM1; p="], False),
        ([], False),
        ([f"v=DKIM1; p={PUBLIC_KEY}", f"v=DKIM1; p={PUBLIC_KEY}"], False),
        ([f"v=DKIM1; p={PUBLIC_KEY}", f"v=DKIM1; s=tlsrpt; p={PUBLIC_KEY}"], False),
    ],
)
def test_a_key_counts_where_verifiers_can_use_it_and_it_is_alone(
    values: list[str], *, same: bool
) -> None:
    assert records.has_key(values, KEY) is same


@pytest.mark.parametrize(
    ("text", "is_dmarc"),
    [
        ("v=DMARC1; p=none", True),
        ("v = DMARC1;p=none", True),
        ("v=dmarc1; p=none", False),
        ("v=DMARC10", False),
        ("p=none; v=DMARC1", False),
    ],
)
def test_a_dmarc_record_begins_with_its_version(text: str, *, is_dmarc: bool) -> None:
    assert records.is_dmarc(text) is is_dmarc


@pytest.mark.parametrize(
    ("said", "everywhere", "missing"),
    [
        ((HAS,), True, False),
        ((HAS, LACKS), False, False),
        ((HAS, SILENT), False, False),
        ((LACKS,), False, True),
        ((LACKS, SILENT), False, True),
        ((SILENT,), False, False),
        ((), False, False),
    ],
)
def test_silence_is_neither_yes_nor_no(
    said: tuple[Said, ...], *, everywhere: bool, missing: bool
) -> None:
    reading = Reading(Purpose.DKIM, KEY, said)
    assert (reading.is_everywhere, reading.is_missing) == (everywhere, missing)


def test_only_what_no_server_has_is_asked_for() -> None:
    address = SENDER.addresses[0]
    spf = DnsRecord("corp.example", "TXT", "v=spf1 -all", "w")
    readings = (
        Reading(Purpose.DKIM, KEY, (LACKS,)),
        Reading(Purpose.SPF, spf, (HAS, LACKS)),
        Reading(
            Purpose.HELO,
            records.helo_record(SENDER, "v=spf1 a -all"),
            (LACKS,),
            trouble="mend it first",
        ),
        Reading(Purpose.ADDRESS, records.address_record(SENDER, address), (SILENT,)),
        Reading(
            Purpose.REVERSE, records.reverse_record(SENDER, address), (LACKS,), address=str(address)
        ),
    )
    found = records.publication(readings, ())
    assert found.records == (KEY,)
    (request,) = found.requests
    assert (request.address, request.hostname) == ("192.0.2.7", "mx1.corp.example")
