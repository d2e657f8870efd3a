"""What a server's certificate says, judged without breaking the connection off.

Mail servers take any certificate where TLS is opportunistic (RFC 7435), so a bad one is a fact
to tell and no reason to fail.
"""

from __future__ import annotations

import re
import ssl
import warnings
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cryptography import x509

SELF_SIGNED = "self-signed"
UNKNOWN_AUTHORITY = "no chain to an authority that is known here"
_PEM = re.compile("-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)
NAMES = 100
"""How many names of a certificate are kept."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """A server's certificate.

    `names` are its DNS names. `fits` tells whether one is that of the server. `distrust` says why
    no chain leads to an authority of this computer, empty where one does; it is None where this
    computer knows no authorities.
    """

    names: tuple[str, ...]
    issuer: str
    not_before: datetime
    not_after: datetime
    fits: bool
    distrust: str | None

    def is_current(self, moment: datetime) -> bool:
        """Tell whether the certificate is valid at a moment."""
        return self.not_before <= moment <= self.not_after


def read(chain: Sequence[bytes], host: str, ca_file: Path | None) -> Certificate | None:
    """Return what a chain (DER, the server's own first) says; None where it cannot be read.

    `ca_file` has authorities to trust besides those of this computer. Raises as `authorities`.
    """
    from cryptography import x509

    try:
        leaf, *others = [x509.load_der_x509_certificate(one) for one in chain]
        names = _names(leaf)
        issuer = leaf.issuer.rfc4514_string()
    except ValueError:
        return None
    return Certificate(
        names,
        issuer,
        leaf.not_valid_before_utc,
        leaf.not_valid_after_utc,
        any(_covers(name, host) for name in names),
        _distrust(leaf, others, names, ca_file),
    )


def _names(leaf: x509.Certificate) -> tuple[str, ...]:
    from cryptography import x509

    try:
        extension = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except x509.ExtensionNotFound:
        return ()
    names = extension.value.get_values_for_type(x509.DNSName)
    return tuple(name.lower() for name in names[:NAMES])


def _covers(name: str, host: str) -> bool:
    """Tell whether a name of a certificate is that of a host (RFC 9525 section 6.3)."""
    host = host.lower()
    if name.startswith("*."):
        return host.partition(".")[2] == name.removeprefix("*.")
    return name == host


def _distrust(
    leaf: x509.Certificate,
    others: list[x509.Certificate],
    names: Sequence[str],
    ca_file: Path | None,
) -> str | None:
    from cryptography import x509
    from cryptography.x509 import verification

    roots = authorities(ca_file)
    if not roots:
        return None
    if not names:
        return "no DNS name in it"
    # The chain alone is tried here: any of its own names will do.
    subject = x509.DNSName(names[0].replace("*.", "any.", 1))
    builder = verification.PolicyBuilder().store(verification.Store(list(roots)))
    try:
        builder.time(datetime.now(UTC)).build_server_verifier(subject).verify(leaf, others)
    except (verification.VerificationError, ValueError) as error:
        if leaf.issuer == leaf.subject:
            return SELF_SIGNED
        return UNKNOWN_AUTHORITY if "no interior errors" in str(error) else str(error)
    return ""


@cache
def authorities(ca_file: Path | None) -> tuple[x509.Certificate, ...]:
    """Return the authorities of this computer, and those of a file besides.

    Raises OSError, ValueError for a file that holds none.
    """
    found = _read(ssl.create_default_context().get_ca_certs(binary_form=True))
    for path in [] if found else _files_of_authorities():
        with suppress(OSError):  # of a folder, links may lead nowhere
            found += _read(_pem(path))
    named = [] if ca_file is None else _read(_pem(ca_file))
    if ca_file is not None and not named:
        raise ValueError("no certificate")
    return (*found, *named)


def _pem(path: Path) -> list[bytes]:
    """Return the certificates of a file, each in DER."""
    blocks = _PEM.findall(path.read_text(encoding="ascii", errors="replace"))
    return [ssl.PEM_cert_to_DER_cert(block) for block in blocks]


def _read(certificates: Iterable[bytes]) -> list[x509.Certificate]:
    """Return those that can be read: among many authorities some have odd certificates."""
    from cryptography import x509
    from cryptography.utils import CryptographyDeprecationWarning

    found: list[x509.Certificate] = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", CryptographyDeprecationWarning)
        for one in certificates:
            with suppress(ValueError):
                found.append(x509.load_der_x509_certificate(one))
    return found


def _files_of_authorities() -> list[Path]:
    """Return OpenSSL's file or folder: of a folder, OpenSSL itself loads only what it needs."""
    paths = ssl.get_default_verify_paths()
    if paths.cafile:
        return [Path(paths.cafile)]
    return sorted(Path(paths.capath).glob("*.0")) if paths.capath else []
