from __future__ import annotations

from tests.lab.roles import zones
from tests.lab.roles.tools import HERE

TABLES = zones.load("3 1 1 abcd")


def test_every_zone_file_is_served_and_every_zone_has_a_file() -> None:
    files = {file.name.removesuffix(".zone") for file in (HERE / "zones").iterdir()}
    assert files == set(TABLES.leaves)


def test_zones_are_delegated_from_the_nearest_parent() -> None:
    assert TABLES.parent_of("corp.example") == "example"
    assert TABLES.parent_of("100.51.198.in-addr.arpa") == "in-addr.arpa"
    assert TABLES.parent_of("in-addr.arpa") == "arpa"
    assert TABLES.parent_of("arpa") == "."
    assert TABLES.parent_of("zen.spamhaus.org") == "org"


def test_a_parent_has_delegations_glue_and_ds() -> None:
    text = TABLES.parent_texts({"corp.example": "1 13 2 AABBCCDD00112233"})["example"]
    assert "corp.example. 300 IN NS ns1.lab.example.\n" in text
    assert "corp.example. 300 IN DS 1 13 2 AABBCCDD00112233\n" in text
    assert "ns1.lab.example.  300 IN A    198.51.100.55\n" in text
    assert "slow.example. 300 IN DS" not in text


def test_the_bogus_zones_ds_is_wrong() -> None:
    text = TABLES.parent_texts({"bogus.example": "1 13 2 AABBCCDD00112233"})["example"]
    assert "bogus.example. 300 IN DS 1 13 2 AABBCCDDdeadbeef\n" in text


def test_the_receivers_tlsa_record_is_filled_in() -> None:
    assert "_25._tcp.mx  300 IN TLSA 3 1 1 abcd\n" in TABLES.leaves["bigmail.example"]


def test_nothing_of_mail_is_published_for_the_sender() -> None:
    assert "TXT" not in TABLES.leaves["corp.example"]
