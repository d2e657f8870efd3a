from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from mailwright.errors import MailwrightError
from mailwright.secrets import (
    Secret,
    SecretKind,
    checked_secret,
    secret_from_credential,
    secret_from_file,
)

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def secret_file(tmp_path: Path) -> Path:
    path = tmp_path / "relay"
    path.write_bytes(b"p#a $s\n")
    path.chmod(0o600)
    return path


def code_of(path: Path) -> str:
    with pytest.raises(MailwrightError) as caught:
        secret_from_file(path, SecretKind.RELAY)
    assert "p#a" not in caught.value.message
    return caught.value.code


@pytest.mark.parametrize("mode", [0o400, 0o600, 0o700])
def test_a_private_file_is_read_without_its_line_end(secret_file: Path, mode: int) -> None:
    secret_file.chmod(mode)
    assert secret_from_file(secret_file, SecretKind.RELAY) == Secret("p#a $s")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o602, 0o610, 0o777])
def test_a_file_that_others_reach_is_refused(secret_file: Path, mode: int) -> None:
    secret_file.chmod(mode)
    assert code_of(secret_file) == "secrets.file-readable"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_the_file_of_another_account_is_refused(secret_file: Path) -> None:
    os.chown(secret_file, 65_534, 65_534)
    assert code_of(secret_file) == "secrets.file-owner"


def test_what_is_no_file_is_refused_without_waiting(tmp_path: Path) -> None:
    assert code_of(tmp_path / "absent") == "secrets.file-unreadable"
    assert code_of(tmp_path) == "secrets.file-irregular"
    os.mkfifo(tmp_path / "fifo", 0o600)
    assert code_of(tmp_path / "fifo") == "secrets.file-irregular"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "secrets.empty"),
        (b"\n", "secrets.empty"),
        (b"a\nb\n", "secrets.line-end"),
        (b"a\0b", "secrets.line-end"),
        (b"a\n\n", "secrets.line-end"),
        (b"a \n", "secrets.trailing-blank"),
        (b"\xff\xfe", "secrets.file-not-text"),
        (b"a" * 4097, "secrets.too-long"),
        (b"a" * 1_000_000, "secrets.too-long"),
    ],
)
def test_a_text_that_cannot_be_used_is_refused(
    secret_file: Path, content: bytes, code: str
) -> None:
    secret_file.write_bytes(content)
    assert code_of(secret_file) == code


def test_what_postfix_returns_as_it_is_stays_as_it_is() -> None:
    for text in ("#lead", "in ner", '"', "$ & % { } \\ ` ' ,:", "パス€", "x" * 4096):
        assert checked_secret(text + "\r\n", SecretKind.RELAY).reveal() == text


def test_a_blank_at_the_end_is_fine_where_no_map_drops_it() -> None:
    assert checked_secret("a ", SecretKind.SUDO) == Secret("a ")


def test_a_systemd_credential_is_found_by_server_and_kind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    path = tmp_path / "mailwright.mx1.relay"
    path.write_text("pass\n")
    # systemd 247 and later grant by an ACL, so that the group's bits show its mask.
    path.chmod(0o440)
    assert secret_from_credential("mx1", SecretKind.RELAY) == Secret("pass")
    assert secret_from_credential("mx1", SecretKind.SSH) is None
    assert secret_from_credential("mx2", SecretKind.RELAY) is None
    path.chmod(0o444)
    with pytest.raises(MailwrightError, match="0444"):
        secret_from_credential("mx1", SecretKind.RELAY)


def test_a_server_name_does_not_lead_out_of_the_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mailwright.x").mkdir()
    (tmp_path / "other.relay").write_text("pass")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    assert secret_from_credential("x/../other", SecretKind.RELAY) is None


def test_without_systemd_there_is_no_credential(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    assert secret_from_credential("mx1", SecretKind.RELAY) is None
