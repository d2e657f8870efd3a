from __future__ import annotations

import ast
import string
from pathlib import Path

import pytest

import mailwright.interview
from mailwright.interview import FieldError, FieldErrors
from mailwright.interview.errors import MESSAGES


def used_codes() -> set[str]:
    """Return every text in the package's code that is a code of an error."""
    folder = Path(mailwright.interview.__file__).parent
    return {
        node.value
        for path in folder.glob("*.py")
        if path.name != "errors.py"
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def test_every_code_with_a_text_is_in_use() -> None:
    assert set(MESSAGES) <= used_codes()


@pytest.mark.parametrize("code", MESSAGES)
def test_a_message_fills_its_fields(code: str) -> None:
    names = [name for _, name, _, _ in string.Formatter().parse(MESSAGES[code]) if name]
    error = FieldError("relay.host", code, {name: f"<{name}>" for name in names})
    assert all(f"<{name}>" in error.message for name in names)


def test_what_a_person_typed_is_shown_safely() -> None:
    error = FieldError("relay.host", "host-name", {"value": "\x1b[31m" + "x" * 10_000})
    assert "\x1b" not in error.message
    assert len(error.message) < 1_000


def test_all_errors_are_one_exception_that_names_the_fields() -> None:
    errors = (FieldError("a.b", "required"), FieldError("c.d", "required"))
    raised = FieldErrors(errors)
    assert raised.code == "profile.invalid"
    assert raised.errors == errors
    assert "a.b, c.d" in raised.message
