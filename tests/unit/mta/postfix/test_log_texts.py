from __future__ import annotations

import pytest

from mailwright.model.delivery import (
    DeliveryAttempt,
    DeliveryStatus,
    Ending,
    MailRefused,
    MessageEnded,
    MessageQueued,
    NoticeQueued,
)
from mailwright.mta.postfix.log_texts import Line, UnreadableError, event_of

REST = "relay=mx.example[192.0.2.1]:25, delay=1.5, delays=0.1/0.2/0.3/0.9, dsn=2.0.0, status=sent"


def line(service: str = "smtp") -> Line:
    return Line(1.0, "mx1", service, "A1B2C3")


def attempt(text: str, service: str = "smtp") -> DeliveryAttempt:
    event = event_of(line(service), text)
    assert isinstance(event, DeliveryAttempt)
    return event


def test_an_attempt_has_every_field() -> None:
    found = attempt(
        "to=<x@mx.example>, orig_to=<root>, relay=mx.example[2001:db8::1]:25, conn_use=3, "
        "delay=1.5, delays=0.1/0.2/0.3/0.9, tls=may:secure/x, dsn=5.1.1, status=bounced "
        "(host mx.example[2001:db8::1] said: 550 5.1.1 no (in reply to RCPT TO command))"
    )
    assert (found.recipient, found.original_recipient) == ("x@mx.example", "root")
    assert found.relay == "mx.example[2001:db8::1]:25"
    assert (found.delay, found.delays) == (1.5, (0.1, 0.2, 0.3, 0.9))
    assert (found.status, str(found.code)) == (DeliveryStatus.BOUNCED, "5.1.1")
    assert (found.reply.words, found.reply.command) == ("550 5.1.1 no", "RCPT TO")


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("sent", DeliveryStatus.SENT),
        ("deferred", DeliveryStatus.DEFERRED),
        ("bounced", DeliveryStatus.BOUNCED),
        ("SOFTBOUNCE", DeliveryStatus.SOFT_BOUNCED),
    ],
)
def test_how_an_attempt_ended(word: str, status: DeliveryStatus) -> None:
    found = attempt(f"to=<x@y.example>, relay=local, delay=0, delays=0/0/0/0, status={word} (why)")
    assert found.status is status


@pytest.mark.parametrize("word", ["deliverable", "undeliverable", "undeliverable-but-not-cached"])
def test_a_probe_of_an_address_is_no_mail(word: str) -> None:
    text = f"to=<x@y.example>, relay=none, delay=0, delays=0/0/0/0, dsn=2.0.0, status={word} (ok)"
    assert event_of(line(), text) is None


def test_what_is_thrown_away_by_order_is_not_delivered() -> None:
    text = "to=<x@y.example>, relay=none, delay=0, delays=0/0/0/0, dsn=2.0.0, status=sent (drop)"
    assert attempt(text, "discard").status is DeliveryStatus.DISCARDED


@pytest.mark.parametrize(
    ("recipient", "expected"),
    [
        (
            '"q>, relay=evil[192.0.2.9]:25, delay=0, dsn=2.0.0, status=sent (250 ok"@c.example',
            DeliveryStatus.BOUNCED,
        ),
        (r'"a\">, relay=evil, delay=0, status=sent (\""@c.example', DeliveryStatus.BOUNCED),
        ("用户@例え.example", DeliveryStatus.BOUNCED),
        ('"with space"@c.example', DeliveryStatus.BOUNCED),
    ],
)
def test_a_recipient_forges_no_field(recipient: str, expected: DeliveryStatus) -> None:
    found = attempt(
        f"to=<{recipient}>, relay=mx.example[192.0.2.1]:25, delay=1, delays=1/0/0/0, dsn=5.1.1, "
        "status=bounced (no)"
    )
    assert (found.recipient, found.status) == (recipient, expected)
    assert found.relay == "mx.example[192.0.2.1]:25"


