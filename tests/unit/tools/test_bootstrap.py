from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.tools import bootstrap

if TYPE_CHECKING:
    from pathlib import Path


def test_the_list_holds_names_alone() -> None:
    names = bootstrap.wanted_debian_packages()
    assert "xvfb" in names
    assert all(name and "#" not in name and " " not in name for name in names)


def test_python_without_ensurepip_gets_its_venv_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "find_spec", lambda _name: None)
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert bootstrap.wanted_debian_packages()[-1] == f"python{version}-venv"


@pytest.mark.skipif(shutil.which("dpkg-query") is None, reason="asks dpkg")
def test_only_what_is_not_installed_is_missing() -> None:
    assert bootstrap.missing_debian_packages(["dpkg", "no-such-package"]) == ["no-such-package"]


def test_another_system_is_told_what_the_tests_expect(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    assert bootstrap.missing_debian_packages(["xvfb"]) == []
    assert "xvfb" in capsys.readouterr().out


def test_without_root_and_sudo_it_says_what_to_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    with pytest.raises(SystemExit, match=r"apt-get install --no-install-recommends xvfb"):
        bootstrap.install_debian_packages(["xvfb"])


def test_sudo_is_used_and_named_where_the_user_is_not_root(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    commands: list[list[str]] = []
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(shutil, "which", lambda _name: "/usr/bin/sudo")
    monkeypatch.setattr(bootstrap, "run", commands.append)
    bootstrap.install_debian_packages(["xvfb"])
    assert [command[0] for command in commands] == ["sudo", "sudo"]
    assert [command[-1] for command in commands] == ["update", "xvfb"]
    assert "with sudo: xvfb" in capsys.readouterr().out


def test_ubuntu_is_marked_untried(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    release = tmp_path / "os-release"
    release.write_text("NAME=Ubuntu\nID=ubuntu\nID_LIKE=debian\n")
    monkeypatch.setattr(bootstrap, "OS_RELEASE", release)
    monkeypatch.setattr(bootstrap, "run", lambda _command: None)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    bootstrap.install_debian_packages(["xvfb"])
    assert "nobody has tried it" in capsys.readouterr().out


def test_a_finished_step_is_done_once_for_the_same_inputs(tmp_path: Path) -> None:
    stamp, requirements = tmp_path / "stamp", tmp_path / "requirements.txt"
    done: list[str] = []
    for text in ("one", "one", "two", "two"):
        requirements.write_text(text)
        bootstrap.once(stamp, (requirements,), lambda: done.append(requirements.read_text()))
    assert done == ["one", "two"]


def test_a_failed_step_is_done_again(tmp_path: Path) -> None:
    def fail() -> None:
        sys.exit(1)

    with pytest.raises(SystemExit):
        bootstrap.once(tmp_path / "stamp", (), fail)
    assert not (tmp_path / "stamp").exists()


def test_a_failed_command_ends_with_its_code() -> None:
    with pytest.raises(SystemExit) as left:
        bootstrap.run([sys.executable, "-c", "raise SystemExit(7)"])
    assert left.value.code == 7


def test_the_script_needs_nothing_but_the_standard_library() -> None:
    script = str(bootstrap.ROOT / "tests" / "tools" / "bootstrap.py")
    code = f"import runpy; runpy.run_path({script!r})"
    # -I: no environment, no user packages; -S: no site-packages at all
    subprocess.run([sys.executable, "-I", "-S", "-c", code], check=True, timeout=60)
