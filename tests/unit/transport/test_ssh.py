"""Against a real SSH server in this process, on loopback."""

from __future__ import annotations

import socket
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import paramiko
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.ec import generate_private_key as generate_ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key as generate_rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from mailwright.errors import MailwrightError
from mailwright.model.server import HostKey, LoginMethod, Server
from mailwright.transport import ssh
from mailwright.transport.ssh import Credentials, connect
from tests.unit.transport.sshd import (
    PASSWORD,
    SUDO,
    accept_any,
    by_password,
    far_server,
    prompt_of,
)

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.net


def test_a_script_runs_over_ssh() -> None:
    with far_server() as (server, _far, _key):
        transport = connect(server, by_password(), accept_any)
        result = transport.run("tr a-z A-Z; exit 3", b"hello")
        transport.close()
    assert (result.code, result.output) == (3, b"HELLO")


def test_a_refused_host_key_ends_it_before_any_password_is_sent() -> None:
    seen: list[HostKey] = []

    def refuse(_server: Server, key: HostKey) -> None:
        seen.append(key)
        raise MailwrightError("host-key.unconfirmed", "no")

    with far_server() as (server, far, key), pytest.raises(MailwrightError, match="no"):
        connect(server, by_password(), refuse)
    assert far.passwords == []
    assert seen[0].fingerprint == key.fingerprint


def test_a_wrong_password_is_refused_and_not_repeated_in_words() -> None:
    with far_server() as (server, _far, _key), pytest.raises(MailwrightError) as caught:
        connect(server, by_password("wrong-secret"), accept_any)
    assert caught.value.code == "transport.login-refused"
    assert "wrong-secret" not in repr(caught.value) + str(caught.value)


def test_a_missing_password_is_said() -> None:
    with far_server() as (server, far, _key), pytest.raises(MailwrightError) as caught:
        connect(server, by_password(None), accept_any)
    assert caught.value.code == "transport.no-password"
    assert far.passwords == []


def test_sudo_gets_its_password_only_when_it_asks() -> None:
    with far_server(user="admin") as (server, _far, _key):
        transport = connect(server, by_password(sudo=SUDO), accept_any)
        assert transport.run("echo ok").output == b"ok\n"
        transport.close()


@pytest.mark.parametrize("sudo", ["wrong", None])
def test_a_sudo_that_refuses_is_told(sudo: str | None) -> None:
    with far_server(user="admin") as (server, _far, _key), pytest.raises(MailwrightError) as caught:
        connect(server, by_password(sudo=sudo), accept_any)
    assert caught.value.code == "transport.sudo-refused"
    assert "mailwright secret set mx1 sudo" in (caught.value.remedy or "")


def test_an_answer_that_does_not_come_in_time_is_a_lost_connection() -> None:
    with far_server() as (server, _far, _key):
        transport = connect(server, by_password(), accept_any)
        with pytest.raises(MailwrightError) as caught:
            transport.run("sleep 5", limit=0.3)
        assert caught.value.code == "transport.lost"


def test_a_shell_that_ends_is_a_lost_connection() -> None:
    with far_server() as (server, _far, _key):
        transport = connect(server, by_password(), accept_any)
        with pytest.raises(MailwrightError) as caught:
            transport.run("kill -9 $PPID; kill -9 $$; sleep 0.1", limit=5)
        assert caught.value.code == "transport.lost"


def test_an_answer_without_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ssh, "OUTPUT_LIMIT", 100_000)
    with far_server() as (server, _far, _key):
        transport = connect(server, by_password(), accept_any)
        with pytest.raises(MailwrightError) as caught:
            transport.run("yes", limit=20)
        assert caught.value.code == "transport.lost"


def test_nobody_answers() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    server = Server("mx1", "127.0.0.1", port, login=LoginMethod.PASSWORD)
    with pytest.raises(MailwrightError) as caught:
        connect(server, by_password(), accept_any)
    assert caught.value.code == "transport.unreachable"


def test_a_key_file_that_is_none_is_named() -> None:
    with far_server() as (server, _far, _key):
        wrong = Server(server.name, server.host, server.port, "root", LoginMethod.KEY, "/dev/null")
        with pytest.raises(MailwrightError) as caught:
            connect(wrong, Credentials(), accept_any)
    assert caught.value.code == "transport.key-file"


