from __future__ import annotations

import pytest

from mailwright import __version__
from mailwright.usecases import crash

SECRET = "tr0ub4dor&3"


def raised(password: str) -> Exception:
    try:
        try:
            raise KeyError(password)
        except KeyError as error:
            raise RuntimeError("said " + password) from error
    except RuntimeError as error:
        return error


def test_a_report_tells_types_and_places_and_nothing_else() -> None:
    head, *lines = crash.report(raised(SECRET)).splitlines()
    assert head.startswith(f"mailwright {__version__}, Python 3.")
    assert lines[0] == "RuntimeError"
    assert lines[1].endswith(" in raised")
    assert lines[2] == "because of KeyError"
    assert SECRET not in "\n".join(lines)
    assert __file__ not in "\n".join(lines)


def test_exceptions_that_lead_to_each_other_end() -> None:
    first, second = ValueError("a"), ValueError("b")
    first.__context__, second.__context__ = second, first
    assert crash.report(first).count("ValueError") == 2


def test_a_cause_that_was_hidden_on_purpose_stays_hidden() -> None:
    error = ValueError("a")
    error.__context__ = KeyError("b")
    error.__suppress_context__ = True
    assert "KeyError" not in crash.report(error)


def test_an_endless_recursion_is_told_in_few_lines() -> None:
    def deeper() -> None:
        deeper()

    with pytest.raises(RecursionError) as caught:
        deeper()
    assert len(crash.report(caught.value).splitlines()) == 2 + crash.FRAMES
