from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest

from mailwright import __version__
from mailwright.cli import exits, shapes
from mailwright.cli.localized import commands
from mailwright.cli.main import program
from mailwright.model.events import Outcome
from mailwright.model.finding import Severity
from mailwright.model.journal import EntryState
from tests.unit.cli.test_texts import EVENTS
from tests.unit.usecases.practice import PASSWORD

if TYPE_CHECKING:
    from tests.unit.cli.conftest import Person

ROOT = Path(__file__).resolve().parents[3]
NAMES = ["profile", "secret", "plan", "apply", "verify", "rollback", "history"]
program.list_commands(click.Context(program))
EVERY = [[], *(words.split() for words, _command in commands(program))]


def test_every_command_is_listed_in_the_order_of_use(person: Person) -> None:
    ran = person.run("--help")
    listed = [line.split()[0] for line in ran.out.splitlines() if line.startswith("  ")]
    assert ran.code == 0
    assert [name for name in listed if name in NAMES] == NAMES


@pytest.mark.parametrize("words", EVERY, ids=" ".join)
def test_all_of_the_help_is_in_japanese_too(person: Person, words: list[str]) -> None:
    english = person.run(*words, "--help").out
    ran = person.run("--lang", "ja", *words, "--help")
    assert ran.code == 0
    assert "使い方:" in ran.out
    sentences = [line for line in english.splitlines() if line.endswith((".", ":"))]
    assert sentences
    assert [line for line in sentences if line in ran.out.splitlines()] == []


def test_the_environment_chooses_the_language_and_the_option_wins(person: Person) -> None:
    japanese = person.run("--lang", "ja", "--help").out
    assert person.run("--help", lang="ja_JP.UTF-8").out == japanese
    english = person.run("--help").out
    assert person.run("--lang", "en", "--help", lang="ja_JP.UTF-8").out == english != japanese


def test_json_is_english_unless_a_language_is_chosen(person: Person) -> None:
    missing = ("plan", "/no/such.toml", "--json")
    english = person.run(*missing).shapes[0]["message"]
    assert person.run(*missing, lang="ja_JP.UTF-8").shapes[0]["message"] == english
    assert person.run("--lang", "ja", *missing).shapes[0]["message"] != english


@pytest.mark.parametrize(
    "arguments",
    [
        ("nonsense",),
        ("plan",),
        ("plan", "a", "b"),
        ("plan", "a", "--nonsense"),
        ("--lang", "tlh", "plan", "a"),
        ("secret", "set", "mx1", "pin"),
        (),
    ],
)
def test_wrong_usage_is_exit_2_and_told_on_standard_error(
    person: Person, arguments: tuple[str, ...]
) -> None:
    ran = person.run(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert "Usage: mailwright" in ran.err
    assert "使い方:" in person.run(*arguments, lang="ja_JP.UTF-8").err


def test_the_version_is_told(person: Person) -> None:
    assert person.run("--version").out == f"mailwright {__version__}\n"


def test_an_expected_error_is_a_text_and_json_with_its_exit_code(person: Person) -> None:
    ran = person.run("plan", "/no/\x1b[2Jsuch.toml", "--json")
    assert ran.code == 2
    (error,) = ran.shapes
    assert (error["schema_version"], error["event"]) == (1, "error")
    assert error["code"] == "profile.unreadable"
    assert error["args"]["path"] == "/no/\x1b[2Jsuch.toml"
    assert "\x1b" not in ran.out + ran.err
    assert "/no/\\x1b[2Jsuch.toml" in ran.err


def test_a_question_that_ends_without_an_answer_is_exit_2(person: Person) -> None:
    person.terminal = True
    ran = person.on_profile("apply")
    assert ran.code == 2
    assert ran.err.rstrip().endswith("Aborted!")
    assert person.server.journal == []


def test_a_bug_is_exit_70_with_a_report_that_holds_no_secret(person: Person) -> None:
    def broken() -> None:
        raise KeyError(PASSWORD)

    person.server.on_step = broken
    ran = person.on_profile("apply", "--yes", "--json")
    assert ran.code == 70
    assert "KeyError" in ran.err
    assert PASSWORD not in ran.out + ran.err
    assert person.server.transports[-1].closed


def test_a_reader_that_goes_away_is_no_error(tmp_path: Path) -> None:
    with started(["--help"], tmp_path, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        assert process.stderr.read() == b""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has /dev/full")
def test_a_full_disk_is_no_mistake_of_the_program(tmp_path: Path) -> None:
    with (
        Path("/dev/full").open("wb") as full,
        started(["--help"], tmp_path, stdout=full.fileno()) as process,
    ):
        _out, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert err.decode() == f"The output cannot be written: {os.strerror(errno.ENOSPC)}\n"


def test_a_terminal_that_lacks_a_character_gets_its_number(tmp_path: Path) -> None:
    with started(["--lang", "ja", "--help"], tmp_path, stdout=subprocess.PIPE) as process:
        out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, b"")
    assert "\\u4f7f\\u3044\\u65b9" in out.decode("ascii")


def started(arguments: list[str], home: Path, *, stdout: int) -> subprocess.Popen[bytes]:
    """Start the program as a person does, on a terminal of Western Europe."""
    environment = {**os.environ, "PYTHONIOENCODING": "latin-1:strict", "XDG_DATA_HOME": str(home)}
    return subprocess.Popen(
        [sys.executable, "-m", "mailwright", *arguments],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=subprocess.PIPE,
    )


def test_the_guide_names_every_command_and_option() -> None:
    guide = (ROOT / "docs" / "guide" / "command-line.md").read_text()
    for words, command in commands(program):
        if isinstance(command, click.Group):
            continue
        assert f"`{words} " in guide
        for parameter in command.params:
            assert all(name in guide for name in parameter.opts if name.startswith("--"))


def test_the_guide_names_every_exit_code_event_outcome_and_state() -> None:
    guide = (ROOT / "docs" / "guide" / "command-line.md").read_text()
    codes = [exits.DONE, exits.FAILED, exits.USAGE, exits.UNKNOWN, exits.PENDING, exits.BUG]
    assert all(f"\n| {code} | " in guide for code in codes)
    names = [shapes.of_event(event)["event"] for event in EVENTS]
    for word in [*names, "plan", "entries", "error", *Outcome, *EntryState, *Severity]:
        assert f"`{word}`" in guide, word
