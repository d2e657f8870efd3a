from __future__ import annotations

import tomllib

import pytest
import tomli_w
from hypothesis import given
from hypothesis import strategies as st

from mailwright.interview import (
    Answers,
    FieldErrors,
    all_fields,
    document,
    read_answers,
    value,
    with_value,
)
from mailwright.model.requirements import Submitter, TlsMode

LEAVES = st.one_of(st.booleans(), st.integers(), st.floats(), st.text(max_size=5), st.none())
NESTED = LEAVES | st.lists(LEAVES, max_size=2) | st.dictionaries(st.text(max_size=3), LEAVES)
TABLES = st.sampled_from([field.id.partition(".")[0] for field in all_fields()])
KEYS = st.sampled_from([field.id.partition(".")[2] for field in all_fields()])


def test_a_profile_comes_back_as_it_was_written(complete: Answers) -> None:
    read, errors = read_answers(tomllib.loads(tomli_w.dumps(document(complete))))
    assert (read, errors) == (complete, ())


def test_what_is_not_answered_is_not_written() -> None:
    tables = document(Answers())
    assert "relay" not in tables
    assert "identity" not in tables
    assert tables["server"] == {"port": 22, "user": "root", "login": "agent"}
    assert tables["submission"] == {"who": ["this-host"]}


def test_texts_become_choices() -> None:
    answers = with_value(Answers(), "relay.tls", "implicit")
    assert value(answers, "relay.tls") is TlsMode.IMPLICIT
    answers = with_value(answers, "submission.who", ["this-host"])
    assert value(answers, "submission.who") == (Submitter.THIS_HOST,)
    assert value(with_value(answers, "relay.tls", None), "relay.tls") is None


@pytest.mark.parametrize(
    ("table", "key", "answer", "code"),
    [
        ("server", "host", 1, "needs-text"),
        ("server", "port", "22", "needs-integer"),
        ("server", "port", 22.0, "needs-integer"),
        ("server", "port", True, "needs-integer"),
        ("server", "login", "telnet", "needs-choice"),
        ("server", "login", [], "needs-choice"),
        ("relay", "tls", "ssl", "needs-choice"),
        ("relay", "port", "587", "needs-integer"),
        ("submission", "who", "this-host", "needs-choices"),
        ("submission", "who", ["everybody"], "needs-choices"),
        ("server", "hots", "x", "unknown-field"),
    ],
)
def test_a_wrong_type_is_told_at_its_field(table: str, key: str, answer: object, code: str) -> None:
    read, errors = read_answers({table: {key: answer}})
    assert [(error.field, error.code) for error in errors] == [(f"{table}.{key}", code)]
    assert read == Answers()
    if code != "unknown-field":
        with pytest.raises(FieldErrors):
            with_value(Answers(), f"{table}.{key}", answer)


def test_every_error_is_told_at_once() -> None:
    tables = {"server": {"port": "x", "host": 1, "user": "taro"}, "relay": 5, "relais": {}}
    read, errors = read_answers(tables)
    assert [(error.field, error.code) for error in errors] == [
        ("server.port", "needs-integer"),
        ("server.host", "needs-text"),
        ("relay", "needs-table"),
        ("relais", "unknown-field"),
    ]
    assert read.server.user == "taro"


@given(
    st.dictionaries(
        TABLES | st.text(max_size=3),
        st.dictionaries(KEYS | st.text(max_size=3), NESTED) | NESTED,
        max_size=3,
    )
)
def test_no_table_is_too_odd(tables: dict[str, object]) -> None:
    read, errors = read_answers(tables)
    assert isinstance(read, Answers)
    assert all(error.message for error in errors)
