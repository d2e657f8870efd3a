"""The wheel: what an installation consists of."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import mailwright

ROOT = Path(__file__).resolve().parents[2]
ASK = """
import sys
sys.path.insert(0, sys.argv[1])
from mailwright import datafiles, i18n
i18n.set_language("ja")
print(datafiles.data_path("icons/mailwright.svg"))
print(i18n._("No server yet"))
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel, with the pinned hatchling of this environment."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory"]
    subprocess.run([*command, str(folder)], cwd=ROOT, check=True, capture_output=True, timeout=120)
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_carries_both_packages_the_data_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    information = f"mailwright-{mailwright.__version__}.dist-info"
    assert {name.partition("/")[0] for name in names} == {
        "mailwright",
        "mailwright_ui",
        information,
    }
    assert "mailwright/_resources/locale/ja/LC_MESSAGES/mailwright.mo" in names
    entry_points = zipfile.ZipFile(wheel).read(f"{information}/entry_points.txt").decode()
    assert "mailwright = mailwright.cli:main" in entry_points
    assert "mailwright-gui = mailwright_ui.app:main" in entry_points


def test_an_installation_finds_its_own_data(wheel: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(wheel).extractall(tmp_path)
    command = [sys.executable, "-c", ASK, str(tmp_path)]
    answer = subprocess.run(command, check=True, capture_output=True, encoding="utf-8", timeout=60)
    path, text = answer.stdout.splitlines()
    assert path == str(tmp_path / "mailwright" / "_resources" / "icons" / "mailwright.svg")
    assert text == "サーバーはまだありません"
