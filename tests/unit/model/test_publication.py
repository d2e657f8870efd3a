from __future__ import annotations

import dns.rdata
import pytest

from mailwright.model.dns_records import DnsRecord
from mailwright.model.publication import quoted


@pytest.mark.parametrize("text", ["v=spf1 -all", "", 'a "b" \\ c', "x" * 256, "y" * 1000])
def test_a_zone_file_reads_back_what_was_quoted(text: str) -> None:
    read = dns.rdata.from_text("IN", "TXT", quoted(DnsRecord("a.example", "TXT", text, "w")))
    assert b"".join(read.strings) == text.encode()  # type: ignore[attr-defined] # of TXT records
