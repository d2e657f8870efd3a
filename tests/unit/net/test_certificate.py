"""Chains and names; whole handshakes are in test_smtp."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from mailwright.net import certificate
from mailwright.net.certificate import authorities, read
from tests.support.certificates import Authority

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("name", "host", "fits"),
    [
        ("mx.example", "MX.Example", True),
        ("*.example", "mx.example", True),
        ("*.example", "a.mx.example", False),
        ("*.example", "example", False),
        ("mx.example", "mx.example.net", False),
        ("m*.example", "mx.example", False),
    ],
)
def test_a_wildcard_stands_for_one_label(name: str, host: str, fits: bool) -> None:
    assert certificate._covers(name, host) is fits


@pytest.mark.parametrize("chain", [[], [b""], [b"\x30\x03\x02\x01\x00"]])
def test_what_is_no_certificate_is_none(chain: list[bytes]) -> None:
    assert read(chain, "mx.example", None) is None


def test_odd_authorities_are_passed_over_and_a_file_without_one_is_told(tmp_path: Path) -> None:
    good = Authority(tmp_path).file.read_text()
    odd = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
    mixed = tmp_path / "mixed.pem"
    mixed.write_text(f"# an authority\n{odd}{good}")
    assert len(authorities(mixed)) == len(authorities(None)) + 1
    broken = tmp_path / "broken.pem"
    broken.write_text(odd)
    with pytest.raises(ValueError, match="no certificate"):
        authorities(broken)
    with pytest.raises(OSError, match="gone"):
        authorities(tmp_path / "gone.pem")


def test_without_any_authority_trust_is_not_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(certificate, "authorities", lambda _file: ())
    made = Authority(tmp_path)
    found = read([made.server_certificate("mx.example")], "mx.example", None)
    assert found is not None
    assert (found.fits, found.distrust) == (True, None)
    assert found.not_after - found.not_before > timedelta(days=30)