@pytest.mark.parametrize("phrase", [None, "pa ss é"])
def test_a_key_file_logs_in_with_and_without_a_passphrase(
    tmp_path: Path, phrase: str | None
) -> None:
    key = paramiko.ECDSAKey.generate()
    path = tmp_path / "key"
    key.write_private_key_file(str(path), None if phrase is None else phrase)
    asked: list[None] = []

    def ask() -> str | None:
        asked.append(None)
        return phrase

    with far_server() as (server, far, _key):
        by_key = replace(server, login=LoginMethod.KEY, key_file=str(path))
        transport = connect(by_key, Credentials(ssh=ask), accept_any)
        transport.close()
    assert far.keys[-1] == key.fingerprint
    assert bool(asked) == (phrase is not None)


def test_credentials_show_nothing() -> None:
    assert PASSWORD not in repr(by_password())


def free_of(error: BaseException, *secrets: str) -> bool:
    """Whether an error and all that led to it are free of the secrets."""
    text = ""
    chain: BaseException | None = error
    while chain is not None:
        text += str(chain) + repr(chain) + repr(vars(chain))
        chain = chain.__cause__ or chain.__context__
    return not any(secret in text for secret in secrets)


KINDS = ("ssh-ed25519", "ecdsa-sha2-nistp256", "ssh-rsa")


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A private key of each kind, as ssh-keygen writes them."""
    folder = tmp_path_factory.mktemp("keys")
    made: dict[str, Ed25519PrivateKey | EllipticCurvePrivateKey | RSAPrivateKey] = {
        "ssh-ed25519": Ed25519PrivateKey.generate(),
        "ecdsa-sha2-nistp256": generate_ec(SECP256R1()),
        "ssh-rsa": generate_rsa(65_537, 2_048),
    }
    for kind, key in made.items():
        content = key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
        (folder / kind).write_bytes(content)
    return {kind: folder / kind for kind in made}


@pytest.mark.parametrize("known", KINDS)
def test_the_server_shows_the_kind_of_key_that_was_confirmed(
    keys: dict[str, Path], known: str
) -> None:
    host_keys = [paramiko.PKey.from_path(path) for path in keys.values()]
    confirmed = next(key for key in host_keys if key.get_name() == known)
    shown: list[HostKey] = []

    def check(_server: Server, key: HostKey) -> None:
        shown.append(key)
        raise MailwrightError("enough", "enough")

    with (
        far_server(host_keys=host_keys) as (server, _far, _key),
        pytest.raises(MailwrightError, match="enough"),
    ):
        connect(server, by_password(), check, HostKey(known, confirmed.asbytes()))
    assert shown == [HostKey(known, confirmed.asbytes())]


@pytest.mark.parametrize("kind", KINDS)
def test_a_key_lets_in_and_no_password_is_asked_for(keys: dict[str, Path], kind: str) -> None:
    with far_server() as (server, far, _key):
        far.allowed = [paramiko.PKey.from_path(keys[kind])]
        by_key = replace(server, login=LoginMethod.KEY, key_file=str(keys[kind]))
        transport = connect(by_key, Credentials(ssh=forbidden), accept_any)
        assert transport.run("echo in").output == b"in\n"
        transport.close()
    assert far.passwords == []


def test_a_key_that_the_server_does_not_know_is_refused(keys: dict[str, Path]) -> None:
    path = keys["ssh-ed25519"]
    with far_server() as (server, far, _key):
        far.allowed = []
        with pytest.raises(MailwrightError) as caught:
            connect(
                replace(server, login=LoginMethod.KEY, key_file=str(path)),
                Credentials(),
                accept_any,
            )
    assert caught.value.code == "transport.login-refused"
    secret = "".join(path.read_text().splitlines()[2:4])
    assert free_of(caught.value, secret)


def forbidden() -> str | None:
    raise AssertionError("a secret was asked for without need")


def test_no_secret_is_even_fetched_for_a_host_that_was_not_confirmed() -> None:
    def refuse(_server: Server, _key: HostKey) -> None:
        raise MailwrightError("host-key.changed", "changed")

    with far_server() as (server, _far, _key), pytest.raises(MailwrightError, match="changed"):
        connect(server, Credentials(ssh=forbidden, sudo=forbidden), refuse)


def test_a_server_that_wants_one_more_proof_is_not_taken_for_open() -> None:
    with far_server() as (server, far, _key):
        far.wants_more = True
        with pytest.raises(MailwrightError) as caught:
            connect(server, by_password(), accept_any)
    assert caught.value.code == "transport.login-refused"
    assert free_of(caught.value, PASSWORD)


def test_a_server_that_opens_no_session_is_told() -> None:
    with far_server() as (server, far, _key):
        far.opens = False
        with pytest.raises(MailwrightError):
            connect(server, by_password(), accept_any)


def test_a_sudo_that_asks_nothing_gets_nothing() -> None:
    with far_server(user="admin") as (server, far, _key):
        far.serve = far.run
        transport = connect(server, Credentials(lambda: PASSWORD, forbidden), accept_any)
        assert transport.run("cat", b"payload").output == b"payload"
        transport.close()


def test_a_wrong_sudo_password_is_sent_once_and_never_shown() -> None:
    with far_server(user="admin") as (server, far, _key), pytest.raises(MailwrightError) as caught:
        connect(server, by_password(sudo="wr0ng-secret"), accept_any)
    assert far.sudo_words[:1] == ["wr0ng-secret"]
    assert "wr0ng-secret" not in far.sudo_words[1:]
    assert free_of(caught.value, "wr0ng-secret", PASSWORD)


def test_words_before_the_prompt_and_a_prompt_in_pieces_are_understood() -> None:
    with far_server(user="admin") as (server, far, _key):

        def lectures(channel: paramiko.Channel, command: str) -> None:
            prompt = prompt_of(command)
            for part in ("We trust you have received\n", prompt[:9], prompt[9:]):
                channel.sendall_stderr(part.encode())
                time.sleep(0.02)
            assert channel.makefile("r").readline() == f"{SUDO}\n"
            far.run(channel, command)

        far.serve = lectures
        transport = connect(server, by_password(sudo=SUDO), accept_any)
        assert transport.run("echo in").output == b"in\n"
        transport.close()


def test_a_shell_that_repeats_the_command_is_not_ready_yet() -> None:
    with far_server() as (server, far, _key):

        def repeats(channel: paramiko.Channel, command: str) -> None:
            channel.sendall(f"+ {command}\r\n".encode())
            time.sleep(0.1)
            far.run(channel, command)

        far.serve = repeats
        transport = connect(server, by_password(), accept_any)
        assert transport.run("echo in").output == b"in\n"
        transport.close()


def test_a_login_without_a_shell_is_told_in_the_servers_harmless_words() -> None:
    def refuses(channel: paramiko.Channel, _command: str) -> None:
        time.sleep(0.1)  # the command itself was accepted
        channel.sendall(b"This account is \x1b[31mclosed\xff.\n")
        channel.close()

    with far_server() as (server, far, _key):
        far.serve = refuses
        with pytest.raises(MailwrightError) as caught:
            connect(server, by_password(), accept_any)
    assert caught.value.code == "transport.no-shell"
    assert "closed" in str(caught.value)
    assert "\x1b" not in str(caught.value)


def test_a_shell_that_never_comes_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    with far_server() as (server, far, _key):
        far.serve = lambda channel, _command: channel.sendall(b"one moment, please\n")

        def check(_server: Server, _key: HostKey) -> None:
            monkeypatch.setattr(ssh, "CONNECT_LIMIT", 0.3)  # from here on

        with pytest.raises(MailwrightError) as caught:
            connect(server, by_password(), check)
    assert caught.value.code == "transport.lost"


def test_a_connection_that_is_cut_is_told_at_once_and_stays_lost() -> None:
    with far_server() as (server, far, _key):
        transport = connect(server, by_password(), accept_any)
        threading.Timer(0.2, far.cut).start()
        began = time.monotonic()
        for _attempt in range(2):
            with pytest.raises(MailwrightError) as caught:
                transport.run("echo half; sleep 20", b"s3cret-payload")
            assert caught.value.code == "transport.lost"
            assert free_of(caught.value, "s3cret-payload")
        assert time.monotonic() - began < 5
        transport.close()
        transport.close()


def test_the_limit_holds_while_words_keep_coming() -> None:
    with far_server() as (server, _far, _key):
        transport = connect(server, by_password(), accept_any)
        began = time.monotonic()
        with pytest.raises(MailwrightError) as caught:
            transport.run("while echo word; do sleep 0.05; done", limit=0.5)
        assert caught.value.code == "transport.lost"
        assert time.monotonic() - began < 3


def test_many_requests_stay_in_step() -> None:
    with far_server() as (server, _far, _key):
        transport = connect(server, by_password(), accept_any)
        for number in range(20):
            result = transport.run(f"head -c {number}; exit {number}", b"x" * 1_000)
            assert (result.code, result.output) == (number, b"x" * number)
        assert transport.run("wc -c", bytes(3_000_000)).output.split() == [b"3000000"]
        transport.close()
