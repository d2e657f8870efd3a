"""What the documents promise exists."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import mailwright

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
TARGETS = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
LINK = re.compile(r"\[[^\]]*\]\((?!https?://|#)([^)#]+)(#[^)]*)?\)")
MAKE = re.compile(r"^    make ([a-z]+)|`make ([a-z]+)`", re.MULTILINE)
COMMAND = re.compile(r"^    \.venv/bin/mailwright (.*?) *(?:#.*)?$", re.MULTILINE)
COMMANDS = COMMAND.findall((ROOT / "README.md").read_text())
REPOSITORY_PATH = re.compile(r"`((?:app|ui|tests|resources|requirements|docs)/[\w./-]+)`")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(document: Path) -> None:
    links = [link for link, _anchor in LINK.findall(document.read_text())]
    assert [link for link in links if not (document.parent / link).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_make_targets_exist(document: Path) -> None:
    named = {one or other for one, other in MAKE.findall(document.read_text())}
    assert named - TARGETS == set()


@pytest.mark.parametrize("command", COMMANDS)
def test_the_commands_of_the_first_steps_exist(command: str) -> None:
    program = [sys.executable, "-m", "mailwright", *command.split(), "--help"]
    ended = subprocess.run(program, check=False, capture_output=True, text=True, timeout=60)
    assert ended.returncode == 0, ended.stderr


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md"])
def test_named_paths_exist(name: str) -> None:
    paths = REPOSITORY_PATH.findall((ROOT / name).read_text())
    assert [path for path in paths if not (ROOT / path).exists()] == []


def test_the_documents_are_found() -> None:
    names = {document.name for document in DOCUMENTS}
    assert {"README.md", "CONTRIBUTING.md", "CHANGELOG.md", "adding.md"} <= names
    assert COMMANDS


def test_every_target_is_phony_and_explained() -> None:
    makefile = (ROOT / "Makefile").read_text()
    phony = re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    assert phony
    assert set(phony[1].split()) == TARGETS
    explained = set(re.findall(r"^([a-z]+):.*##", makefile, re.MULTILINE))
    assert TARGETS - explained == {"setup"}


def test_the_changelog_begins_with_what_is_not_released_and_knows_each_release() -> None:
    headings = re.findall(r"^## \[(.+?)\]", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert headings[0] == "Unreleased"
    assert headings[1:2] in ([], [mailwright.__version__])


def test_decisions_are_numbered_without_gaps() -> None:
    numbers = [int(path.name[:4]) for path in sorted((ROOT / "docs" / "adr").glob("*.md"))]
    assert numbers == list(range(1, len(numbers) + 1))


def test_ci_runs_make_test() -> None:
    script = (ROOT / ".ci" / "run").read_text()
    assert script.startswith("#!/usr/bin/env bash\n")
    assert script.rstrip().endswith("make test")
    assert (ROOT / ".ci" / "run").stat().st_mode & 0o111


def test_the_licence_is_the_one_that_is_declared() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["license"] == "Apache-2.0"
    assert "Apache License" in (ROOT / "LICENSE").read_text()
