"""What is sent; and the script itself, against programs that say what a test wants."""

from __future__ import annotations

import email
import socket
import subprocess
import threading
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from mailwright.datafiles import data_path
from mailwright.model.requirements import Dkim, Requirements, Route, Submitter
from mailwright.model.server import Facts
from mailwright.mta.postfix import delivery, direct
from mailwright.mta.postfix.delivery import ProofAnswer, Tried, paths, send_proof
from mailwright.mta.postfix.desired import fingerprint
from mailwright.transport.base import CommandResult
from mailwright.transport.memory import MemoryTransport
from tests.support.examples import REQUIREMENTS

if TYPE_CHECKING:
    from pathlib import Path

FACTS = Facts("debian", "12", addresses=("198.51.100.7", "10.1.0.5", "2001:db8::5", "10.1.0.6"))
NETWORKS = replace(
    REQUIREMENTS,
    submitters=frozenset(Submitter),
    networks=("10.1.0.0/16", "2001:db8::/64", "192.0.2.0/24"),
)
DIRECT = replace(REQUIREMENTS, route=Route.DIRECT, relay=None, dkim=Dkim("mw"))
OUTPUT = (
    b"gate\t\ntls-loglevel\t1\n"
    b"line.0\t4abc: to=<a@b>, relay=mx[192.0.2.9]:25, status=sent (250 ok)\nstatus.0\tsent\n"
    b"relay.0\tmx[192.0.2.9]:25\ntls.0\tVerified TLS x\nqueue-id.0\t4abc\n"
)


def test_the_message_travels_as_payload_and_the_answer_is_read() -> None:
    transport = MemoryTransport(lambda _script, _payload: CommandResult(0, OUTPUT))
    answer = send_proof(transport, REQUIREMENTS, FACTS)
    script, payload = transport.asked[0]
    message = email.message_from_bytes(payload)
    tried = answer.tried[0]
    assert (tried.status, answer.gate, tried.tls) == ("sent", "", "Verified TLS x")
    assert (tried.receiver, tried.queued, answer.tells_tls) == ("mx[192.0.2.9]:25", True, True)
    assert message["Message-ID"] == f"<{tried.message_id}>"
    assert message["To"] == REQUIREMENTS.proof.recipient
    assert message["Auto-Submitted"] == "auto-generated"
    assert message[direct.TEST_HEADER] is None
    assert tried.message_id in script
    assert b"\r" not in payload


def test_a_silent_log_is_no_status() -> None:
    transport = MemoryTransport(lambda _script, _payload: CommandResult(0, b"gate\tword\n"))
    answer = send_proof(transport, REQUIREMENTS, FACTS)
    assert answer.gate == "word"
    assert not answer.is_delivered
    assert not answer.tells_tls
    assert answer.tried == (Tried(answer.tried[0].message_id),)


def test_a_message_that_may_leave_a_waiting_server_bears_its_token() -> None:
    transport = MemoryTransport(lambda *_: CommandResult(0, OUTPUT))
    send_proof(transport, DIRECT, FACTS)
    script, payload = transport.asked[0]
    assert email.message_from_bytes(payload)[direct.TEST_HEADER] == direct.test_token(
        fingerprint(DIRECT)
    )
    assert "signer='s=mw, d=corp.example'" in script


def test_each_network_is_a_path_of_its_own() -> None:
    assert paths(REQUIREMENTS, FACTS) == ("",)
    assert paths(NETWORKS, FACTS) == ("", "10.1.0.5", "2001:db8::5")
    assert paths(NETWORKS, Facts("debian", "12")) == ("", "127.0.0.1")
    many = replace(NETWORKS, networks=tuple(f"10.{n}.0.0/16" for n in range(20)))
    facts = replace(FACTS, addresses=tuple(f"10.{n}.0.1" for n in range(20)))
    assert len(paths(many, facts)) == delivery.PATHS


def test_any_delivery_proves_the_route() -> None:
    lost, sent = Tried("a", "", "deferred"), Tried("b", "10.1.0.5", "sent")
    assert ProofAnswer("", (lost, sent)).is_delivered
    assert not ProofAnswer("", (lost,)).is_delivered


@pytest.mark.parametrize(
    ("line", "tls", "plain"),
    [
        ("4a: to=<a@b>, relay=m[1]:25, status=sent (250 ok)", "", True),
        ("4a: to=<a@b>, relay=m[1]:25, conn_use=2, status=sent (250 ok)", "", False),
        ("4a: to=<a@b>, relay=m[1]:25, status=sent (250, conn_use=2)", "", True),
        ("4a: to=<a@b>, relay=m[1]:25, status=sent (250 ok)", "Untrusted TLS", False),
    ],
)
def test_a_connection_without_a_line_about_tls_was_plain(line: str, tls: str, plain: bool) -> None:
    assert Tried("id", status="sent", line=line, tls=tls).is_plain is plain
    assert not Tried("id", status="deferred", line=line).is_plain


