from __future__ import annotations

import re
from pathlib import Path

import pytest

from mailwright import catalog
from mailwright.catalog import UNCLASSIFIED, bounce_classes
from mailwright.i18n import set_language
from mailwright.model.delivery import EnhancedStatusCode, Reply
from mailwright.monitor.causes import judge, plain

ROOT = Path(__file__).resolve().parents[3]
JAPANESE = re.compile("[\u3040-\u30ff\u4e00-\u9fff]")


def peer(words: str, code: str = "", command: str = "") -> Reply:
    return Reply(words, words, by_peer=True, code=code or words[:3], command=command)


def own(words: str) -> Reply:
    return Reply(words, words)


@pytest.mark.parametrize(
    ("reply", "status", "expected"),
    [
        (peer("550 5.1.1 <x@y.example>: Recipient address rejected: User unknown in virtual "
              "mailbox table", command="RCPT TO"), "5.1.1", "user_unknown"),
        (peer("550-5.1.1 The email account that you tried to reach does not exist. Please try "
              "550-5.1.1 double-checking the address 550 5.1.1 https://support.google.com/mail/"
              "?p=NoSuchUser x - gsmtp"), "5.1.1", "user_unknown"),
        (peer("550 5.4.1 <x@y.example>: Recipient address rejected: Access denied "
              "[DB5EUR01FT041.eop-EUR01.prod.protection.outlook.com]"), "5.4.1", "user_unknown"),
        (peer("550 Unknown user x@docomo.example", command="end of DATA"), "5.2.0",
         "recipient_filter"),
        (peer("452 4.2.2 The email account that you tried to reach is over quota"), "4.2.2",
         "mailbox_full"),
        (peer("552 5.3.4 Message size exceeds fixed limit"), "5.3.4", "too_large"),
        (peer("450 4.2.0 <x@y.example>: Recipient address rejected: Greylisted, see https://x"),
         "4.2.0", "greylisted"),
        (peer("421 4.7.28 Our system has detected an unusual rate of unsolicited mail"), "4.7.28",
         "rate_limited"),
        (peer("421 4.7.0 [TSS04] Messages from 192.0.2.1 temporarily deferred"), "4.7.0",
         "rate_limited"),
        (peer("550 5.7.1 Service unavailable, Client host blocked using Spamhaus"), "5.7.1",
         "blocklisted"),
        (peer("550 5.7.26 This mail is unauthenticated: SPF and DKIM did not pass"), "5.7.26",
         "auth_failed"),
        (peer("550 5.7.25 The IP address sending this message does not have a PTR record"),
         "5.7.25", "no_ptr"),
        (peer("554 5.7.1 <x@y.example>: Relay access denied"), "5.7.1", "relay_denied"),
        (peer("553 5.1.8 Sender address rejected: Domain not found"), "5.1.8", "sender_refused"),
        (own("Host or domain name not found. Name service error for name=y.example type=MX: Host "
             "not found"), "5.4.4", "domain_unknown"),
        (own("Host or domain name not found. Name service error for name=y.example type=MX: Host "
             "not found, try again"), "4.4.3", "dns_failure"),
        (own("connect to mx.y.example[192.0.2.1]:25: Connection timed out"), "4.4.1",
         "connect_failed"),
        (own("lost connection with mx.y.example[192.0.2.1] while sending RCPT TO"), "4.4.2",
         "lost_connection"),
        (own("Domain nullmx.example does not accept mail (nullMX)"), "5.1.0", "null_mx"),
        (own("TLS is required, but was not offered by host mx.y.example[192.0.2.1]"), "4.7.4",
         "tls_failure"),
        (own("mail for y.example loops back to myself"), "5.4.6", "loop"),
        (peer("550 4.2.1 odd"), "5.0.0", "policy_refused"),
        (peer("451 xyz"), "4.0.0", "remote_error"),
        (peer("xyz"), "5.9.9", UNCLASSIFIED),
    ],
)  # fmt: skip
def test_the_cause_of_a_reply(reply: Reply, status: str, expected: str) -> None:
    assert judge().classify(reply, EnhancedStatusCode.parse(status)) == expected


def test_the_other_side_cannot_speak_for_the_own_server() -> None:
    words = "550 5.1.1 connect to mx.y.example[192.0.2.1]:25: Connection timed out"
    assert judge().classify(peer(words), EnhancedStatusCode(5, 1, 1)) == "user_unknown"
    assert judge().classify(own(words), None) == "connect_failed"


def test_a_success_is_no_sign_of_a_failure() -> None:
    reply = Reply("x", "x")
    assert judge().classify(reply, EnhancedStatusCode(2, 0, 0)) == UNCLASSIFIED


def test_a_reply_of_several_lines_is_whole_again() -> None:
    reply = "550-5.1.1 Please try 550-5.1.1 double-checking the  address 550 5.1.1 now"
    assert plain(reply) == "550-5.1.1 please try double-checking the address now"


def test_hostile_replies_cost_no_time() -> None:
    for words in ("the " * 500, "user " * 400, "exceed quota storage " * 100, "(" * 2_000):
        judge().classify(peer(f"550 {words}"), None)


@pytest.mark.parametrize("name", bounce_classes())
def test_every_class_says_in_each_language_what_to_do(name: str) -> None:
    known = bounce_classes()[name]
    for text in (known.title, known.advice):
        assert not JAPANESE.search(text.en)
        assert JAPANESE.search(text.ja)
    set_language("ja")
    assert str(known.advice) == known.advice.ja


def test_the_signs_are_in_lower_case_and_each_status_in_one_class() -> None:
    seen: dict[str, str] = {}
    for known in bounce_classes().values():
        for pattern in (*known.own, *known.tokens, *known.words):
            assert not re.search(r"(?<!\\)[A-Z]", pattern), pattern
        for sign in (*known.statuses, *known.codes):
            assert seen.setdefault(sign, known.id) == known.id, sign


def test_a_broken_file_names_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (ROOT / "resources" / "bounces.toml").read_text()
    broken = tmp_path / "bounces.toml"
    monkeypatch.setattr(catalog, "data_path", lambda _relative: broken)
    for old, new in (
        ('remedy = "wait"', 'remedy = "nothing"'),
        ('kind = "ours"', 'kind = "theirs"'),
        ('id = "expired"', 'id = "loop"'),
        ('id = "unclassified"', 'id = "unknown"'),
        ("[remedies.wait]", "[remedies.unused]\nen = 'a'\nja = 'b'\n[remedies.wait]"),
    ):
        assert old in text
        broken.write_text(text.replace(old, new))
        with pytest.raises(ValueError, match=re.escape(str(broken))):
            bounce_classes.__wrapped__()
