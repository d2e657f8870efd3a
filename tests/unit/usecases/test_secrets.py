from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mailwright.errors import MailwrightError
from mailwright.interview import PAGES
from mailwright.secrets import SecretKind
from mailwright.transport.base import CommandResult
from mailwright.usecases.secrets import store_secrets, stored_kinds
from tests.support.memory import memory_parts

if TYPE_CHECKING:
    from pathlib import Path

    from mailwright.usecases.parts import Parts


@pytest.fixture
def parts(tmp_path: Path) -> Parts:
    return memory_parts(tmp_path, lambda *_: CommandResult(0, b""))


def test_what_was_typed_is_stored_by_its_kind(parts: Parts) -> None:
    store_secrets(parts, "mx1", {"relay": "tr0ub4dor", "ssh": "s3same"})
    stored = parts.secrets.get("mx1", SecretKind.RELAY)
    assert stored is not None
    assert stored.reveal() == "tr0ub4dor"
    assert stored_kinds(parts, "mx1", ["relay", "ssh", "sudo"]) == {"relay", "ssh"}
    assert stored_kinds(parts, "mx2", ["relay"]) == frozenset()


def test_where_one_cannot_be_used_none_is_stored(parts: Parts) -> None:
    with pytest.raises(MailwrightError) as caught:
        store_secrets(parts, "mx1", {"ssh": "s3same", "relay": "ends in a blank "})
    assert caught.value.code == "secrets.trailing-blank"
    assert stored_kinds(parts, "mx1", ["ssh", "relay"]) == frozenset()


def test_every_secret_that_a_page_asks_for_can_be_stored(parts: Parts) -> None:
    kinds = {question.kind for page in PAGES for question in page.secrets}
    store_secrets(parts, "mx1", dict.fromkeys(kinds, "a secret"))
    assert stored_kinds(parts, "mx1", kinds) == kinds
