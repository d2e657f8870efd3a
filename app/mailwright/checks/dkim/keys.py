"""Public keys as key records hold them."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass

ED25519_OCTETS = 32


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key: `bits` is the length of the modulus, 0 for Ed25519; `body` tells keys apart."""

    is_ed25519: bool
    bits: int
    body: bytes

    @property
    def tag(self) -> str:
        """The value of k= (RFC 8463 section 2)."""
        return "ed25519" if self.is_ed25519 else "rsa"


def read_key(text: str, key_type: str = "") -> PublicKey | None:
    """Return the key of a p= value, None where it cannot be read.

    RSA keys are SubjectPublicKeyInfo or RSAPublicKey in DER (RFC 6376 section 3.6.1 and its
    erratum 3017), Ed25519 keys 32 octets (RFC 8463 section 4). Without `key_type` the length
    decides.
    """
    try:
        octets = base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return None
    is_short = len(octets) == ED25519_OCTETS
    if key_type == "ed25519" or (not key_type and is_short):
        return PublicKey(is_ed25519=True, bits=0, body=octets) if is_short else None
    return _rsa(octets)


def _rsa(octets: bytes) -> PublicKey | None:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    try:
        key = load_der_public_key(octets)
    except (ValueError, UnsupportedAlgorithm):
        return None
    if not isinstance(key, RSAPublicKey):
        return None
    numbers = key.public_numbers()
    return PublicKey(is_ed25519=False, bits=key.key_size, body=f"{numbers.n}:{numbers.e}".encode())
