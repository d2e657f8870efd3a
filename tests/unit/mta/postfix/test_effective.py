from __future__ import annotations

import socket
import subprocess
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import pytest

from mailwright.datafiles import data_path
from mailwright.mta.postfix.effective import Door, Effective, Greeting, read_effective, understand
from mailwright.mta.postfix.syntax import MasterService
from mailwright.transport.base import CommandResult
from mailwright.transport.memory import MemoryTransport

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SMTP = MasterService("smtp", "inet", "n", "smtpd")
SUBMISSION = MasterService("submission", "inet", "n", "smtpd -o smtpd_tls_security_level=encrypt")
OUTPUT = """\
parameter	mynetworks = 127.0.0.0/8 [::1]/128 10.1.0.0/16
parameter	smtp_helo_name = mx1.corp.example
parameter	smtpd_recipient_restrictions =
parameter	smtpd_relay_restrictions = permit_mynetworks, reject
parameter	smtpd_milters = inet:127.0.0.1:8891
parameter	milter_default_action = tempfail
override	submission/inet/smtpd_relay_restrictions = permit
override	smtp/unix/smtp_helo_name = other.example
service	smtp       inet  n       -       n       -       -       smtpd
service	submission inet  n       -       n       -       -       smtpd -o a=b
service	smtp       unix  -       -       n       -       -       smtp
client	203.0.113.9
milter	inet:127.0.0.1:8891 answers
milter	inet:127.0.0.1:11332 silent
greeting	127.0.0.1 220 mx1.corp.example ESMTP
greeting	10.1.0.5 closed
"""


def closed(**parameters: str) -> Effective:
    own = {"mynetworks": "127.0.0.0/8", "smtpd_relay_restrictions": "permit_mynetworks, reject"}
    return Effective(own | parameters, services=(SMTP,))


def test_the_servers_words_are_read() -> None:
    transport = MemoryTransport(lambda *_: CommandResult(0, OUTPUT.encode()))
    found = read_effective(transport, ("10.1.0.5", "127.0.0.1"))
    assert "addresses='127.0.0.1 ::1 10.1.0.5'" in transport.asked[0][0]
    assert found.receiving == ("smtp/inet", "submission/inet")
    assert found.on_smtp_port == ("smtp/inet",)
    assert found.value("smtp_helo_name", "smtp/unix") == "other.example"
    assert found.value("smtp_helo_name", "relay/unix") == "mx1.corp.example"
    assert found.door("smtp/inet") is Door.CLOSED
    assert found.door("submission/inet") is Door.OPEN
    assert found.milters == {"inet:127.0.0.1:8891": True, "inet:127.0.0.1:11332": False}
    assert found.greetings["127.0.0.1"] == "220 mx1.corp.example ESMTP"
    assert found.greetings["10.1.0.5"] == Greeting.CLOSED
    assert found.client == "203.0.113.9"


def test_no_words_are_no_settings() -> None:
    found = understand("")
    assert found == Effective()
    assert found.door("smtp/inet") is Door.UNKNOWN
    assert found.lists("10.1.0.1") is None


@pytest.mark.parametrize(
    ("restrictions", "door"),
    [
        ("permit_mynetworks, reject", Door.CLOSED),
        ("permit_mynetworks permit_sasl_authenticated defer_unauth_destination", Door.CLOSED),
        ("reject_non_fqdn_recipient, permit_mynetworks, reject_unauth_destination", Door.CLOSED),
        ("permit_mynetworks", Door.OPEN),
        ("permit, reject", Door.OPEN),
        ("check_recipient_access hash:/x, reject", Door.UNKNOWN),
        ("permit_tls_clientcerts, reject", Door.UNKNOWN),
        ("own_class, reject", Door.UNKNOWN),
        ("{ check_client_access { cidr:/x } }, reject", Door.UNKNOWN),
    ],
)
def test_restrictions_are_read_as_far_as_they_are_sure(restrictions: str, door: Door) -> None:
    assert closed(smtpd_relay_restrictions=restrictions).door("smtp/inet") is door


def test_either_list_may_refuse() -> None:
    found = closed(
        smtpd_relay_restrictions="", smtpd_recipient_restrictions="permit_mynetworks, reject"
    )
    assert found.door("smtp/inet") is Door.CLOSED


