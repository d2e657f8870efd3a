"""An authority that makes certificates for servers in tests."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

if TYPE_CHECKING:
    from pathlib import Path

VALID = timedelta(days=30)


def _named(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


class Authority:
    """Signs certificates; `file` has its own, in PEM form."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "ca.pem"
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _named(f"Authority of {folder.name}")
        usage = x509.KeyUsage(
            digital_signature=True,
            key_cert_sign=True,
            crl_sign=True,
            content_commitment=False,
            key_encipherment=False,
            data_encipherment=False,
            key_agreement=False,
            encipher_only=False,
            decipher_only=False,
        )
        builder = self._builder(self._name, self._key.public_key(), datetime.now(UTC) + VALID)
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        builder = builder.add_extension(usage, True)
        self.file.write_bytes(self._signed(builder, self._name, self._key))

    def server_context(self, name: str, days: int = 30) -> ssl.SSLContext:
        """TLS with a certificate for a name that ends in so many days."""
        return self._context(name, self._name, days, own_key=False)

    def server_certificate(self, name: str) -> bytes:
        """A certificate for a name, in DER."""
        key = ec.generate_private_key(ec.SECP256R1())
        return ssl.PEM_cert_to_DER_cert(self._server(name, key, 30, self._name, self._key).decode())

    def self_signed_context(self, name: str) -> ssl.SSLContext:
        """TLS with a certificate that nobody but the server itself has signed."""
        return self._context(name, _named(name), 30, own_key=True)

    def _context(self, name: str, issuer: x509.Name, days: int, *, own_key: bool) -> ssl.SSLContext:
        key = ec.generate_private_key(ec.SECP256R1())
        made = self._server(name, key, days, issuer, key if own_key else self._key)
        private = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        file = self._folder / "server.pem"
        file.write_bytes(private + made)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context

    def _server(
        self,
        name: str,
        key: ec.EllipticCurvePrivateKey,
        days: int,
        issuer: x509.Name,
        signing_key: ec.EllipticCurvePrivateKey,
    ) -> bytes:
        builder = self._builder(_named(name), key.public_key(), datetime.now(UTC) + timedelta(days))
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), False)
        builder = builder.add_extension(
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), False
        )
        return self._signed(builder, issuer, signing_key)

    def _builder(
        self, subject: x509.Name, key: ec.EllipticCurvePublicKey, end: datetime
    ) -> x509.CertificateBuilder:
        authority = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
        builder = x509.CertificateBuilder().subject_name(subject).public_key(key)
        builder = builder.serial_number(x509.random_serial_number())
        builder = builder.not_valid_before(end - 3 * VALID).not_valid_after(end)
        builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key), False)
        return builder.add_extension(authority, False)

    def _signed(
        self, builder: x509.CertificateBuilder, issuer: x509.Name, key: ec.EllipticCurvePrivateKey
    ) -> bytes:
        made = builder.issuer_name(issuer).sign(key, hashes.SHA256())
        return made.public_bytes(serialization.Encoding.PEM)
