from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from mailwright.model.delivery import (
    DeliveryAttempt,
    DeliveryStatus,
    LogEvent,
    LogGap,
    MailRefused,
    MessageEnded,
)
from mailwright.mta.postfix.log import LINE_LIMIT, LogReader
from mailwright.mta.postfix.log_times import Stamps

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC).timestamp()
SENT = (
    "to=<x@y.example>, relay=r.example[192.0.2.1]:25, delay=1, delays=1/0/0/0, dsn=2.0.0, "
    "status=sent (250 ok)"
)


def reader() -> LogReader:
    return LogReader(Stamps(NOW, UTC))


def read(*lines: str) -> list[LogEvent]:
    return list(reader().feed("".join(f"{line}\n" for line in lines).encode()))


def entry(message: str | list[int], tag: str = "postfix/smtp", **more: object) -> str:
    fields = {
        "__CURSOR": "s=1;i=1;b=2;m=3;t=4;x=5",
        "__REALTIME_TIMESTAMP": "1795522438000000",
        "_HOSTNAME": "mx1",
        "SYSLOG_IDENTIFIER": tag,
        "MESSAGE": message,
    }
    return json.dumps({**fields, **more})


@pytest.mark.parametrize(
    "prefix",
    [
        "Nov 24 05:06:02 mx1 postfix/smtp[27458]: ",
        "<22>Nov 24 05:06:02 mx1 postfix/smtp[27458]: ",
        "2026-11-24T05:06:02.000000+00:00 mx1 postfix/smtp[27458]: ",
        "2026-11-24T05:06:02.000000+0000 mx1 postfix/relay/smtp[1]: ",
        "2026-11-24T05:06:02Z mx1 postfix-170.55.103.23/smtp[1]: ",
        "Nov 24 05:06:02 mx1 postfix-mx/content-filter/smtp[1]: ",
    ],
)
def test_every_kind_of_prefix(prefix: str) -> None:
    (event,) = read(f"{prefix}A1B2C3: {SENT}")
    assert isinstance(event, DeliveryAttempt)
    assert (event.time, event.host) == (
        datetime(2026, 11, 24, 5, 6, 2, tzinfo=UTC).timestamp(),
        "mx1",
    )
    assert event.queue_id == "A1B2C3"


def test_a_log_of_several_hosts_keeps_them_apart() -> None:
    events = read(
        "Nov 24 05:06:02 mx1 postfix/qmgr[1]: A1B2C3: removed",
        "Nov 24 05:06:02 mx2 postfix/qmgr[1]: A1B2C3: removed",
    )
    assert [event.host for event in events] == ["mx1", "mx2"]


@pytest.mark.parametrize("queue_id", ["A1B2C3", "721206A", "4gJlR62mzqz9rwd", "8032E47090"])
def test_short_and_long_queue_ids(queue_id: str) -> None:
    (event,) = read(f"Nov 24 05:06:02 mx1 postfix/qmgr[1]: {queue_id}: removed")
    assert isinstance(event, MessageEnded)
    assert event.queue_id == queue_id


@pytest.mark.parametrize(
    "text",
    [
        "connect from unknown[192.0.2.1]",
        "warning: hostname x does not resolve to address 192.0.2.1",
        "A1B2C3: breaking line > 998 bytes with <CR><LF>SPACE",
        "Untrusted TLS connection established to r.example[192.0.2.1]:25: TLSv1.3",
        "statistics: max connection rate 1/60s for (smtp:192.0.2.1)",
    ],
)
def test_other_lines_of_postfix_are_no_events_and_no_failures(text: str) -> None:
    log = reader()
    assert list(log.feed(f"Nov 24 05:06:02 mx1 postfix/smtp[1]: {text}\n".encode())) == []
    assert (log.lines, log.ours, log.unparsed) == (1, 1, 0)


def test_lines_of_others_are_not_ours() -> None:
    log = reader()
    line = "Nov 24 05:06:02 mx1 opendkim[1]: A1B2C3: DKIM-Signature field added (s=a, d=b)\n"
    assert list(log.feed(line.encode())) == []
    assert (log.lines, log.ours, log.unparsed) == (1, 0, 0)


