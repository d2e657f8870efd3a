from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mailwright.errors import MailwrightError
from mailwright.interview import Answers, with_value
from mailwright.model.server import LoginMethod
from mailwright.transport.base import CommandResult
from mailwright.usecases.profiles import open_profile, save_profile
from tests.support.examples import REQUIREMENTS
from tests.support.memory import memory_parts

if TYPE_CHECKING:
    from pathlib import Path

    from mailwright.usecases.parts import Parts


@pytest.fixture
def parts(tmp_path: Path) -> Parts:
    return memory_parts(tmp_path, lambda *_: CommandResult(0, b""))


def test_answers_come_back_under_the_servers_name(parts: Parts) -> None:
    answers = with_value(Answers(), "server.host", "MX1.example.com")
    answers = with_value(answers, "volume.per_day", 7)
    path = save_profile(parts, answers)
    assert path.name == "mx1.example.com.toml"
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert open_profile(parts, "mx1.example.com") == answers


def test_a_server_without_a_profile_has_its_login_answered(parts: Parts) -> None:
    parts.journal.meet(REQUIREMENTS.server)
    answers = open_profile(parts, "mx1").server
    assert (answers.name, answers.host, answers.login) == ("mx1", "198.51.100.7", LoginMethod.KEY)
    assert answers.key_file == "/k"


def test_nothing_is_answered_for_a_name_that_nobody_knows(parts: Parts) -> None:
    assert open_profile(parts, "mx9") == Answers()


def test_what_is_no_answer_keeps_its_default(parts: Parts) -> None:
    parts.profiles.write("mx1", {"server": {"host": "a.example"}, "volume": {"per_day": "many"}})
    answers = open_profile(parts, "mx1")
    assert (answers.server.host, answers.volume.per_day) == ("a.example", 1000)


def test_a_profile_that_is_damaged_is_told(parts: Parts) -> None:
    path = parts.profiles.write("mx1", {})
    path.write_text("= no TOML")
    with pytest.raises(MailwrightError) as caught:
        open_profile(parts, "mx1")
    assert caught.value.code == "profile.not-toml"


def test_a_folder_that_cannot_be_made_is_told(parts: Parts, tmp_path: Path) -> None:
    (tmp_path / "profiles").write_text("a file in its place")
    with pytest.raises(MailwrightError) as caught:
        save_profile(parts, with_value(Answers(), "server.host", "a.example"))
    assert caught.value.code == "profile.unwritable"