@pytest.mark.parametrize(
    ("networks", "door", "inside", "outside"),
    [
        ("127.0.0.0/8, 10.1.0.0/16", Door.CLOSED, True, False),
        ("[2001:db8::]/32 10.1.2.3", Door.CLOSED, True, False),
        ("0.0.0.0/0", Door.OPEN, True, True),
        ("[::]/0", Door.OPEN, False, False),
        ("10.1.0.0/16 cidr:/etc/postfix/networks", Door.UNKNOWN, None, None),
        ("!10.1.2.3 10.1.0.0/16", Door.UNKNOWN, None, None),
        (" ".join(["10.1.0.0/16"] * 2_500), Door.UNKNOWN, None, None),
    ],
)
def test_who_is_listed_is_known_or_not(
    networks: str, door: Door, inside: bool | None, outside: bool | None
) -> None:
    found = closed(mynetworks=networks)
    assert found.door("smtp/inet") is door
    assert found.lists("10.1.2.3") is inside
    assert found.lists("203.0.113.9") is outside
    assert found.lists("not an address") is None


def test_a_milter_of_a_service_and_what_becomes_of_mail_without_it() -> None:
    found = Effective(
        {
            "smtpd_milters": "inet:a:1, { inet:b:2, connect_timeout=3s, default_action=accept }",
            "non_smtpd_milters": "inet:c:3",
            "milter_default_action": "tempfail",
        },
        {
            ("submission/inet", "smtpd_milters"): "",
            ("submission/inet", "milter_default_action"): "accept",
        },
        (SMTP, SUBMISSION),
    )
    one, other = found.milters_of("smtp/inet")
    assert found.action_of(one, "smtp/inet") == "tempfail"
    assert found.action_of(other, "smtp/inet") == "accept"
    assert found.milters_of("submission/inet") == ()
    assert found.milters_of("") == ("inet:c:3",)
    assert found.action_of("inet:c:3", "submission/inet") == "accept"


@contextmanager
def listening(answer: bytes) -> Iterator[tuple[int, list[bytes]]]:
    """A server on the loopback address that answers the first packet, and what it was sent."""
    heard: list[bytes] = []

    def serve() -> None:
        connection, _peer = server.accept()
        with connection:
            heard.append(connection.recv(100))
            if answer:
                connection.sendall(answer)
                with suppress(ConnectionResetError):  # who hears no milter just goes
                    heard.append(connection.recv(100))

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=serve)
        thread.start()
        yield server.getsockname()[1], heard
        thread.join()


def run_script(folder: Path, postconf: str) -> Effective:
    """Run the script here, with a postconf(1) that says what a test wants."""
    program = folder / "postconf"
    program.write_text(f"#!/bin/sh\n{postconf}\n")
    program.chmod(0o755)
    text = data_path("server/read-listeners.sh").read_text().replace("/run/", f"{folder}/")
    done = subprocess.run(
        ["/bin/sh", "-c", f"PATH={folder}:$PATH; names=x; addresses=127.0.0.1\n{text}"],
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert done.stderr == b""
    assert list(folder.glob("mailwright-*")) == []
    return understand(CommandResult(0, done.stdout).text)


NEGOTIATED = b"\0\0\0\x0dO\0\0\0\6\0\0\0\x01\0\0\0\0"


@pytest.mark.parametrize(("answer", "there"), [(NEGOTIATED, True), (b"220 no milter", False)])
def test_a_milter_must_answer_as_one(tmp_path: Path, answer: bytes, there: bool) -> None:
    with listening(answer) as (port, heard):
        milter = f"inet:127.0.0.1:{port}"
        found = run_script(tmp_path, f'[ "$1" != -hx ] || echo "{milter}, unix:/x"')
    assert found.milters == {milter: there}
    assert heard[0] == b"\0\0\0\x0dO\0\0\0\6\0\0\1\xff\0\0\0\0"
    assert (b"\0\0\0\1Q" in heard) is there


def test_a_milter_that_is_down_is_silent(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        milter = f"inet:127.0.0.1:{free.getsockname()[1]}"
    found = run_script(tmp_path, f"[ $1 != -Px ] || echo 'smtp/inet/smtpd_milters = {milter}'")
    assert found.milters == {milter: False}
    assert found.overrides == {("smtp/inet", "smtpd_milters"): milter}


def test_hostile_words_stay_in_their_lines(tmp_path: Path) -> None:
    evil = r"printf 'mynetworks = a\tclient\t\033[2J\nclient\t10.1.2.3\n'"
    found = run_script(tmp_path, f"[ $1 != -x ] || {evil}")
    assert found.parameters["mynetworks"] == "a client  [2J"
    assert "10.1.2.3" not in found.client
