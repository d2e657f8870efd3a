from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mailwright.datafiles import data_files, data_path, find_root

if TYPE_CHECKING:
    from pathlib import Path


def test_a_checkout_has_its_data_beside_the_source_roots(tmp_path: Path) -> None:
    package = tmp_path / "app" / "mailwright"
    package.mkdir(parents=True)
    (tmp_path / "resources").mkdir()
    assert find_root(package) == tmp_path / "resources"


def test_a_wheel_and_a_frozen_bundle_carry_the_data_in_the_package(tmp_path: Path) -> None:
    package = tmp_path / "site-packages" / "mailwright"
    (package / "_resources").mkdir(parents=True)
    # What happens to lie two folders above an installed package is not ours.
    (tmp_path / "resources").mkdir()
    assert find_root(package) == package / "_resources"


def test_an_installation_without_data_says_so(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="no data folder"):
        find_root(tmp_path / "lib" / "mailwright")


def test_a_data_file_is_found_by_its_name_below_resources() -> None:
    assert data_path("icons/mailwright.svg").read_text().startswith("<svg")


def test_a_missing_data_file_is_named() -> None:
    with pytest.raises(FileNotFoundError, match=r"relays/none\.toml"):
        data_path("relays/none.toml")


def test_the_files_of_a_folder_come_by_name() -> None:
    found = data_files("locale", "*/LC_MESSAGES/*.po")
    assert [path.parent.parent.name for path in found] == ["en", "ja"]
