from __future__ import annotations

import msgspec
import pytest

from mailwright.i18n import _
from mailwright.interview import PAGES, Answers, Field, Kind, all_fields, document, with_value
from mailwright.interview.answers import choices
from mailwright.secrets import SecretKind

FIELDS = [pytest.param(field, id=field.id) for field in all_fields()]


def paths(answers: Answers) -> set[str]:
    tables: dict[str, dict[str, object]] = msgspec.to_builtins(answers)
    return {f"{table}.{key}" for table, keys in tables.items() for key in keys}


def relevant(answers: Answers) -> set[str]:
    return {field.id for field in all_fields() if field.relevant(answers)}


def secrets(answers: Answers) -> list[str]:
    return [secret.label for page in PAGES for secret in page.secrets if secret.relevant(answers)]


def test_the_pages_are_those_of_the_wizard() -> None:
    ids = [page.id for page in PAGES]
    assert ids == [
        "connect",
        "submission",
        "route",
        "names",
        "protection",
        "volume",
        "proof",
    ]
    assert all(_(page.title) and _(page.intro) for page in PAGES)


def test_every_answer_is_asked_for_once() -> None:
    ids = [field.id for field in all_fields()]
    assert len(ids) == len(set(ids))
    assert set(ids) == paths(Answers())


@pytest.mark.parametrize("field", FIELDS)
def test_a_field_offers_what_its_answer_can_hold(field: Field) -> None:
    offered = {choice.value for choice in field.choices()}
    if field.kind in {Kind.CHOICE, Kind.CHOICES}:
        assert offered >= set(choices(field.id))
        for value in offered:
            with_value(Answers(), field.id, [value] if field.kind is Kind.CHOICES else value)
    else:
        assert offered == set()
    assert (field.kind is Kind.INTEGER) == (isinstance(field.default, int) or "port" in field.id)


@pytest.mark.parametrize("field", FIELDS)
def test_a_field_is_explained_in_one_line(field: Field) -> None:
    assert field.label
    assert field.help.endswith(".")
    assert "\n" not in field.label + field.help
    assert len(field.help) <= 90


def test_the_key_file_is_asked_for_where_a_key_is_used() -> None:
    answers = with_value(Answers(), "server.login", "key")
    assert relevant(answers) - relevant(Answers()) == {"server.key_file"}


def test_the_relay_user_is_asked_for_where_there_is_a_login() -> None:
    answers = with_value(Answers(), "relay.authentication", "address")
    assert relevant(Answers()) - relevant(answers) == {"relay.user"}
    assert "relay.user" not in relevant(
        with_value(Answers(), "relay.preset", "microsoft-365-connector")
    )


def test_secrets_are_asked_for_where_they_are_used() -> None:
    assert secrets(Answers()) == ["Relay password"]
    answers = with_value(with_value(Answers(), "server.login", "password"), "server.user", "taro")
    assert secrets(answers) == ["SSH password", "sudo password", "Relay password"]
    answers = with_value(
        with_value(answers, "server.login", "key"), "relay.authentication", "address"
    )
    assert secrets(answers) == ["Passphrase of the key file", "sudo password"]


def test_secrets_have_no_place_in_the_answers() -> None:
    kinds = {secret.kind for page in PAGES for secret in page.secrets}
    assert kinds == set(SecretKind)
    assert not any("password" in path for path in paths(Answers()))
    assert "password" not in str(document(Answers()))
