from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

import pytest

from mailwright.cli.setup import stop_on_interrupt
from mailwright.secrets import Secret, SecretKind
from mailwright.transport.base import CommandResult
from tests.support.memory import KEY, memory_parts
from tests.unit.engine.test_planner import as_desired, fresh

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from mailwright.model.server import Observation
    from tests.unit.cli.conftest import Ran

PROFILE = """\
[server]
name = "mx1"
host = "198.51.100.7"
[relay]
host = "relay.example"
user = "someone"
[identity]
hostname = "mx1.corp.example"
domain = "corp.example"
administrator = "admin@corp.example"
[proof]
sender = "info@corp.example"
recipient = "somebody@elsewhere.example"
"""


@pytest.fixture
def profile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A profile, and a fresh server behind it."""
    parts = memory_parts(tmp_path, lambda *_: CommandResult(0, b""))
    parts.secrets.set("mx1", SecretKind.RELAY, Secret("tr0ub4dor"))
    monkeypatch.setattr("mailwright.cli.setup.build", lambda _files: parts)
    seeing(monkeypatch, fresh())
    path = tmp_path / "mx1.toml"
    path.write_text(PROFILE)
    return str(path)


def seeing(monkeypatch: pytest.MonkeyPatch, seen: Observation) -> None:
    monkeypatch.setattr("mailwright.usecases.setup.observe", lambda *_: seen)


def test_an_unknown_host_key_without_a_terminal_is_exit_2(
    run: Callable[..., Ran], profile: str
) -> None:
    ran = run("plan", profile, "--json")
    assert ran.code == 2
    assert ran.shapes[0]["code"] == "host-key.unconfirmed"
    assert run("apply", profile, "--yes", "--json").code == 2


def test_pending_changes_are_exit_10_and_show_no_secret(
    run: Callable[..., Ran], profile: str
) -> None:
    ran = run("plan", profile, "--json", "--host-key", KEY.fingerprint)
    assert ran.code == 10
    assert {"id", "action", "before", "after", "why", "undoable"} == set(
        ran.shapes[0]["changes"][0]
    )
    text = run("plan", profile)
    assert text.code == 10
    assert "tr0ub4dor" not in ran.out + text.out


def test_an_empty_plan_is_exit_0(
    run: Callable[..., Ran], profile: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    seeing(monkeypatch, as_desired(proven=True))
    assert run("plan", profile, "--host-key", KEY.fingerprint).code == 0


def test_nobody_to_ask_is_exit_2(run: Callable[..., Ran], profile: str) -> None:
    ran = run("apply", profile, "--host-key", KEY.fingerprint)
    assert ran.code == 2
    assert "--yes" in ran.err


def test_the_first_interrupt_is_a_wish_and_the_second_ends_it() -> None:
    with stop_on_interrupt() as stop:
        assert not stop()
        os.kill(os.getpid(), signal.SIGINT)
        assert stop()
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
