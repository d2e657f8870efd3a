"""What is sent; and the script itself, by a real openssl against a relay in this process."""

from __future__ import annotations

import base64
import datetime
import shutil
import socket
import ssl
import subprocess
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from mailwright.model.requirements import RelayAuthentication, TlsMode
from mailwright.net.relay_login import LoginAnswer, try_login
from mailwright.transport.base import CommandResult
from mailwright.transport.memory import MemoryTransport
from tests.support.examples import REQUIREMENTS

if TYPE_CHECKING:
    from collections.abc import Iterator

PASSWORD = "tr0ub4dor&3"
OUTPUT = (
    b"said\t250-relay.example\nsent\tMAIL FROM:<a@b>\nsaid\t250 ok\n"
    b"verdict\taccepted\ndetail\t250 ok\n"
)


def test_the_secret_is_in_the_payload_alone() -> None:
    transport = MemoryTransport(lambda _script, _payload: CommandResult(0, OUTPUT))
    answer = try_login(transport, REQUIREMENTS, PASSWORD, "/ca.pem")
    script, payload = transport.asked[0]
    plain, user, password = payload.splitlines()
    assert base64.b64decode(plain) == f"\0someone\0{PASSWORD}".encode()
    assert (base64.b64decode(user), base64.b64decode(password)) == (b"someone", PASSWORD.encode())
    assert PASSWORD not in script
    assert plain.decode() not in script
    assert (answer.verdict, answer.detail) == ("accepted", "250 ok")
    assert answer.dialogue == ("S: 250-relay.example", "C: MAIL FROM:<a@b>", "S: 250 ok")


def test_a_relay_that_knows_us_by_address_gets_no_secret() -> None:
    transport = MemoryTransport(lambda _script, _payload: CommandResult(0, OUTPUT))
    by_address = replace(REQUIREMENTS.smarthost, authentication=RelayAuthentication.ADDRESS)
    try_login(transport, replace(REQUIREMENTS, relay=by_address), None, "/ca.pem")
    assert transport.asked[0][1] == b"\n\n\n"


def test_hostile_names_stay_words_of_the_shell() -> None:
    transport = MemoryTransport(lambda _script, _payload: CommandResult(0, b""))
    hostile = replace(REQUIREMENTS.identity, hostname="a; rm -rf /")
    answer = try_login(transport, replace(REQUIREMENTS, identity=hostile), PASSWORD, "/ca.pem")
    assert "helo='a; rm -rf /'" in transport.asked[0][0]
    assert answer.verdict == "no-answer"


@dataclass
class Relay:
    """A relay that answers by its table; the first word of a line is looked up."""

    certificate: Path
    tls: TlsMode = TlsMode.IMPLICIT
    replies: dict[str, str] = field(default_factory=dict)
    port: int = 0
    heard: list[str] = field(default_factory=list)

    def serve(self, listener: socket.socket) -> None:
        with suppress(OSError):  # the script turned away
            raw, _address = listener.accept()
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(self.certificate)
            if self.tls is TlsMode.STARTTLS:
                self._talk(raw, until="STARTTLS", plain=True)
            with context.wrap_socket(raw, server_side=True) as secure:
                self._talk(secure, greet=self.tls is TlsMode.IMPLICIT)

    def _talk(
        self, line: socket.socket, until: str = "QUIT", *, greet: bool = True, plain: bool = False
    ) -> None:
        usual = {
            "EHLO": "250-relay\r\n250-STARTTLS\r\n250 SIZE\r\n"
            if plain
            else self.replies.get("EHLO", "250-relay\r\n250 AUTH PLAIN LOGIN\r\n"),
            "STARTTLS": "220 go\r\n",
            "AUTH": "235 ok\r\n",
            "MAIL": "250 ok\r\n",
            "RCPT": "250 ok\r\n",
        }
        answers = usual if plain else {**usual, **self.replies, "EHLO": usual["EHLO"]}
        if greet:
            line.sendall(b"220 relay ESMTP\r\n")
        with line.makefile("r", encoding="utf-8", newline="\r\n") as lines:
            for text in lines:
                if not plain:
                    self.heard.append(text.rstrip())
                if text.startswith("QUIT"):
                    return
                line.sendall(answers.get(text.split()[0], "334 more\r\n").encode())
                if text.startswith(until):
                    return


def certificate_in(folder: Path) -> Path:
    """A certificate of localhost with its key; it is its own authority."""
    key = generate_private_key(SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, SHA256())
    )
    path = folder / "both.pem"
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(secret + made.public_bytes(Encoding.PEM))
    return path


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The relay's own."""
    return certificate_in(tmp_path_factory.mktemp("relay"))


@contextmanager
def listening(relay: Relay) -> Iterator[Relay]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(10)
        relay.port = listener.getsockname()[1]
        thread = threading.Thread(target=relay.serve, args=(listener,), daemon=True)
        thread.start()
        yield relay
        thread.join(10)


