from __future__ import annotations

from mailwright.cli import records
from mailwright.model.dns_records import DnsRecord, join_txt
from mailwright.model.publication import ReverseRequest

LONG = DnsRecord("s._domainkey.a.example", "TXT", f"v=DKIM1; k=rsa; p={'A' * 392}", "Signs")
SHORT = DnsRecord("a.example", "TXT", "v=spf1 -all", "Allows")
REQUEST = ReverseRequest("192.0.2.1", "1.2.0.192.in-addr.arpa", "mx.a.example")


def test_a_long_value_is_shown_whole_and_in_strings() -> None:
    lines = list(records.of_records((LONG, SHORT)))
    assert f"  {LONG.name} TXT {LONG.value}" in lines
    (strings,) = [line.strip() for line in lines if line.strip().startswith('"')]
    parts = strings[1:-1].split('" "')
    assert join_txt(parts) == LONG.value
    assert max(map(len, parts)) == 255


def test_every_text_for_a_provider_is_shown() -> None:
    shown = "\n".join(records.of_requests((REQUEST,)))
    assert "192.0.2.1" in shown
    assert "1.2.0.192.in-addr.arpa PTR mx.a.example" in shown


def test_where_nothing_is_missing_nothing_is_said() -> None:
    assert list(records.of_records(())) == list(records.of_requests(())) == []


def test_only_txt_records_have_strings() -> None:
    assert records.record_shape(SHORT)["quoted"] == '"v=spf1 -all"'
    assert "quoted" not in records.record_shape(DnsRecord("a.example", "A", "192.0.2.1", "Leads"))
