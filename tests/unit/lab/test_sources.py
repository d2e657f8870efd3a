from __future__ import annotations

import pytest

from tests.lab.errors import LabError
from tests.lab.sources import find_archive, sources_list

DEB822 = """Types: deb
# http://old.example/archive/debian/20250101T000000Z
URIs: http://mirror.example/debian
Suites: bookworm bookworm-updates
Components: main
"""
UBUNTU = """Types: deb
URIs: http://archive.example/ubuntu/
Suites: noble
"""


@pytest.mark.parametrize(
    ("text", "archive"),
    [
        (DEB822, "http://mirror.example"),
        ("deb http://mirror.example/debian bookworm main\n", "http://mirror.example"),
        ("deb [arch=amd64] https://a.example:8080/x/debian/ sid main", "https://a.example:8080/x"),
        (
            "deb http://a.example/debian-security x main\ndeb http://b.example/debian x main\n",
            "http://b.example",
        ),
        (UBUNTU, "http://archive.example"),
        (UBUNTU + DEB822, "http://mirror.example"),
    ],
)
def test_the_archive_is_found_in_both_formats(text: str, archive: str) -> None:
    assert find_archive([text]) == archive


@pytest.mark.parametrize("text", ["", "# deb http://mirror.example/debian bookworm main\n"])
def test_no_archive_is_an_error_that_says_what_to_set(text: str) -> None:
    with pytest.raises(LabError, match="MWLAB_ARCHIVE"):
        find_archive([text])


def test_a_servers_sources_name_updates_and_security() -> None:
    assert sources_list("http://m.example", "trixie").splitlines() == [
        "deb http://m.example/debian trixie main",
        "deb http://m.example/debian trixie-updates main",
        "deb http://m.example/debian-security trixie-security main",
    ]
