from __future__ import annotations

import copy
import json
import logging
import pickle
import traceback

import pytest

from mailwright.secrets import MASK, Secret

PASSWORD = "correct horse battery"


def test_no_way_of_printing_shows_it() -> None:
    secret = Secret(PASSWORD)
    shown = [str(secret), repr(secret), f"{secret}", f"{secret:>20}", f"{secret!r}"]
    shown += [repr([secret]), repr({"a": secret}), ascii(secret)]
    assert all(MASK in text and PASSWORD not in text for text in shown)


def test_logging_does_not_show_it(caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("test").warning("login with %s", Secret(PASSWORD))
    assert caplog.messages == [f"login with {MASK}"]


def test_a_report_with_local_variables_does_not_show_it() -> None:
    secret = Secret(PASSWORD)
    try:
        raise RuntimeError(secret)
    except RuntimeError as error:
        captured = traceback.TracebackException.from_exception(error, capture_locals=True)
    report = "".join(captured.format())
    assert MASK in report
    # The module's constant is no local variable; only what the frames hold is in the report.
    assert PASSWORD not in report.replace(repr(PASSWORD), "")
    assert secret


@pytest.mark.parametrize("attempt", [pickle.dumps, copy.copy, copy.deepcopy, hash, json.dumps])
def test_it_cannot_be_copied_away(attempt: object) -> None:
    assert callable(attempt)
    with pytest.raises(TypeError):
        attempt(Secret(PASSWORD))


def test_it_compares_by_content_with_secrets_alone() -> None:
    assert Secret("a") == Secret("a")
    assert Secret("a") != Secret("b")
    assert Secret("ü\udc80") == Secret("ü\udc80")
    assert Secret("a") != "a"


def test_reveal_gives_it_and_truth_tells_whether_there_is_one() -> None:
    assert Secret(PASSWORD).reveal() == PASSWORD
    assert Secret(PASSWORD)
    assert not Secret("")
