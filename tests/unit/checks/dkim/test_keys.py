from __future__ import annotations

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from mailwright.checks.dkim.keys import read_key

RSA = rsa.generate_private_key(65537, 2048).public_key()
WHOLE = RSA.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
BARE = RSA.public_bytes(Encoding.DER, PublicFormat.PKCS1)
ED25519 = ed25519.Ed25519PrivateKey.generate().public_key().public_bytes_raw()
CURVE = ec.generate_private_key(ec.SECP256R1()).public_key()


def text(octets: bytes) -> str:
    return base64.b64encode(octets).decode()


def test_both_ways_to_write_an_rsa_key_are_the_same_key() -> None:
    key = read_key(text(WHOLE), "rsa")
    assert key == read_key(text(BARE), "rsa") == read_key(text(WHOLE))
    assert key
    assert (key.tag, key.bits, key.is_ed25519) == ("rsa", 2048, False)


def test_white_space_within_a_key_means_nothing() -> None:
    spaced = "\n ".join(text(WHOLE)[start : start + 60] for start in range(0, 400, 60))
    assert read_key(spaced) == read_key(text(WHOLE))


def test_an_ed25519_key_is_known_by_its_type_or_its_length() -> None:
    key = read_key(text(ED25519))
    assert key == read_key(text(ED25519), "ed25519")
    assert key
    assert (key.tag, key.body) == ("ed25519", ED25519)
    assert read_key(text(ED25519), "rsa") is None


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        WHOLE[:-40],
        WHOLE[40:],
        CURVE.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
    ],
)
def test_what_is_no_rsa_key(octets: bytes) -> None:
    assert read_key(text(octets), "rsa") is None


@given(st.text() | st.binary().map(text), st.sampled_from(["", "rsa", "ed25519"]))
def test_any_text_is_a_key_or_none(value: str, key_type: str) -> None:
    key = read_key(value, key_type)
    assert key is None or key.is_ed25519 or key.bits > 0
