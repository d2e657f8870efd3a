from __future__ import annotations

import pytest

from tests.lab.errors import LabError
from tests.lab.records import Record, txt, update


def test_an_update_names_server_key_and_zone() -> None:
    record = Record("_dmarc.corp.example", "TXT", txt("v=DMARC1; p=none"))
    assert update("corp.example", [record], "c2VjcmV0", add=True).splitlines() == [
        "server 198.51.100.55",
        "key hmac-sha256:lab-update c2VjcmV0",
        "zone corp.example.",
        'update add _dmarc.corp.example. 300 TXT "v=DMARC1; p=none"',
        "send",
    ]


@pytest.mark.parametrize(
    ("record", "line"),
    [
        (Record("a.example", "A", "198.51.100.1"), "update delete a.example. A 198.51.100.1"),
        (Record("a.example", "A"), "update delete a.example. A"),
        (Record("a.example."), "update delete a.example."),
    ],
)
def test_removing_is_as_wide_as_the_record_is_short(record: Record, line: str) -> None:
    assert line in update("example", [record], "s", add=False).splitlines()


def test_adding_needs_everything() -> None:
    with pytest.raises(LabError, match="needs a type and data"):
        update("corp.example", [Record("corp.example", "A")], "s", add=True)


def test_a_record_cannot_smuggle_a_command() -> None:
    with pytest.raises(LabError, match="line end"):
        update("corp.example", [Record("a", "TXT", '"x"\nserver 192.0.2.1')], "s", add=True)


def test_long_texts_are_cut_and_quotes_escaped() -> None:
    assert txt("a" * 300) == f'"{"a" * 255}" "{"a" * 45}"'
    assert txt('say "hi" \\o/') == '"say \\"hi\\" \\\\o/"'
    assert txt("") == '""'
