"""What holds for every check."""

from __future__ import annotations

import importlib
import re
import string
from pathlib import Path

import pytest

from mailwright import checks
from mailwright.checks import ALL, Check
from mailwright.i18n import LANGUAGES, render, set_language
from mailwright.model.finding import FindingKind, Severity

HELPERS = {"__init__", "base", "facts", "tags"}
"""Modules of the folder that are no checks."""
FOLDER = Path(checks.__file__).parent
CASES = Path(__file__).resolve().parents[2] / "cases" / "checks"
KINDS = [pytest.param(kind, id=kind.id) for check in ALL for kind in check.findings]


def test_the_registry_has_every_module_of_the_folder() -> None:
    names = {path.stem for path in FOLDER.iterdir() if path.suffix == ".py"} - HELPERS
    names |= {path.parent.name for path in FOLDER.glob("*/__init__.py")}
    found = [importlib.import_module(f"mailwright.checks.{name}").CHECK for name in sorted(names)]
    assert [*ALL] == found
    assert [check.id for check in ALL] == sorted(names)


@pytest.mark.parametrize("check", ALL, ids=lambda check: check.id)
def test_every_check_has_cases(check: Check) -> None:
    assert list((CASES / check.id).glob("*.toml"))


@pytest.mark.parametrize("kind", KINDS)
def test_an_id_is_the_check_and_words(kind: FindingKind) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9-]*\.[a-z0-9]+(-[a-z0-9]+)*", kind.id)
    assert kind.id.partition(".")[0] in {check.id for check in ALL}
    assert kind.message


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_wrong_has_a_remedy(kind: FindingKind) -> None:
    needs_one = kind.severity in {Severity.WARN, Severity.FAIL, Severity.UNKNOWN}
    assert bool(kind.remedy) is needs_one


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_the_texts_can_be_shown(kind: FindingKind, language: str) -> None:
    values = {name: "VALUE" for text in (kind.message, kind.remedy) for name in fields(text)}
    set_language(language)
    try:
        shown = render(kind.message, values) + render(kind.remedy, values) if kind.remedy else ""
    finally:
        set_language(LANGUAGES[0])
    assert "{" not in shown


def test_ids_are_used_once() -> None:
    ids = [kind.id for check in ALL for kind in check.findings]
    assert len(ids) == len(set(ids))


def fields(text: str) -> list[str]:
    return [name for _text, name, _spec, _conversion in string.Formatter().parse(text) if name]
