from __future__ import annotations

import os
from typing import TYPE_CHECKING

from tests.lab.manifest import VOLATILE, Difference, diff_manifests, parse_inside, scan

if TYPE_CHECKING:
    from pathlib import Path

    from tests.lab.manifest import Manifest

INSIDE = """== packages
postfix 3.7.11-0+deb12u1 install ok installed
== unit_files
cron.service enabled enabled
getty.target masked enabled
== units
cron.service loaded active running Regular background program processing daemon
== accounts
/etc/passwd 1340ad
"""


def test_equal_manifests_have_no_difference() -> None:
    one: Manifest = {"files": {"/a": {"kind": "file", "mode": "0644"}}, "packages": {"p": "1"}}
    assert diff_manifests(one, one) == []


def test_what_came_went_and_changed_is_named() -> None:
    before: Manifest = {"packages": {"gone": "1", "kept": "1", "upgraded": "1"}}
    after: Manifest = {"packages": {"new": "1", "kept": "1", "upgraded": "2"}}
    assert diff_manifests(before, after) == [
        Difference("packages", "gone", "1", None),
        Difference("packages", "new", None, "1"),
        Difference("packages", "upgraded", "1", "2"),
    ]


def test_a_section_that_only_one_has_differs() -> None:
    assert diff_manifests({}, {"units": {"a.service": "loaded active running"}}) == [
        Difference("units", "a.service", None, "loaded active running")
    ]


def test_what_changes_by_itself_can_be_left_out() -> None:
    before: Manifest = {"files": {"/var/log/wtmp": {"content": "1"}, "/etc/a": {"content": "1"}}}
    after: Manifest = {"files": {"/var/log/wtmp": {"content": "2"}, "/etc/a": {"content": "2"}}}
    assert [d.name for d in diff_manifests(before, after, VOLATILE)] == ["/etc/a"]


def test_a_scan_sees_kinds_modes_and_contents(tmp_path: Path) -> None:
    (tmp_path / "etc").mkdir(mode=0o750)
    (tmp_path / "etc/file").write_text("text")
    (tmp_path / "etc/file").chmod(0o4755)
    (tmp_path / "etc/link").symlink_to("file")
    os.mkfifo(tmp_path / "etc/fifo")
    (tmp_path / "run").mkdir()
    (tmp_path / "run/pid").write_text("1")
    found = scan(tmp_path)
    assert sorted(found) == ["/etc", "/etc/fifo", "/etc/file", "/etc/link"]
    assert found["/etc"]["mode"] == "0750"
    assert found["/etc/file"]["mode"] == "4755"
    assert found["/etc/file"]["uid"] == os.getuid()
    assert found["/etc/link"]["content"] == "file"
    assert found["/etc/fifo"]["kind"] == "fifo"
    before = found["/etc/file"]["content"]
    (tmp_path / "etc/file").write_text("next")  # the same length, perhaps the same second
    assert scan(tmp_path)["/etc/file"]["content"] != before


def test_a_scan_has_names_below_its_prefix(tmp_path: Path) -> None:
    (tmp_path / "a").touch()
    assert list(scan(tmp_path, "/tmp", frozenset())) == ["/tmp/a"]


def test_what_the_host_says_is_read_by_section() -> None:
    assert parse_inside(INSIDE) == {
        "packages": {"postfix": "3.7.11-0+deb12u1 install ok installed"},
        "unit_files": {"cron.service": "enabled", "getty.target": "masked"},
        "units": {"cron.service": "loaded active running"},
        "accounts": {"/etc/passwd": "1340ad"},
    }
