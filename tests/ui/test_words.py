"""The window's own words for what the core reports."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from mailwright.errors import MailwrightError
from mailwright.i18n import set_language
from mailwright.model.events import (
    ConnectionLost,
    Done,
    Event,
    FindingMade,
    Note,
    Outcome,
    RecordsToPublish,
    RolledBack,
    StepDone,
    StepFailed,
    StepStarted,
)
from mailwright.model.finding import FindingKind, Severity
from mailwright.model.publication import Publication
from mailwright_ui import words

ROOT = Path(__file__).resolve().parents[2]
COMMAND = re.compile(r"mailwright [a-z]+ ")
HAS_A_PAGE = re.compile(r"mailwright (secret set \{name\}|profile new)")
"""Commands whose errors have remedies of the window's own, or cannot happen in it."""
EVIL = "\x1b[2J\u202e"
FINDING = FindingKind("a.b", Severity.FAIL, "No: {reason}", "Run: mailwright verify PROFILE")
EVENTS: tuple[Event, ...] = (
    StepStarted("main.cf", EVIL, 1, 3),
    StepDone(EVIL),
    StepFailed("main.cf", EVIL, f"{EVIL}\n{EVIL}"),
    RolledBack("main.cf", (EVIL,)),
    ConnectionLost(EVIL, 600),
    Note(EVIL),
    FindingMade(FINDING.found("a", EVIL, reason=EVIL)),
    RecordsToPublish(Publication()),
    Done(Outcome.ROLLED_BACK, left=(EVIL,)),
)


def texts_of_the_core() -> list[str]:
    """Every text of the core, apart from the command line's own."""
    files = [f for f in (ROOT / "app").rglob("*.py") if "cli" not in f.parts]
    nodes = (node for file in files for node in ast.walk(ast.parse(file.read_text())))
    return [n.value for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str)]


def test_no_remedy_sends_a_person_from_the_window_to_a_command() -> None:
    commands = [text for text in texts_of_the_core() if COMMAND.search(text)]
    assert len(commands) > 5
    left = [text for text in commands if COMMAND.search(words.by_button(text))]
    assert [text for text in left if not HAS_A_PAGE.search(text)] == []


def test_a_button_is_named_without_its_access_key() -> None:
    assert words.finding_remedy(FINDING.found("a", reason="x")) == "Run: “Check again”"
    assert words.spoken_label("セットアップを開く(&O)") == "セットアップを開く"
    assert words.spoken_label("&History …") == "History"


def test_a_missing_password_is_typed_on_a_page() -> None:
    error = MailwrightError("setup.no-relay-password", "None.", remedy="mailwright secret set x")
    assert "How mail leaves" in words.remedy_of(error)


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
@pytest.mark.parametrize("language", ["en", "ja"])
def test_nothing_from_outside_is_shown_as_it_is(event: Event, language: str) -> None:
    set_language(language)
    shown = "\n".join((*words.log(event), words.now(event)))
    assert not set(EVIL) & {"\x1b", "\u202e"} & set(shown)


@pytest.mark.parametrize("outcome", list(Outcome))
def test_every_end_has_a_sentence(outcome: Outcome) -> None:
    assert words.outcome(Done(outcome))
    assert words.outcome(Done(Outcome.ROLLED_BACK, left=("x",))) != words.outcome(
        Done(Outcome.ROLLED_BACK)
    )


def test_every_severity_has_a_sign_and_a_word() -> None:
    assert set(words.SIGNS) == set(words.SPOKEN) == set(Severity)
    assert len(set(words.SIGNS.values())) == len(Severity)
