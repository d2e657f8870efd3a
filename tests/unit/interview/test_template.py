from __future__ import annotations

import re
import tomllib

import pytest

from mailwright.catalog import relay_presets
from mailwright.interview import (
    Answers,
    FieldErrors,
    all_fields,
    checked_profile,
    document,
    template,
)


def test_a_new_profile_holds_the_defaults_and_lacks_the_rest() -> None:
    answers, errors = checked_profile(tomllib.loads(template()))
    assert answers == Answers()
    assert {error.code for error in errors} == {"required"}


@pytest.mark.parametrize("preset", [None, *relay_presets()])
def test_every_field_has_a_line_with_an_explanation_above(preset: str | None) -> None:
    lines = template(preset).splitlines()
    for field in all_fields():
        key = field.id.partition(".")[2]
        places = [
            number
            for number, line in enumerate(lines)
            if re.match(rf"(# )?{key} = ", line)
            and lines[number - 1].startswith(f"# {field.label}: ")
        ]
        assert len(places) == 1, field.id
        assert field.help in lines[places[0] - 1]


@pytest.mark.parametrize("preset", [None, *relay_presets()])
def test_optional_lines_are_valid_once_they_are_used(preset: str | None) -> None:
    text = re.sub(r"^# (?=[a-z_]+ = )", "", template(preset), flags=re.MULTILINE)
    answers, errors = checked_profile(tomllib.loads(text))
    assert {error.code for error in errors} == {"required"}
    assert document(answers)["relay"]["port"] == answers.relay.port


def test_a_preset_fills_in_what_it_knows_and_warns() -> None:
    text = template("google-workspace-relay")
    tables = tomllib.loads(text)
    assert tables["relay"] == {
        "preset": "google-workspace-relay",
        "host": "smtp-relay.gmail.com",
    }
    assert "Register the server's address" in text
    assert tomllib.loads(template("sendgrid"))["relay"]["user"] == "apikey"


def test_an_unknown_preset_is_told_with_those_that_exist() -> None:
    with pytest.raises(FieldErrors) as caught:
        template("no-such")
    assert "sendgrid" in caught.value.errors[0].message


@pytest.mark.usefixtures("japanese")
def test_the_explanations_follow_the_language() -> None:
    text = template("sendgrid")
    assert "全利用者共通で" in text
    assert checked_profile(tomllib.loads(text))[0].relay.preset == "sendgrid"
