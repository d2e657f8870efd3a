from __future__ import annotations

import pytest

from mailwright.cli import asking
from mailwright.model.server import HostKey
from tests.support.examples import REQUIREMENTS
from tests.support.memory import KEY, OTHER_KEY

SERVER = REQUIREMENTS.server


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A person at a terminal who types these answers."""
    typed: list[str] = []
    monkeypatch.setattr(asking, "at_terminal", lambda: True)
    monkeypatch.setattr("click.termui.visible_prompt_func", lambda _text: typed.pop(0))
    return typed


def test_a_fingerprint_given_beforehand_confirms_that_key_alone() -> None:
    ask = asking.host_key_question(KEY.fingerprint)
    assert ask(SERVER, KEY, None)
    assert not ask(SERVER, OTHER_KEY, None)


def test_a_fingerprint_given_beforehand_never_replaces_a_key() -> None:
    assert not asking.host_key_question(KEY.fingerprint)(SERVER, KEY, OTHER_KEY)


def test_without_a_terminal_nobody_confirms() -> None:
    assert not asking.host_key_question(None)(SERVER, KEY, None)


@pytest.mark.parametrize(("answer", "confirmed"), [("y", True), ("n", False), ("", False)])
def test_a_person_confirms_a_new_key(
    terminal: list[str], capsys: pytest.CaptureFixture[str], answer: str, *, confirmed: bool
) -> None:
    terminal.append(answer)
    assert asking.host_key_question(None)(SERVER, KEY, None) == confirmed
    shown = capsys.readouterr().err
    assert KEY.fingerprint in shown
    assert "ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub" in shown


@pytest.mark.parametrize(("typed", "replaced"), [(SERVER.host, True), ("y", False), ("", False)])
def test_a_changed_key_is_replaced_only_when_the_host_name_is_typed(
    terminal: list[str], capsys: pytest.CaptureFixture[str], typed: str, *, replaced: bool
) -> None:
    terminal.append(typed)
    assert asking.host_key_question(None)(SERVER, KEY, OTHER_KEY) == replaced
    shown = capsys.readouterr().err
    assert KEY.fingerprint in shown
    assert OTHER_KEY.fingerprint in shown


@pytest.mark.parametrize(
    ("algorithm", "kind"),
    [("ssh-ed25519", "ed25519"), ("ssh-rsa", "rsa"), ("ecdsa-sha2-nistp256", "ecdsa")],
)
def test_the_key_file_has_the_name_that_openssh_gives_it(algorithm: str, kind: str) -> None:
    assert asking.public_key_file(HostKey(algorithm, b"")) == f"/etc/ssh/ssh_host_{kind}_key.pub"