def test_a_refusal_without_a_queue_id() -> None:
    (event,) = read(
        "Nov 24 05:06:02 mx1 postfix/submission/smtpd[1]: NOQUEUE: reject: RCPT from x[192.0.2.5]: "
        "450 4.1.2 <a@b.invalid>: Recipient address rejected: Domain not found; from=<a> to=<b> "
        "proto=ESMTP helo=<c>"
    )
    assert isinstance(event, MailRefused)
    assert event.client == "x[192.0.2.5]"


def test_what_cannot_be_read_is_counted() -> None:
    log = reader()
    lines = [
        "no prefix at all",
        "Nov 44 05:06:02 mx1 postfix/smtp[1]: A1B2C3: removed",
        "Nov 24 05:06:02 mx1 postfix/smtp[1]: A1B2C3: to=<x>, status=sent",
        "{not json",
        '{"MESSAGE": "no time"}',
        "x" * (LINE_LIMIT + 10),
        "",
    ]
    assert list(log.feed("\n".join([*lines, ""]).encode())) == []
    assert (log.lines, log.unparsed) == (7, 6)


def test_pieces_may_end_anywhere() -> None:
    data = "".join(
        f"Nov 24 05:06:02 mx1 postfix/smtp[1]: A{n:05X}: {SENT}\n" for n in range(20)
    ).encode()
    log = reader()
    events = [event for at in range(0, len(data), 7) for event in log.feed(data[at : at + 7])]
    assert len(events) == log.lines == 20


def test_a_file_may_end_without_a_line_end() -> None:
    log = reader()
    data = f"Nov 24 05:06:02 mx1 postfix/smtp[1]: A1B2C3: {SENT}".encode()
    assert list(log.feed(data)) == []
    assert len(list(log.end())) == 1
    assert list(log.end()) == []


def test_an_endless_line_fills_no_memory() -> None:
    log = reader()
    for _ in range(50):
        assert list(log.feed(b"x" * LINE_LIMIT)) == []
        assert len(log._rest) <= LINE_LIMIT + 1
    assert list(log.feed(b"\n")) == []
    assert log.unparsed == 1


def test_entries_of_the_journal() -> None:
    data = "".join(
        f"{line}\n"
        for line in (
            entry(f"A1B2C3: {SENT}"),
            entry(list(b"A1B2C4: to=<\xff@y.example>, relay=local, delay=1, status=bounced (no)")),
            entry("nothing", tag="opendkim"),
            entry(None),  # type: ignore[arg-type] # journald's word for what is too long
            "{",
        )
    )
    log = reader()
    first, second = log.entries(f"{data}{entry('cut off')[:-5]}".encode())
    assert isinstance(first, DeliveryAttempt)
    assert isinstance(second, DeliveryAttempt)
    assert first.time == 1_795_522_438.0
    assert (second.recipient, second.status) == ("\ufffd@y.example", DeliveryStatus.BOUNCED)
    assert (log.lines, log.unparsed) == (5, 1)


def test_an_entrys_message_forges_no_other_entry() -> None:
    forged = entry(f"A1B2C3: {SENT}")
    log = reader()
    assert list(log.entries(entry(f"connect from x\n{forged}\n").encode() + b"\n")) == []
    assert log.lines == 1


def test_lines_that_were_dropped_are_told() -> None:
    (gap,) = read(
        "Nov 24 05:06:02 mx1 systemd-journald[1]: Suppressed 123 messages from postfix@-.service"
    )
    assert isinstance(gap, LogGap)
    assert gap.lines == 123
    (gap,) = read(
        "Nov 24 05:06:02 mx1 rsyslogd[1]: imuxsock[pid 7]: 45 messages lost due to rate-limiting"
    )
    assert isinstance(gap, LogGap)
    assert gap.lines == 45
    assert read("Nov 24 05:06:02 mx1 other[1]: Suppressed 123 messages from postfix") == []
    assert (
        read("Nov 24 05:06:02 mx1 systemd-journald[1]: Suppressed 9 messages from x.service") == []
    )
