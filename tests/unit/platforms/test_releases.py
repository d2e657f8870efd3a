from __future__ import annotations

import pytest

from mailwright.errors import MailwrightError
from mailwright.model.server import Facts
from mailwright.platforms.releases import platform_of, platforms


def test_debian_12_and_13_are_tried_and_ubuntu_is_not() -> None:
    tried = {(each.name, each.version) for each in platforms() if each.tried}
    assert tried == {("Debian", "12"), ("Debian", "13")}
    assert any(each.name == "Ubuntu" for each in platforms())


@pytest.mark.parametrize("platform", platforms(), ids=lambda each: f"{each.name}-{each.version}")
def test_every_release_knows_what_a_plan_needs(platform: object) -> None:
    found = platform_of(Facts(platform.name.lower(), platform.version))  # type: ignore[attr-defined] # a Platform
    assert found.postfix >= (3, 5)
    assert "postfix" in found.packages
    assert found.ca_file.startswith("/etc/")
    assert {"opendkim", "openssl"} <= set(found.opendkim.packages)
    assert found.opendkim.accounts == ("opendkim",)
    assert all(len(line.split()) == 2 for line in found.opendkim.shipped)


def test_an_unknown_release_is_named_with_what_is_known() -> None:
    with pytest.raises(MailwrightError) as caught:
        platform_of(Facts("slackware", "15", os_name="Slackware 15.0"))
    assert caught.value.code == "platform.unknown"
    assert "Slackware 15.0" in str(caught.value)
    assert "Debian 12" in (caught.value.remedy or "")


def test_a_server_without_systemd_is_refused() -> None:
    with pytest.raises(MailwrightError) as caught:
        platform_of(Facts("debian", "12", systemd=False))
    assert caught.value.code == "platform.no-systemd"
