"""Certificates of the lab's servers, and one that nobody should trust."""

from __future__ import annotations

import hashlib
from pathlib import Path

from tests.lab.roles.tools import run, write

AUTHORITY = Path("/build/ca")
FOLDER = Path("/srv/tls")
DAYS = "3650"
KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
NAMES = {
    "mx": ["mx.bigmail.example", "mx2.bigmail.example"],
    "relay": ["relay.smarthost.example"],
    "acme": ["acme.lab.example"],
    "web": ["mta-sts.bigmail.example", "mta-sts.good.example"],
}


def make() -> None:
    """Make all certificates."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, hosts in NAMES.items():
        _issue(name, hosts)
    _self_signed("selfsigned", "relay.smarthost.example")
    for key in FOLDER.glob("*.key"):
        key.chmod(0o600)
    (FOLDER / "acme.key").chmod(0o644)  # pebble does not run as root
    write(FOLDER / "ca.pem", (AUTHORITY / "ca.pem").read_text())


def _issue(name: str, hosts: list[str]) -> None:
    key, request, certificate = (FOLDER / f"{name}.{end}" for end in ("key", "csr", "pem"))
    extensions = FOLDER / f"{name}.ext"
    alternatives = ",".join(f"DNS:{host}" for host in hosts)
    write(
        extensions,
        f"subjectAltName={alternatives}\nextendedKeyUsage=serverAuth\nbasicConstraints=CA:FALSE\n",
    )
    run("openssl", "req", *KEY, "-subj", f"/CN={hosts[0]}", "-keyout", key, "-out", request)
    run(
        *("openssl", "x509", "-req", "-in", request, "-days", DAYS, "-extfile", extensions),
        *("-CA", AUTHORITY / "ca.pem", "-CAkey", AUTHORITY / "ca.key"),
        *("-CAcreateserial", "-CAserial", FOLDER / "serial", "-out", certificate),
    )
    request.unlink()
    extensions.unlink()


def _self_signed(name: str, host: str) -> None:
    run(
        *("openssl", "req", "-x509", *KEY, "-days", DAYS, "-subj", f"/CN={host}"),
        *("-addext", f"subjectAltName=DNS:{host}"),
        *("-keyout", FOLDER / f"{name}.key", "-out", FOLDER / f"{name}.pem"),
    )


def tlsa(name: str) -> str:
    """The TLSA data of a certificate: DANE-EE, SPKI, SHA-256 (RFC 7671 section 5.1)."""
    key = run("openssl", "x509", "-in", FOLDER / f"{name}.pem", "-pubkey", "-noout")
    spki = run("openssl", "pkey", "-pubin", "-outform", "DER", stdin=key)
    return f"3 1 1 {hashlib.sha256(spki).hexdigest()}"