def test_a_reply_forges_no_field() -> None:
    found = attempt(
        "to=<x@y.example>, relay=r[192.0.2.1]:25, delay=1, delays=1/0/0/0, dsn=5.7.1, "
        "status=bounced (host r[192.0.2.1] said: 550 no, dsn=2.0.0, status=sent (250 Ok) "
        "(in reply to RCPT TO command))"
    )
    assert (found.status, str(found.code)) == (DeliveryStatus.BOUNCED, "5.7.1")
    assert found.reply.words == "550 no, dsn=2.0.0, status=sent (250 Ok)"


def test_a_text_that_was_cut_at_its_limit_is_read() -> None:
    cut = attempt(f"to=<x@y.example>, {REST.replace('sent', 'deferred')} (host r[1] said: 450 xx")
    assert (cut.status, cut.reply.words) == (DeliveryStatus.DEFERRED, "450 xx")


@pytest.mark.parametrize(
    ("relay", "reply", "expected"),
    [
        ("127.0.0.1[127.0.0.1]:10024", "250 2.0.0 Ok: queued as B2C3D4E5", "B2C3D4E5"),
        ("[::1]:10024", "250 2.0.0 from MTA(x): 250 Ok: queued as B2C3D4E5", "B2C3D4E5"),
        ("local", "forwarded as B2C3D4E5", "B2C3D4E5"),
        ("mx.example[192.0.2.1]:25", "250 2.0.0 Ok: queued as B2C3D4E5", ""),
        ("mx.example[192.0.2.1]:25", "forwarded as B2C3D4E5", ""),
        ("127.0.0.1[127.0.0.1]:24", "250 2.1.5 Ok saved", ""),
    ],
)
def test_only_this_server_itself_names_the_next_id(relay: str, reply: str, expected: str) -> None:
    text = f"to=<x@y.example>, relay={relay}, delay=1, delays=1/0/0/0, dsn=2.0.0, status=sent"
    assert attempt(f"{text} ({reply})").next_queue_id == expected


