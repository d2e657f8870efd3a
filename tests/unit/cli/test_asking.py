from __future__ import annotations

import click
import pytest

from mailwright.cli import asking
from mailwright.cli.world import World
from mailwright.engine.gate import Gate
from mailwright.errors import MailwrightError
from mailwright.model.finding import FindingKind, Severity
from mailwright.model.server import HostKey
from tests.support.examples import REQUIREMENTS
from tests.support.memory import KEY, OTHER_KEY
from tests.unit.usecases.practice import HOSTILE

SERVER = REQUIREMENTS.server


def nobody() -> bool:
    return False


def somebody() -> bool:
    return True


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the person at the terminal types."""
    answers: list[str] = []
    monkeypatch.setattr("click.termui.visible_prompt_func", lambda _text: answers.pop(0))
    return answers


def test_a_fingerprint_given_beforehand_confirms_that_key_alone() -> None:
    ask = asking.host_key_question(KEY.fingerprint, at_terminal=somebody)
    assert ask(SERVER, KEY, None)
    with pytest.raises(MailwrightError) as caught:
        ask(SERVER, OTHER_KEY, None)
    assert caught.value.code == "host-key.unconfirmed"
    assert OTHER_KEY.fingerprint in caught.value.message


def test_a_fingerprint_given_beforehand_never_replaces_a_key() -> None:
    ask = asking.host_key_question(KEY.fingerprint, at_terminal=nobody)
    assert not ask(SERVER, KEY, OTHER_KEY)


def test_without_a_terminal_nobody_confirms_and_the_way_is_told() -> None:
    with pytest.raises(MailwrightError) as caught:
        asking.host_key_question(None, at_terminal=nobody)(SERVER, KEY, None)
    assert caught.value.code == "host-key.unconfirmed"
    assert "ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub" in (caught.value.remedy or "")
    assert f"--host-key {KEY.fingerprint}" in (caught.value.remedy or "")


@pytest.mark.parametrize(("answer", "confirmed"), [("y", True), ("n", False), ("", False)])
def test_a_person_confirms_a_new_key(
    typed: list[str], capsys: pytest.CaptureFixture[str], answer: str, *, confirmed: bool
) -> None:
    typed.append(answer)
    ask = asking.host_key_question(None, at_terminal=somebody)
    assert ask(SERVER, KEY, None) == confirmed
    out, shown = capsys.readouterr()
    assert out == ""
    assert KEY.fingerprint in shown
    assert "ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub" in shown


@pytest.mark.parametrize(("answer", "replaced"), [(SERVER.host, True), ("y", False), ("", False)])
def test_a_changed_key_is_replaced_only_when_the_host_name_is_typed(
    typed: list[str], capsys: pytest.CaptureFixture[str], answer: str, *, replaced: bool
) -> None:
    typed.append(answer)
    ask = asking.host_key_question(KEY.fingerprint, at_terminal=somebody)
    assert ask(SERVER, KEY, OTHER_KEY) == replaced
    shown = capsys.readouterr().err
    assert KEY.fingerprint in shown
    assert OTHER_KEY.fingerprint in shown


def test_the_servers_words_cannot_steer_the_terminal(
    typed: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    typed.append("n")
    ask = asking.host_key_question(None, at_terminal=somebody)
    ask(SERVER, HostKey("ssh-\x1b[2J", b""), None)
    assert "\x1b" not in capsys.readouterr().err


@pytest.mark.parametrize("answer", ["n", ""])
def test_anything_but_yes_changes_nothing(typed: list[str], answer: str) -> None:
    typed.append(answer)
    with (
        click.Context(click.Command("x"), obj=World(at_terminal=somebody)),
        pytest.raises(MailwrightError) as caught,
    ):
        asking.agree("Really?", where_to_look="Look.")
    assert (caught.value.code, caught.value.message) == ("cli.declined", "Nothing was changed.")


def test_yes_agrees(typed: list[str]) -> None:
    typed.append("y")
    with click.Context(click.Command("x"), obj=World(at_terminal=somebody)):
        asking.agree("Really?", where_to_look="Look.")
    assert typed == []


def test_where_nobody_can_be_asked_the_remedy_says_what_to_do() -> None:
    with (
        click.Context(click.Command("x"), obj=World(at_terminal=nobody)),
        pytest.raises(MailwrightError) as caught,
    ):
        asking.agree("Really?", where_to_look="Look.")
    assert (caught.value.code, caught.value.remedy) == ("cli.no-terminal", "Look.")


MISSING = FindingKind("records.x", Severity.WARN, "No {name}", "Publish {name}")
SILENT = FindingKind("records.y", Severity.UNKNOWN, "{server} is silent")
GATE = Gate((MISSING.found("x", name=HOSTILE),), (SILENT.found("y", server="ns2"),))


@pytest.mark.parametrize(("answer", "let_out"), [("mx1", True), ("y", False), ("", False)])
def test_mail_is_let_out_after_every_reason_by_typing_the_servers_name(
    typed: list[str], capsys: pytest.CaptureFixture[str], answer: str, *, let_out: bool
) -> None:
    typed.append(answer)
    assert asking.overruling("mx1", yes=False)(GATE) is let_out
    out, err = capsys.readouterr()
    assert out == ""
    assert "  ! No \\x1b]0;owned" in err
    assert "      Publish \\x1b" in err
    assert "  ? ns2 is silent" in err
    assert "\x1b" not in err


def test_who_has_read_the_reasons_before_is_shown_them_and_not_asked(
    typed: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert asking.overruling("mx1", yes=True)(GATE)
    assert "ns2 is silent" in capsys.readouterr().err
    assert typed == []
