from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from mailwright.cli.main import program
from mailwright.cli.world import World
from mailwright.secrets import Secret, SecretKind
from mailwright.secrets.sources import LONGEST

if TYPE_CHECKING:
    from tests.unit.cli.conftest import Person

TYPED = "tr0ub4dor&3"


class Terminal(io.BytesIO):
    """What a person types."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("stdin", [TYPED, f"{TYPED}\n", f"{TYPED}\r\n"])
def test_a_secret_comes_on_standard_input_and_is_not_repeated(person: Person, stdin: str) -> None:
    ran = person.run("secret", "set", "mx1", "relay", stdin=stdin)
    assert (ran.code, ran.out) == (0, "Stored in the keyring.\n")
    assert TYPED not in ran.out + ran.err
    assert person.keyring.get("mx1", SecretKind.RELAY) == Secret(TYPED)


@pytest.mark.parametrize(("typed", "code"), [((TYPED, TYPED), 0), ((TYPED, "other"), 2)])
def test_a_secret_is_typed_twice_and_never_echoed(
    person: Person, typed: tuple[str, str], code: int
) -> None:
    keys = Terminal("".join(f"{word}\n" for word in typed).encode())
    world = World(keyring=lambda: person.keyring)
    result = CliRunner().invoke(program, ["secret", "set", "mx1", "sudo"], input=keys, obj=world)
    assert result.exit_code == code
    assert TYPED not in result.output
    assert person.keyring.get("mx1", SecretKind.SUDO) == (None if code else Secret(TYPED))


@pytest.mark.parametrize(
    ("stdin", "code"),
    [
        (b"", "secrets.empty"),
        (b"\n", "secrets.empty"),
        (b"a" * (LONGEST + 1), "secrets.too-long"),
        (b"a" * LONGEST + b"\r\nb", "secrets.too-long"),
        (b"a\nb\n", "secrets.line-end"),
        (b"\xff\xfe", "secrets.not-text"),
        (b"a \n", "secrets.trailing-blank"),
    ],
)
def test_an_unusable_secret_is_refused(person: Person, stdin: bytes, code: str) -> None:
    ran = person.run("secret", "set", "mx1", "relay", "--json", stdin=stdin)
    assert (ran.code, ran.shapes[0]["code"]) == (2, code)
    assert person.keyring.get("mx1", SecretKind.RELAY) is None


def test_the_longest_secret_is_taken_whole(person: Person) -> None:
    text = "a" * LONGEST
    assert person.run("secret", "set", "mx1", "ssh", stdin=f"{text}\r\n").code == 0
    assert person.keyring.get("mx1", SecretKind.SSH) == Secret(text)


def test_forgetting_says_whether_there_was_one(person: Person) -> None:
    person.keyring.set("mx1", SecretKind.SUDO, Secret("x"))
    first, second = (person.run("secret", "forget", "mx1", "sudo") for _ in range(2))
    assert (first.code, first.out) == (0, "Removed.\n")
    assert (second.code, second.out) == (0, "There was none.\n")
    assert person.keyring.get("mx1", SecretKind.SUDO) is None


def test_what_was_done_is_json_too(person: Person) -> None:
    base = {"schema_version": 1, "server": "mx1", "kind": "sudo"}
    for command, result in (("set", "stored"), ("forget", "removed"), ("forget", "absent")):
        ran = person.run("secret", command, "mx1", "sudo", "--json", stdin="x\n")
        assert ran.shapes == [{**base, "result": result}]
