from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from mailwright.cli.main import program
from mailwright.cli.world import World
from mailwright.secrets import MemorySecrets
from tests.support.memory import KEY, memory_parts
from tests.support.watched import BOUNCED, Watched, delivery

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result


@pytest.fixture
def far() -> Watched:
    far = Watched()
    far.write(delivery(1), delivery(2, BOUNCED))
    return far


def run(folder: Path, far: Watched, *arguments: str) -> Result:
    world = World(lambda _files: memory_parts(folder, far.answer), MemorySecrets, lambda: False)
    key = ("--host-key", KEY.fingerprint)
    words = ["watch", "root@mx1.example", "--once", *key, *arguments]
    return CliRunner().invoke(program, words, env={"LANG": "C"}, obj=world, prog_name="mailwright")


def test_once_prints_one_snapshot_in_one_line(tmp_path: Path, far: Watched) -> None:
    ran = run(tmp_path, far, "--json")
    assert ran.exit_code == 0, ran.output
    (line,) = ran.stdout.splitlines()
    shape = json.loads(line)
    assert (shape["event"], shape["schema_version"]) == ("snapshot", 1)
    assert (shape["outcomes"]["delivered"], shape["outcomes"]["failed"]) == (1, 1)
    assert shape["causes"][0]["id"] == "user_unknown"


def test_people_read_text(tmp_path: Path, far: Watched) -> None:
    ran = run(tmp_path, far)
    assert ran.exit_code == 0
    assert "1 delivered, 1 failed, 0 waiting (2 messages)" in ran.stdout


@pytest.mark.parametrize(
    ("words", "code", "trouble"),
    [
        ({"log": "no-log", "source": ""}, 3, "watch.no-log"),
        ({"queue": "no-folder /x"}, 3, "watch.no-queue"),
        ({"running": "no"}, 1, "watch.not-running"),
    ],
)
def test_what_is_wrong_or_not_known_is_the_exit_code(
    tmp_path: Path, far: Watched, words: dict[str, str], code: int, trouble: str
) -> None:
    far.words = words
    ran = run(tmp_path, far, "--json")
    assert ran.exit_code == code
    assert [each["id"] for each in json.loads(ran.stdout)["troubles"]] == [trouble]


def test_a_lost_connection_is_unknown(tmp_path: Path, far: Watched) -> None:
    far.losses = {1}
    ran = run(tmp_path, far, "--json")
    assert ran.exit_code == 3
    assert json.loads(ran.stdout)["code"] == "transport.lost"


@pytest.mark.parametrize("option", [("--interval", "0.1"), ("--hours", "0")])
def test_bounds_are_kept(tmp_path: Path, far: Watched, option: tuple[str, str]) -> None:
    assert run(tmp_path, far, *option).exit_code == 2
