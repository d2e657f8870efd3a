from __future__ import annotations

import base64

import pytest

from mailwright.model.server import FileState, HostKey, Server

# ssh-keygen -t ed25519, and what ssh-keygen -lf prints for it
BLOB = "AAAAC3NzaC1lZDI1NTE5AAAAIGJ8RlRf0yvVJvRVbzv0xGZ9VfUe8Ue5m3V0h0Xo0r4k"


def test_a_fingerprint_has_the_form_of_ssh_keygen() -> None:
    fingerprint = HostKey("ssh-ed25519", base64.b64decode(BLOB)).fingerprint
    assert fingerprint.startswith("SHA256:")
    assert len(fingerprint) == len("SHA256:") + 43
    assert not fingerprint.endswith("=")


def test_everyone_but_root_needs_sudo() -> None:
    assert not Server("mx1", "192.0.2.1").needs_sudo
    assert Server("mx1", "192.0.2.1", user="admin").needs_sudo


def test_an_absent_file_does_not_exist() -> None:
    assert not FileState().exists
    assert FileState("dir").exists


@pytest.mark.parametrize(
    ("algorithm", "kind"),
    [("ssh-ed25519", "ed25519"), ("ssh-rsa", "rsa"), ("ecdsa-sha2-nistp256", "ecdsa")],
)
def test_the_key_file_has_the_name_that_openssh_gives_it(algorithm: str, kind: str) -> None:
    assert HostKey(algorithm, b"").public_file == f"/etc/ssh/ssh_host_{kind}_key.pub"
