from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.unit.cli.conftest import Ran


def test_a_new_profile_names_what_is_missing(run: Callable[..., Ran], tmp_path: Path) -> None:
    path = tmp_path / "mx1.toml"
    assert run("profile", "new", str(path)).code == 0
    assert path.stat().st_mode & 0o777 == 0o600
    ran = run("profile", "validate", str(path), "--json")
    assert ran.code == 1
    assert {"server.host", "relay.host", "proof.recipient"} <= {
        error["field"] for error in ran.shapes[0]["errors"]
    }


def test_an_existing_file_is_never_overwritten(run: Callable[..., Ran], tmp_path: Path) -> None:
    path = tmp_path / "mx1.toml"
    path.write_text("mine")
    ran = run("profile", "new", str(path))
    assert ran.code == 2
    assert path.read_text() == "mine"


def test_show_prints_answers_and_defaults(run: Callable[..., Ran], tmp_path: Path) -> None:
    path = tmp_path / "mx1.toml"
    path.write_text('[server]\nhost = "192.0.2.1"\n')
    shown = run("profile", "show", str(path), "--json").shapes[0]["answers"]
    assert (shown["server"]["host"], shown["server"]["port"]) == ("192.0.2.1", 22)
    assert "host = 192.0.2.1" in run("profile", "show", str(path)).out
