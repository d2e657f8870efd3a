from __future__ import annotations

import pytest

from mailwright.interview import (
    PAGES,
    Answers,
    FieldErrors,
    answer_errors,
    page_errors,
    requirements,
    user_error,
    with_value,
)


def codes(answers: Answers) -> dict[str, str]:
    errors = answer_errors(answers)
    assert all(error.message for error in errors)
    return {error.field: error.code for error in errors}


def changed(answers: Answers, changes: dict[str, object]) -> Answers:
    for field, answer in changes.items():
        answers = with_value(answers, field, answer)
    return answers


def test_the_fewest_answers_are_enough(complete: Answers) -> None:
    assert codes(complete) == {}


def test_an_empty_profile_lacks_what_has_no_default() -> None:
    assert codes(Answers()) == dict.fromkeys(
        [
            "server.host",
            "relay.host",
            "relay.user",
            "identity.hostname",
            "identity.domain",
            "identity.administrator",
            "proof.sender",
            "proof.recipient",
        ],
        "required",
    )


@pytest.mark.parametrize(
    ("field", "answer", "code"),
    [
        ("server.host", "mx 1", "host"),
        ("server.host", "mx1\n", "control-character"),
        ("server.host", " mx1", "outer-blank"),
        ("server.port", 0, "out-of-range"),
        ("server.port", 65_536, "out-of-range"),
        ("server.user", "", "required"),
        ("server.login", "key", None),
        ("server.name", "a/b", "server-name"),
        ("server.name", ".hidden", "server-name"),
        ("server.name", "a" * 65, "server-name"),
        ("server.name", "mx1.example_2", None),
        ("submission.who", [], "required"),
        ("relay.host", "192.0.2.1", "host-name-is-address"),
        ("relay.host", "[smtp.example]", "host-name"),
        ("relay.host", "smtp.example:587", "host-name"),
        ("relay.port", 70_000, "out-of-range"),
        ("relay.port", -1, "out-of-range"),
        ("relay.user", "", "required"),
        ("relay.user", "taro ", "outer-blank"),
        ("relay.user", "ta\0ro", "control-character"),
        ("relay.user", "ta\nro", "control-character"),
        ("relay.user", "taro:x", None),
        ("relay.spf_include", "192.0.2.1", "domain-name"),
        ("relay.spf_include", "_spf.example.jp", None),
        ("relay.spf_include", "-spf.example.jp", "domain-name"),
        ("relay.preset", "no-such", "preset-unknown"),
        ("identity.hostname", "mx1", "not-qualified"),
        ("identity.hostname", "localhost.localdomain", "not-qualified"),
        ("identity.hostname", "192.0.2.1", "host-name-is-address"),
        ("identity.hostname", "2001:db8::1", "host-name-is-address"),
        ("identity.hostname", "mx_1.example.jp", "host-name"),
        ("identity.domain", "例え.jp", None),
        ("identity.domain", "jp", "not-qualified"),
        ("identity.administrator", "admin", "email"),
        ("identity.administrator", "root@mx1.lab.test", None),
        ("volume.per_day", 0, "out-of-range"),
        ("volume.peak_per_hour", 0, "out-of-range"),
        ("volume.largest_message_mb", 101, "out-of-range"),
        ("volume.give_up_after_hours", 0, "out-of-range"),
        ("volume.give_up_after_hours", 121, "out-of-range"),
        ("proof.recipient", "taro@", "email"),
        ("advanced.dns", "dns.example", "dns-server"),
        ("advanced.dns", "127.0.0.1:5353", None),
    ],
)
def test_each_rule(complete: Answers, field: str, answer: object, code: str | None) -> None:
    found = codes(with_value(complete, field, answer))
    if (field, answer) == ("server.login", "key"):
        assert found == {"server.key_file": "required"}
    else:
        assert found == ({} if code is None else {field: code})


def test_more_in_an_hour_than_in_a_day_is_refused(complete: Answers) -> None:
    answers = changed(complete, {"volume.per_day": 10, "volume.peak_per_hour": 11})
    assert codes(answers) == {"volume.peak_per_hour": "peak-above-day"}
    assert codes(with_value(answers, "volume.peak_per_hour", 10)) == {}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"relay.preset": "sendgrid", "relay.host": "", "relay.user": ""}, {}),
        ({"relay.preset": "sendgrid"}, {"relay.host": "preset-host"}),
        ({"relay.preset": "amazon-ses", "relay.host": ""}, {"relay.host": "required"}),
        (
            {"relay.preset": "amazon-ses", "relay.host": "Email-SMTP.eu-west-3.amazonaws.com"},
            {},
        ),
        (
            {"relay.preset": "sendgrid", "relay.host": "", "relay.port": 2526},
            {"relay.port": "preset-port"},
        ),
        (
            {
                "relay.preset": "sendgrid",
                "relay.host": "",
                "relay.port": 465,
                "relay.tls": "starttls",
            },
            {"relay.tls": "preset-tls"},
        ),
        (
            {"relay.preset": "microsoft-365", "relay.host": "", "relay.tls": "implicit"},
            {"relay.tls": "preset-tls"},
        ),
        (
            {"relay.preset": "sendgrid", "relay.host": "", "relay.authentication": "address"},
            {"relay.authentication": "preset-authentication"},
        ),
        ({"relay.authentication": "address", "relay.user": ""}, {}),
        # Without a preset the service is unknown: any port may begin TLS in either way.
        ({"relay.port": 465, "relay.tls": "starttls"}, {}),
        ({"relay.port": 587, "relay.tls": "implicit"}, {}),
    ],
)
def test_a_preset_is_not_contradicted(
    complete: Answers, changes: dict[str, object], expected: dict[str, str]
) -> None:
    assert codes(changed(complete, changes)) == expected


def test_every_error_comes_at_once_in_the_order_of_the_questions(complete: Answers) -> None:
    answers = changed(
        complete,
        {"proof.sender": "x", "server.port": 0, "identity.domain": "", "relay.host": "a b"},
    )
    with pytest.raises(FieldErrors) as caught:
        requirements(answers)
    fields = [error.field for error in caught.value.errors]
    assert fields == ["server.port", "relay.host", "identity.domain", "proof.sender"]


def test_a_page_has_the_errors_of_its_own_fields(complete: Answers) -> None:
    answers = changed(complete, {"proof.sender": "x", "server.port": 0})
    found = {page.id: [error.field for error in page_errors(page, answers)] for page in PAGES}
    assert found.pop("connect") == ["server.port"]
    assert found.pop("proof") == ["proof.sender"]
    assert not any(found.values())


@pytest.mark.parametrize(
    ("user", "version", "refused"),
    [
        ("taro", (3, 5, 25), False),
        ("ta:ro", (3, 5, 25), True),
        ("ta:ro", (3, 8), True),
        ("ta:ro", (3, 9, 0), False),
        ("ta:ro", (3, 10, 13), False),
    ],
)
def test_a_colon_needs_a_postfix_that_can_look_past_it(
    user: str, version: tuple[int, ...], refused: bool
) -> None:
    error = user_error(user, version)
    assert (error is not None) is refused
    if error is not None:
        assert (error.field, error.code) == ("relay.user", "user-colon")
        assert ".".join(map(str, version)) in error.message
