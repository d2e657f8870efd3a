from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.unit.cli.conftest import Person


def test_a_new_profile_names_what_is_missing(person: Person, tmp_path: Path) -> None:
    path = tmp_path / "new.toml"
    ran = person.run("profile", "new", str(path))
    assert ran.code == 0
    assert f"mailwright profile validate {path}" in ran.out
    assert path.stat().st_mode & 0o777 == 0o600
    ran = person.run("profile", "validate", str(path), "--json")
    assert ran.code == 1
    assert {"server.host", "relay.host", "proof.recipient"} <= {
        error["field"] for error in ran.shapes[0]["errors"]
    }
    assert set(ran.shapes[0]["errors"][0]) == {"field", "code", "message", "args"}


def test_a_new_profile_is_explained_in_the_chosen_language(person: Person, tmp_path: Path) -> None:
    path = tmp_path / "new.toml"
    ran = person.run("--lang", "ja", "profile", "new", str(path), "--preset", "brevo", "--json")
    assert ran.shapes == [{"schema_version": 1, "file": str(path)}]
    comments = [line for line in path.read_text().splitlines() if line.startswith("# ")]
    assert not comments[0].isascii()


def test_an_unknown_preset_is_exit_2_and_writes_nothing(person: Person, tmp_path: Path) -> None:
    path = tmp_path / "new.toml"
    ran = person.run("profile", "new", str(path), "--preset", "nobody", "--json")
    assert ran.code == 2
    assert ran.shapes[0]["errors"][0]["code"] == "preset-unknown"
    assert "relay.preset: There is no relay service nobody." in ran.err
    assert not path.exists()


def test_an_existing_file_is_never_overwritten(person: Person) -> None:
    before = Path(person.profile).read_text()
    ran = person.run("profile", "new", person.profile, "--json")
    assert (ran.code, ran.shapes[0]["code"]) == (2, "profile.exists")
    assert Path(person.profile).read_text() == before


def test_show_prints_answers_and_defaults(person: Person) -> None:
    ran = person.run("profile", "show", person.profile, "--json")
    assert ran.code == 0
    shown = ran.shapes[0]
    assert (shown["answers"]["server"]["host"], shown["answers"]["server"]["port"]) == (
        "198.51.100.7",
        22,
    )
    assert shown["errors"] == []
    assert "  host = 198.51.100.7\n" in person.run("profile", "show", person.profile).out


def test_show_tells_what_is_wrong_too(person: Person) -> None:
    Path(person.profile).write_text('[server]\nuser = "\\u001b[2J"\n["\\u202e"]\n')
    ran = person.run("profile", "show", person.profile)
    assert ran.code == 1
    assert "server.host: An answer is needed here." in ran.err
    assert not any(character in ran.out + ran.err for character in "\x1b\u202e")
    assert person.run("profile", "show", person.profile, "--json").shapes[0]["errors"]


def test_a_profile_without_errors_is_exit_0(person: Person) -> None:
    ran = person.run("profile", "validate", person.profile)
    assert (ran.code, ran.out) == (0, "No errors.\n")
    assert person.run("profile", "validate", person.profile, "--json").shapes[0]["errors"] == []


def test_every_error_is_a_line(person: Person) -> None:
    Path(person.profile).write_text('[server]\nport = "x"\nnonsense = 1\n')
    ran = person.run("profile", "validate", person.profile)
    assert ran.code == 1
    assert "  server.nonsense: There is no such field.\n" in ran.out
    assert "  server.port: A whole number without quotation marks belongs here.\n" in ran.out


def test_a_file_that_is_no_toml_is_exit_2(person: Person) -> None:
    Path(person.profile).write_text("no = toml = at all")
    ran = person.run("profile", "validate", person.profile, "--json")
    assert (ran.code, ran.shapes[0]["code"]) == (2, "profile.not-toml")
