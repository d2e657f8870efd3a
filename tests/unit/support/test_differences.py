from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.differences import ALLOWED, unexplained

if TYPE_CHECKING:
    from tests.lab.manifest import Manifest

BEFORE: Manifest = {"files": {}, "packages": {}, "units": {}, "unit_files": {}, "accounts": {}}


@pytest.mark.parametrize(
    ("section", "name"),
    [
        ("files", "/etc/postfix/main.cf"),
        ("files", "/etc/passwd"),
        ("files", "/var/spool/postfix/deferred/E/EAB12"),
        ("files", "/var/lib/mailwright-not-ours"),
        ("packages", "postfix"),
        ("units", "postfix.service"),
        ("accounts", "/etc/shadow"),
    ],
)
def test_what_no_reason_covers_is_told(section: str, name: str) -> None:
    after: Manifest = {**BEFORE, section: {name: "new"}}
    assert [(each.section, each.name) for each in unexplained(BEFORE, after)] == [(section, name)]


def test_what_a_reason_covers_is_not() -> None:
    after: Manifest = {**BEFORE, "files": {"/var/lib/mailwright/journal/1/state": "x"}}
    assert unexplained(BEFORE, after) == []
    assert all(allowed.reason for allowed in ALLOWED)
