from __future__ import annotations

from dataclasses import replace

import pytest

from mailwright.model.requirements import Dkim
from mailwright.model.server import Facts, Observation
from mailwright.mta.opendkim.conf import KEY_TABLE, SIGNING_TABLE, TRUSTED_HOSTS
from mailwright.mta.opendkim.desired import desired, key_path, public_key, record, record_name
from mailwright.mta.opendkim.signer import Signer
from mailwright.platforms.releases import platform_of, platforms
from mailwright.resource.base import Wants
from mailwright.resource.keys import PrivateKey
from tests.support.examples import REQUIREMENTS

SIGNED = replace(
    REQUIREMENTS,
    dkim=Dkim("mw202611"),
    networks=("192.168.1.7/24", "2001:DB8:0:0::/64", "10.0.0.9"),
)
KEY = "/etc/mailwright/dkim/mw202611._domainkey.corp.example.private"


def contents(version: str = "12") -> dict[str, str]:
    _key, signer = desired(SIGNED, platform_of(Facts("debian", version)))
    assert isinstance(signer, Signer)
    return {item.path: (item.content or b"").decode() for item in signer.files.items}


def test_without_signing_there_is_nothing() -> None:
    assert desired(REQUIREMENTS, platforms()[0]) == ()
    assert public_key(Observation(Facts("", "")), REQUIREMENTS) is None
    with pytest.raises(LookupError):
        record_name(REQUIREMENTS)


def test_the_key_comes_first_and_belongs_to_opendkim_alone() -> None:
    key, _signer = desired(SIGNED, platforms()[0])
    assert isinstance(key, PrivateKey)
    assert (key.path, key.owner, key.group, key.bits) == (KEY, "opendkim", "opendkim", 2048)
    assert [(item.path, item.mode, item.owner) for item in key.folders] == [
        ("/etc/mailwright", 0o755, "root"),
        ("/etc/mailwright/dkim", 0o755, "root"),
    ]


def test_the_domain_and_its_sub_domains_are_signed_with_it() -> None:
    name = "mw202611._domainkey.corp.example"
    found = contents()
    assert found[SIGNING_TABLE] == f"*@corp.example {name}\n*@*.corp.example {name}\n"
    assert found[KEY_TABLE] == f"{name} corp.example:mw202611:{KEY}\n"


def test_mail_is_signed_from_this_host_and_from_the_networks_that_submit() -> None:
    assert contents()[TRUSTED_HOSTS].split() == [
        *("127.0.0.0/8", "::1"),
        *("192.168.1.0/24", "2001:db8::/64", "10.0.0.9/32"),
    ]


@pytest.mark.parametrize(
    ("version", "folder"), [("12", "postfix@-.service.d"), ("13", "postfix.service.d")]
)
def test_postfix_starts_after_it(version: str, folder: str) -> None:
    text = contents(version)[f"/etc/systemd/system/{folder}/mailwright-signing.conf"]
    assert "Wants=opendkim.service\nAfter=opendkim.service\n" in text


def test_no_text_changes_with_another_selector_but_those_that_name_it() -> None:
    _key, signer = desired(replace(SIGNED, dkim=Dkim("next")), platforms()[0])
    assert isinstance(signer, Signer)
    other = {item.path: (item.content or b"").decode() for item in signer.files.items}
    before = contents()
    assert {path for path in other if before.get(path) != other[path]} == {SIGNING_TABLE, KEY_TABLE}


def test_the_key_is_read_in_the_same_round_trip() -> None:
    wants = Wants.union(each.wants() for each in desired(SIGNED, platforms()[0]))
    assert wants.keys == {KEY} == {key_path(SIGNED)}
    seen = Observation(Facts("", ""), keys={KEY: "MIIB"})
    assert public_key(seen, SIGNED) == "MIIB"
    assert public_key(Observation(Facts("", ""), keys={KEY: None}), SIGNED) is None


def test_the_record_is_what_a_receiver_looks_for() -> None:
    made = record(SIGNED, "MIIB")
    assert (made.name, made.type) == ("mw202611._domainkey.corp.example", "TXT")
    assert made.value == "v=DKIM1; k=rsa; p=MIIB"
