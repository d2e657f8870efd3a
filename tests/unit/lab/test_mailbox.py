from __future__ import annotations

import os
from typing import TYPE_CHECKING

from tests.lab.mailbox import messages

if TYPE_CHECKING:
    from pathlib import Path


def test_messages_come_in_order_and_by_recipient(tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    for number, recipient in enumerate(["b@x.example", "A@x.example", "b@x.example"]):
        file = tmp_path / "new" / f"{9 - number}"
        file.write_bytes(b"X-Original-To: %s\n\n%d" % (recipient.encode(), number))
        os.utime(file, (number, number))
    assert [message[-1:] for message in messages(None, tmp_path)] == [b"0", b"1", b"2"]
    assert [message[-1:] for message in messages("B@x.example", tmp_path)] == [b"0", b"2"]
    assert [message[-1:] for message in messages("a@x.example", tmp_path)] == [b"1"]
    assert messages("nobody@x.example", tmp_path) == []
