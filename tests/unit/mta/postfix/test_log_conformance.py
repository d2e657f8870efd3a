"""Log lines that others wrote, with the fields that they hold; not part of this repository."""

from __future__ import annotations

import os
import re
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from mailwright.model.delivery import (
    DeliveryAttempt,
    Ending,
    MailRefused,
    MessageEnded,
    MessageQueued,
    NoticeQueued,
)
from mailwright.monitor.ledger import Ledger
from mailwright.monitor.metrics import figures
from mailwright.mta.postfix.log import LogReader
from mailwright.mta.postfix.log_times import Stamps

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[4]
DATA = Path(os.environ.get("MAILWRIGHT_DATA") or ROOT.parent / "shared" / "data")
ODD = DATA / "postfix-logs" / "odd-lines.log"
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC).timestamp()
SERVICES = {"bounce", "cleanup", "error", "local", "pickup", "pipe", "postsuper", "qmgr", "smtp"}
SERVICES |= {"smtpd", "verify"}

Fields = dict[str, Any]


def cases() -> Iterator[Any]:
    """Yield the lines about messages, each with its service and its fields."""
    folder = DATA / "postfix-lines"
    if not folder.is_dir():
        reason = f"no log lines at {folder}; MAILWRIGHT_DATA names the folder above postfix-lines/"
        yield pytest.param("", "", {}, id="lines", marks=pytest.mark.skip(reason=reason))
        return
    yaml = pytest.importorskip("yaml", reason="reading the log lines needs PyYAML")
    for path in sorted(folder.glob("*.yaml")):
        case = yaml.safe_load(path.read_text(encoding="utf-8"))
        service = re.match(r"\^%\{POSTFIX_(\w+)\}\$$", case["pattern"])
        if service and service[1].lower() in SERVICES and re.match(r"\w+: ", case["data"]):
            yield pytest.param(
                service[1].lower(), case["data"], case["results"] or {}, id=path.stem
            )


@pytest.mark.parametrize(("service", "text", "fields"), [*cases()])
def test_a_line_gives_the_fields_that_it_holds(service: str, text: str, fields: Fields) -> None:
    log = LogReader(Stamps(NOW, UTC))
    line = f"Nov 24 05:06:02 mx1 postfix/{service}[1]: {text}\n"
    events = list(log.feed(line.encode()))
    assert (log.ours, log.unparsed) == (1, 0)
    for event in events:
        assert getattr(event, "queue_id", None) in {
            fields.get("postfix_queueid"),
            fields.get("postfix_bounce_queueid"),
            None,
        }
    assert [type(event) for event in events] == expected(text, fields)
    for event in events:
        agrees(event, fields)


def expected(text: str, fields: Fields) -> list[type]:
    """Which event a line is, judged by the fields alone."""
    status, action = fields.get("postfix_status", ""), fields.get("postfix_action", "")
    action = action or fields.get("postfix_milter_result", "")
    if "delay=" in fields.get("postfix_keyvalue_data", "") and "undeliverable" not in status:
        return [DeliveryAttempt]
    if action.endswith("reject"):
        return [MessageEnded if "END-OF-MESSAGE" in text else MailRefused]
    if status.endswith("expired") or text.endswith(": removed"):
        return [MessageEnded]
    if "postfix_bounce_queueid" in fields:
        return [NoticeQueued]
    known = {"postfix_nrcpt", "postfix_uid", "postfix_message-id", "postfix_sasl_username"}
    return [MessageQueued] if known & fields.keys() or ": client=" in text else []


def agrees(event: object, fields: Fields) -> None:
    """Compare every field that both know."""
    if isinstance(event, DeliveryAttempt):
        assert event.status.value == fields.get("postfix_status", "sent")
        values = fields["postfix_keyvalue_data"]
        assert f"to=<{event.recipient}>" in values or f"to={event.recipient}," in values
        assert f"delay={event.delay:g}" in values
        assert event.code is None or f"dsn={event.code}" in values
    elif isinstance(event, NoticeQueued):
        assert event.about == fields["postfix_queueid"]
    elif isinstance(event, MessageEnded) and "postfix_status" in fields:
        assert event.ending is Ending.EXPIRED


@pytest.mark.skipif(not ODD.is_file(), reason=f"no log of odd lines at {ODD}")
def test_a_real_postfix_under_hostile_input_is_counted_rightly() -> None:
    log, ledger = LogReader(Stamps(NOW, UTC)), Ledger()
    attempts: Counter[str] = Counter()
    for event in log.feed(ODD.read_bytes()):
        ledger.take(event)
        if isinstance(event, DeliveryAttempt):
            attempts[event.status.value] += 1
    assert attempts == {"bounced": 9, "deferred": 3, "sent": 14}
    counted = figures(ledger)
    assert counted.notices.delivered == 9
    assert (counted.outcomes.delivered, counted.outcomes.failed) == (5, 9)
    # One message was in the active queue when the log ended.
    assert counted.outcomes.pending == 3 + 1
    assert log.unparsed == 0