TAGGED = """
tags='' previous=''
for word in "$@"; do [ "$previous" != -t ] || tags="$tags|$word"; previous=$word; done
grep -E "^[0-9.]+ mx1 (${{tags#|}})\\[" {journal} || true
"""
"""journalctl(1), as far as it chooses lines by their tags."""


class Local:
    """Runs the script here, with programs of its own in front of the system's."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.programs = folder / "bin"
        self.programs.mkdir()
        (folder / "queue" / "maildrop").mkdir(parents=True)
        self.log = ""
        self.program("id", "echo 101")
        self.program("postfix", "")
        self.program(
            "postconf", f"case $2 in queue_directory) echo {folder}/queue;; *) echo 1; esac"
        )
        self.program("sendmail", f"cat >{folder}/sent")
        self.program("postsuper", f'echo "$*" >>{folder}/deleted')

    def program(self, name: str, text: str) -> None:
        path = self.programs / name
        path.write_text(f"#!/bin/sh\n{text}\n")
        path.chmod(0o755)

    def run(self, script: str, payload: bytes = b"", *, limit: float = 60.0) -> CommandResult:
        number = script.index("\npaths='") + 8
        message_id = script[number:].split()[2]
        lines = self.folder / "journal"
        lines.write_text(self.log.replace("MESSAGE-ID", message_id))
        self.program("journalctl", TAGGED.format(journal=lines))
        text = script.replace("/run/", f"{self.folder}/").replace("seconds=60", "seconds=2")
        done = subprocess.run(
            ["/bin/sh", "-c", f"PATH={self.programs}:$PATH\n{text}"],
            input=payload,
            capture_output=True,
            timeout=limit,
            check=False,
        )
        assert done.stderr == b""
        return CommandResult(done.returncode, done.stdout)

    def close(self) -> None:
        """Nothing is open."""

    @property
    def deleted(self) -> str:
        path = self.folder / "deleted"
        return path.read_text() if path.exists() else ""


def line(program: str, text: str, process: int = 7) -> str:
    return f"1764000000.123456 mx1 postfix/{program}[{process}]: {text}\n"


CAME = line("cleanup", "4abc: message-id=<MESSAGE-ID>")
TLS = "TLS connection established to mx.example[192.0.2.9]:25: TLSv1.3 with cipher X"
SENT = "4abc: to=<x@y>, relay=mx.example[192.0.2.9]:25, delay=1, dsn=2.0.0, status=sent (250 ok)"


def tried(local: Local, requirements: Requirements = DIRECT) -> Tried:
    return send_proof(local, requirements, FACTS).tried[0]


@pytest.fixture
def local(tmp_path: Path) -> Local:
    return Local(tmp_path)


def test_a_delivery_is_followed_with_its_own_tls_and_signature(local: Local) -> None:
    local.log = (
        CAME
        + line("smtp", f"Trusted {TLS}", 8)
        + line("smtp", f"Verified {TLS}", 9)
        + line("smtp", SENT, 8)
        + "1764000000.2 mx1 opendkim[3]: 4abc: DKIM-Signature field added (s=mw, d=corp.example)\n"
    )
    found = tried(local)
    assert (found.status, found.line) == ("sent", SENT)
    assert found.receiver == "mx.example[192.0.2.9]:25"
    assert found.tls.startswith("Trusted TLS")
    assert found.signature == "4abc: DKIM-Signature field added (s=mw, d=corp.example)"
    assert local.deleted == ""
    assert b"X-Mailwright-Test" in (local.folder / "sent").read_bytes()


@pytest.mark.parametrize(
    "words",
    [
        "status=bounced (host m[1] said: 550 no, status=sent (250 ok))",
        "status=deferred (relay=evil[6]:25, status=sent (250)",
    ],
)
def test_a_receivers_words_are_no_delivery_and_the_message_goes(local: Local, words: str) -> None:
    local.log = (
        CAME
        + line("smtp", f"4abc: to=<x@y>, relay=m[1]:25, dsn=5.0.0, {words}")
        + line("smtp", "4abd: to=<x@y>, relay=m[1]:25, status=sent (x)")
    )
    found = tried(local)
    assert found.status in {"bounced", "deferred"}
    assert found.receiver == "m[1]:25"
    assert (found.tls, found.signature) == ("", "")
    assert local.deleted == "-d 4abc\n"


@pytest.mark.parametrize(
    "words",
    [
        "4abc: other domain? no signing table match for 'a@b'",
        "4abc: DKIM-Signature field added (s=mw, d=corp.example) or not",
        "4abd: DKIM-Signature field added (s=mw, d=corp.example)",
        "4abc: DKIM-Signature field added (s=other, d=corp.example)",
    ],
)
def test_only_the_signers_own_line_is_a_signature(local: Local, words: str) -> None:
    local.log = CAME + line("smtp", SENT) + f"1764000000.2 mx1 opendkim[3]: {words}\n"
    found = tried(local)
    assert found.signature == ""
    assert bool(found.signer) == words.startswith("4abc")


def test_what_a_signer_keeps_out_is_deferred_and_taken_from_maildrop(local: Local) -> None:
    sender = DIRECT.proof.sender
    local.log = line(
        "cleanup", f"4abe: milter-reject: CONNECT from localhost[127.0.0.1]: 4.7.1; from=<{sender}>"
    )
    local.program("sendmail", f"cat >{local.folder}/queue/maildrop/4DROP")
    found = tried(local)
    assert (found.status, found.queued) == ("deferred", False)
    assert "milter-reject" in found.line
    assert local.deleted == "-d 4DROP maildrop\n"


def test_a_refusal_by_sendmail_is_told_with_its_words(local: Local) -> None:
    local.program("sendmail", "cat >/dev/null; printf 'fatal: \\033[2J no\\tway\\n' >&2; exit 75")
    found = tried(local)
    assert (found.status, found.line) == ("refused", "fatal:  [2J no way")


def test_a_log_that_says_nothing_leaves_no_message_behind(local: Local) -> None:
    local.log = CAME
    found = tried(local)
    assert (found.status, found.line, found.queued) == ("", "", True)
    assert local.deleted == "-d 4abc\n"


USUAL = {"EHLO": "250-mx1\r\n250-SIZE\r\n250 HELP", "DATA": "354 go on", "QUIT": "221 bye"}


class Listener(threading.Thread):
    """An SMTP server on the loopback address that knows a few replies."""

    def __init__(self, replies: dict[str, str]) -> None:
        super().__init__()
        self.replies = replies
        self.heard = b""
        self.server = socket.create_server(("127.0.0.1", 0))
        self.port = self.server.getsockname()[1]

    def run(self) -> None:
        connection, _peer = self.server.accept()
        with self.server, connection, connection.makefile("rwb") as stream:
            stream.write(b"220-mx1\r\n220 mx1 ESMTP\r\n")
            stream.flush()
            in_message = False
            while heard := stream.readline():
                self.heard += heard
                word = heard.strip().decode() if in_message else heard.split()[0].decode()
                if in_message and word != ".":
                    continue
                reply = self.replies.get(word) or USUAL.get(word, "250 ok")
                in_message = word == "DATA" and reply.startswith("354")
                stream.write(f"{reply}\r\n".encode())
                stream.flush()


def submitted(replies: dict[str, str]) -> tuple[int, str, bytes]:
    """Hand in a message; status, words, and what the listener heard."""
    listener = Listener(replies)
    listener.start()
    text = data_path("server/submit.bash").read_text().replace("/25", f"/{listener.port}")
    done = subprocess.run(
        ["bash", "-c", text, "submit", "127.0.0.1", "mx1", "info@corp.example", "x@y.example"],
        input=b"Subject: x\n\n.dots\n..\nend\n",
        capture_output=True,
        timeout=60,
        check=False,
    )
    listener.join()
    assert done.stderr == b""
    return done.returncode, done.stdout.decode(), listener.heard


def test_a_device_hands_in_a_message_as_smtp_wants_it() -> None:
    status, words, heard = submitted({".": "250 2.0.0 Ok: queued as 4abc"})
    assert (status, words) == (0, "250 2.0.0 Ok: queued as 4abc\n")
    assert heard == (
        b"EHLO mx1\r\nMAIL FROM:<info@corp.example>\r\nRCPT TO:<x@y.example>\r\nDATA\r\n"
        b"Subject: x\r\n\r\n..dots\r\n...\r\nend\r\n.\r\nQUIT\r\n"
    )


@pytest.mark.parametrize("command", ["EHLO", "MAIL", "RCPT", "DATA", "."])
def test_a_refusal_ends_the_dialogue_with_its_words(command: str) -> None:
    status, words, heard = submitted({command: "554 5.7.1 no"})
    assert (status, words) == (1, "554 5.7.1 no\n")
    assert heard.endswith(b"QUIT\r\n")
    assert (b"Subject" in heard) is (command == ".")
