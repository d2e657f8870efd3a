from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from mailwright.secrets import SecretKind

if TYPE_CHECKING:
    from tests.unit.cli.conftest import Person


@pytest.mark.parametrize("value", ["/some/file", "pin=/some/file", "relay=", "=/some/file"])
def test_a_secret_file_needs_its_kind_and_its_path(person: Person, value: str) -> None:
    ran = person.on_profile("plan", "--secret-file", value)
    assert ran.code == 2
    assert "relay=PATH" in ran.err
    assert person.asked_for == []


def test_secret_files_reach_the_parts_by_kind(person: Person) -> None:
    files = ("--secret-file", "relay=/a=b", "--secret-file", "sudo=/c")
    person.on_profile("plan", *files)
    assert person.asked_for == [{SecretKind.RELAY: Path("/a=b"), SecretKind.SUDO: Path("/c")}]


@pytest.mark.parametrize("value", ["", "MD5:aa:bb", "SHA256:short", f"SHA256:{'=' * 43}"])
def test_what_is_no_fingerprint_is_wrong_usage(stranger: Person, value: str) -> None:
    ran = stranger.on_profile("plan", "--host-key", value)
    assert ran.code == 2
    assert "ssh-keygen -l" in ran.err
    assert stranger.server.asked == []


def test_mistakes_in_a_profile_are_all_told_with_their_fields(person: Person) -> None:
    Path(person.profile).write_text('[server]\nhost = ""\nport = 99999\n')
    ran = person.on_profile("plan", "--json")
    assert ran.code == 2
    (error,) = ran.shapes
    assert error["code"] == "profile.invalid"
    fields = {each["field"]: each["code"] for each in error["errors"]}
    assert fields["server.port"] == "out-of-range"
    assert fields["server.host"] == "required"
    assert "server.port: A number from 1 to 65535 belongs here." in ran.err
