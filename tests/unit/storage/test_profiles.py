from __future__ import annotations

import stat
from typing import TYPE_CHECKING

import pytest

from mailwright.errors import MailwrightError
from mailwright.storage.profiles import (
    Profiles,
    read_profile,
    write_profile,
    write_profile_text,
)

if TYPE_CHECKING:
    from pathlib import Path

ANSWERS = {"server": {"host": "mx1.example.jp", "port": 22}, "submission": {"who": ["this-host"]}}


def code_of(path: Path) -> str:
    with pytest.raises(MailwrightError) as caught:
        read_profile(path)
    assert str(path) in caught.value.message
    return caught.value.code


def test_answers_come_back_as_they_were_written(tmp_path: Path) -> None:
    path = tmp_path / "mx1.toml"
    write_profile(path, ANSWERS)
    assert read_profile(path) == ANSWERS
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_writing_replaces_the_file_and_its_permissions(tmp_path: Path) -> None:
    path = tmp_path / "mx1.toml"
    path.write_text("# a comment\nother = 1\n")
    path.chmod(0o644)
    write_profile(path, ANSWERS)
    assert read_profile(path) == ANSWERS
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_template_is_written_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "mx1.toml"
    write_profile_text(path, "# サーバー\n[server]\n")
    assert path.read_text("utf-8") == "# サーバー\n[server]\n"


def test_a_failed_write_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "mx1.toml"
    path.mkdir()
    with pytest.raises(MailwrightError) as caught:
        write_profile(path, ANSWERS)
    assert caught.value.code == "profile.unwritable"
    assert [entry.name for entry in tmp_path.iterdir()] == ["mx1.toml"]
    with pytest.raises(MailwrightError):
        write_profile(tmp_path / "absent" / "mx1.toml", ANSWERS)


@pytest.mark.parametrize(
    ("content", "code", "words"),
    [
        (b"[server\n", "profile.not-toml", "line 1"),
        (b"a = 1\na = 2\n", "profile.not-toml", "line 2"),
        (b"\xff", "profile.not-toml", "byte 0"),
        (b"#" * 70_000, "profile.too-large", "65536"),
    ],
)
def test_what_is_no_profile_is_told_with_its_place(
    tmp_path: Path, content: bytes, code: str, words: str
) -> None:
    path = tmp_path / "mx1.toml"
    path.write_bytes(content)
    assert code_of(path) == code
    with pytest.raises(MailwrightError, match=words):
        read_profile(path)


def test_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    assert code_of(tmp_path / "absent.toml") == "profile.unreadable"
    assert code_of(tmp_path) == "profile.unreadable"


def test_a_symbolic_link_is_replaced_and_its_target_left(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.write_text("keep")
    (tmp_path / "mx1.toml").symlink_to(target)
    write_profile(tmp_path / "mx1.toml", ANSWERS)
    assert target.read_text() == "keep"


def test_each_server_has_a_profile_of_its_own(tmp_path: Path) -> None:
    profiles = Profiles(tmp_path / "data" / "profiles")
    assert profiles.read("mx1") is None
    path = profiles.write("mx1", ANSWERS)
    assert path == profiles.path("mx1") == tmp_path / "data" / "profiles" / "mx1.toml"
    assert profiles.read("mx1") == ANSWERS
    assert profiles.read("mx2") is None


@pytest.mark.parametrize("name", ["", "../mx1", "a/b", "/etc/passwd", "mx1/"])
def test_no_name_leads_to_another_folder(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="names no file"):
        Profiles(tmp_path).path(name)