def tried(relay: Relay, folder: Path, *, host: str = "localhost", ca: str = "") -> LoginAnswer:
    """What the script finds out, run as on a server; the whole of its words hold no secret."""

    def shell(script: str, payload: bytes) -> CommandResult:
        done = subprocess.run(
            ["/bin/sh", "-c", script.replace("/run/mailwright-relay", str(folder / "talk"))],
            input=payload,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=20,
            check=False,
        )
        for secret in (PASSWORD.encode(), *payload.split()):
            assert secret not in done.stdout
        return CommandResult(done.returncode, done.stdout)

    wanted = replace(REQUIREMENTS.smarthost, host=host, port=relay.port, tls=relay.tls)
    answer = try_login(
        MemoryTransport(shell),
        replace(REQUIREMENTS, relay=wanted),
        PASSWORD,
        ca or str(relay.certificate),
    )
    assert list(folder.glob("talk*")) == [], "the folder of the talk stays"
    return answer


needs_openssl = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not here")

EHLO = "250-relay\r\n250 AUTH {}\r\n"
DIALOGUES = [
    ({}, "accepted"),
    ({"EHLO": EHLO.format("LOGIN")}, "accepted"),
    ({"EHLO": "250-relay\r\n250 AUTH=login plain\r\n"}, "accepted"),
    ({"AUTH": "535 5.7.8 no\r\n"}, "login-refused"),
    ({"AUTH": "454 4.7.0 busy\r\n"}, "later"),
    ({"EHLO": "250 relay\r\n"}, "no-auth"),
    ({"EHLO": EHLO.format("CRAM-MD5 XOAUTH2")}, "no-mechanism"),
    ({"EHLO": "554 not you\r\n"}, "refused-greeting"),
    ({"MAIL": "550 not as this sender\r\n"}, "sender-refused"),
    ({"RCPT": "550 nobody\r\n"}, "recipient-refused"),
    ({"RCPT": "450-wait\r\n450 a little\r\n"}, "recipient-later"),
]


@pytest.mark.net
@needs_openssl
@pytest.mark.parametrize(("replies", "verdict"), DIALOGUES)
def test_each_dialogue_has_its_verdict(
    certificate: Path, tmp_path: Path, replies: dict[str, str], verdict: str
) -> None:
    if "AUTH" not in replies and "LOGIN" in replies.get("EHLO", ""):
        replies = {"AUTH": "334 VXNlcm5hbWU6\r\n", PASSWORD_LINE: "235 ok\r\n", **replies}
    with listening(Relay(certificate, replies=replies)) as relay:
        answer = tried(relay, tmp_path)
    assert answer.verdict == verdict
    assert relay.heard[0] == f"EHLO {REQUIREMENTS.identity.hostname}"
    assert not any(line.startswith("DATA") for line in relay.heard)
    assert "C: (secret)" in answer.dialogue or "AUTH" not in " ".join(relay.heard)


PASSWORD_LINE = base64.b64encode(PASSWORD.encode()).decode()


@pytest.mark.net
@needs_openssl
@pytest.mark.parametrize("tls", TlsMode)
def test_the_login_arrives_as_it_was_typed(certificate: Path, tmp_path: Path, tls: TlsMode) -> None:
    with listening(Relay(certificate, tls)) as relay:
        assert tried(relay, tmp_path).verdict == "accepted"
    auth = next(line for line in relay.heard if line.startswith("AUTH PLAIN "))
    assert base64.b64decode(auth.split()[2]) == f"\0someone\0{PASSWORD}".encode()
    assert relay.heard[-3:] == [
        f"MAIL FROM:<{REQUIREMENTS.proof.sender}>",
        f"RCPT TO:<{REQUIREMENTS.proof.recipient}>",
        "QUIT",
    ]


@pytest.mark.net
@needs_openssl
@pytest.mark.parametrize("wrong", ["name", "authority"])
def test_no_word_is_said_to_a_relay_that_is_not_the_one(
    certificate: Path, tmp_path: Path, wrong: str
) -> None:
    with listening(Relay(certificate)) as relay:
        if wrong == "name":
            answer = tried(relay, tmp_path, host="127.0.0.1")
        else:
            answer = tried(relay, tmp_path, ca=str(certificate_in(tmp_path)))
    assert answer.verdict == "certificate"
    assert relay.heard == []


@pytest.mark.net
@needs_openssl
def test_nobody_there_is_said(certificate: Path, tmp_path: Path) -> None:
    relay = Relay(certificate)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        relay.port = listener.getsockname()[1]
    assert tried(relay, tmp_path).verdict == "unreachable"


@pytest.mark.net
@needs_openssl
def test_hostile_replies_are_bounded_and_harmless(certificate: Path, tmp_path: Path) -> None:
    hostile = "250-\x1b[2J\tverdict\taccepted\x07\r\n" + "250-" + "x" * 5_000 + "\r\n250 \xff\r\n"
    replies = {"MAIL": hostile, "RCPT": "550 no\tverdict\taccepted\r\n"}
    with listening(Relay(certificate, replies=replies)) as relay:
        answer = tried(relay, tmp_path)
    assert answer.verdict == "recipient-refused"
    assert all(len(line) < 600 and line.isprintable() for line in answer.dialogue)