@pytest.mark.parametrize(
    ("service", "text", "expected"),
    [
        (
            "qmgr",
            "from=<a@b.example>, size=301, nrcpt=4 (queue active)",
            MessageQueued(1.0, "mx1", "A1B2C3", "a@b.example", 301, 4),
        ),
        ("qmgr", "from=<>, size=1, nrcpt=1 (queue active)",
         MessageQueued(1.0, "mx1", "A1B2C3", "", 1, 1)),
        ("qmgr", "removed", MessageEnded(1.0, "mx1", "A1B2C3", Ending.REMOVED)),
        ("qmgr", "from=<a@b.example>, status=expired, returned to sender",
         MessageEnded(1.0, "mx1", "A1B2C3", Ending.EXPIRED)),
        ("qmgr", "from=<>, status=force-expired, returned to sender",
         MessageEnded(1.0, "mx1", "A1B2C3", Ending.EXPIRED)),
        ("qmgr", "skipped, still being delivered", None),
        ("pickup", "uid=1000 from=<app>",
         MessageQueued(1.0, "mx1", "A1B2C3", "app", is_new=True, origin="uid 1000")),
        ("pickup", "uid=0 from=<> orig_id=B2C3D4",
         MessageQueued(1.0, "mx1", "A1B2C3", "", is_new=True, origin="uid 0", follows="B2C3D4")),
        ("smtpd", "client=web.example[192.0.2.5]",
         MessageQueued(1.0, "mx1", "A1B2C3", is_new=True, origin="web.example[192.0.2.5]")),
        ("smtpd", "client=x[192.0.2.5], sasl_method=PLAIN, sasl_username=shop",
         MessageQueued(1.0, "mx1", "A1B2C3", is_new=True, origin="shop")),
        ("cleanup", "message-id=<1@b.example>",
         MessageQueued(1.0, "mx1", "A1B2C3", is_new=True)),
        ("cleanup", "resent-message-id=<>", MessageQueued(1.0, "mx1", "A1B2C3", is_new=True)),
        ("cleanup", "canceled", MessageEnded(1.0, "mx1", "A1B2C3", Ending.REFUSED)),
        ("cleanup", "milter-reject: END-OF-MESSAGE from x[192.0.2.1]: 5.7.1 no; from=<a> to=<b>",
         MessageEnded(1.0, "mx1", "A1B2C3", Ending.REFUSED)),
        ("cleanup", "reject: header Subject: x from y[192.0.2.1]; from=<a> to=<b>",
         MessageEnded(1.0, "mx1", "A1B2C3", Ending.REFUSED)),
        ("cleanup", "warning: header Subject: reject: header x", None),
        ("bounce", "sender non-delivery notification: D4E5F6A",
         NoticeQueued(1.0, "mx1", "D4E5F6A", "A1B2C3")),
        ("bounce", "sender delay notification: D4E5F6A",
         NoticeQueued(1.0, "mx1", "D4E5F6A", "A1B2C3")),
        ("bounce", "sender delivery status notification: 4gJlR62mzqz9rwd",
         NoticeQueued(1.0, "mx1", "4gJlR62mzqz9rwd", "A1B2C3")),
        ("bounce", "postmaster non-delivery notification: D4E5F6A",
         NoticeQueued(1.0, "mx1", "D4E5F6A", "A1B2C3")),
        ("postsuper", "removed", MessageEnded(1.0, "mx1", "A1B2C3", Ending.DELETED)),
        ("postsuper", "requeued", MessageEnded(1.0, "mx1", "A1B2C3", Ending.REQUEUED)),
        ("postsuper", "placed on hold", None),
        ("postsuper", "released from hold", None),
        ("smtp", "host mx.example[192.0.2.1] said: 450 later (in reply to RCPT TO command)", None),
        ("smtp", "removed", None),
    ],
)  # fmt: skip
def test_what_a_line_tells(service: str, text: str, expected: object) -> None:
    assert event_of(line(service), text) == expected


def test_a_refusal_has_its_client_and_cause() -> None:
    found = event_of(
        line("smtpd"),
        "reject: RCPT from web.example[192.0.2.5]: 554 5.7.1 <x@y.example>: Relay access denied; "
        "from=<a@b.example> to=<x@y.example> proto=ESMTP helo=<web>",
    )
    assert isinstance(found, MailRefused)
    assert (found.client, str(found.code)) == ("web.example[192.0.2.5]", "5.7.1")
    assert found.reply.words == "554 5.7.1 <x@y.example>: Relay access denied"


@pytest.mark.parametrize(
    ("service", "text"),
    [
        ("smtp", "to=<x@y.example>, relay=mx, status=sent (250 ok)"),
        ("smtp", 'to=<"never closed, relay=mx[192.0.2.1]:25, delay=1, status=sent (250 ok)'),
        ("smtp", "to=<x>, relay=local, delay=1, delays=1/0/0/0, dsn=2.0.0, status=lost (what)"),
        ("smtp", "to=<x>, relay=local, delay=1.2.3, delays=1/0/0/0, dsn=2.0.0, status=sent (a)"),
        ("qmgr", "from=<a@b.example>, size=big, nrcpt=1 (queue active)"),
        ("pickup", "uid=root from=<a>"),
    ],
)
def test_a_line_that_must_be_an_event_is_never_passed_over(service: str, text: str) -> None:
    with pytest.raises(UnreadableError):
        event_of(line(service), text)


def test_hostile_lines_cost_no_time() -> None:
    long = "\"'<>, to=<" * 6_000
    with pytest.raises(UnreadableError):
        event_of(line(), f"to=<{long}")
    assert event_of(line("smtpd"), "reject: RCPT from x[192.0.2.1]: " + "; from=<" * 8_000)
