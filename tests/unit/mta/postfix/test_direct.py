from __future__ import annotations

import re
from dataclasses import replace

import pytest

from mailwright.model.server import Facts
from mailwright.mta.postfix import desired, direct
from mailwright.mta.postfix.relay import RelaySecret
from mailwright.mta.postfix.tables import PASSWORDS, TEST_MESSAGES
from mailwright.platforms.releases import platforms
from mailwright.resource.files import Files
from tests.support.examples import DIRECT

PLATFORM = platforms()[0]
ADDRESSES = ("198.51.100.7", "2001:db8:1::7", "198.51.100.133")
WAITING = Facts("debian", "12", addresses=ADDRESSES)
LIVE = replace(WAITING, live=desired.fingerprint(DIRECT))


def values(facts: Facts, now: str | None = None) -> dict[str, str | None]:
    found = desired.parameters(DIRECT, facts, PLATFORM)
    settled = [each.settled(now if each.name == "header_checks" else None) for each in found]
    assert len({each.name for each in settled}) == len(settled)
    assert all(each.why for each in settled)
    return {each.name: each.value for each in settled}


def tables(facts: Facts) -> dict[str, bytes | None]:
    resources = desired.desired(DIRECT, facts, PLATFORM, RelaySecret())
    found = [each for each in resources if isinstance(each, Files) and "tables" in each.id]
    items = [item for files in found for item in files.items]
    return {item.path: None if item.absent else item.content for item in items}


def test_a_waiting_server_keeps_everything_but_test_messages() -> None:
    found = values(WAITING)
    assert str(found["default_transport"]).startswith("retry:4.3.2 ")
    assert found["header_checks"] == f"regexp:{TEST_MESSAGES}"
    assert found["maximal_queue_lifetime"] == "2592000s"
    assert found["bounce_queue_lifetime"] == "2592000s", "bounces would be lost without a word"
    assert found["delay_warning_time"] == "0h"
    assert found["smtpd_reject_unlisted_recipient"] == "no", "smtpd would take nothing for retry:"
    assert (found["nested_header_checks"], found["mime_header_checks"]) == ("", "")
    assert found["soft_bounce"] == "yes"


def test_a_server_that_was_let_out_has_nothing_of_the_waiting() -> None:
    found = values(LIVE)
    assert found["default_transport"] == "smtp"
    assert found["header_checks"] is None
    assert found["maximal_queue_lifetime"] == "432000s"
    assert (found["bounce_queue_lifetime"], found["delay_warning_time"]) == ("172800s", "4h")
    assert found["smtpd_reject_unlisted_recipient"] is None
    assert found["nested_header_checks"] is None
    assert tables(LIVE)[TEST_MESSAGES] is None


@pytest.mark.parametrize(
    ("facts", "now", "after"),
    [
        (WAITING, "pcre:/etc/own", f"regexp:{TEST_MESSAGES}, pcre:/etc/own"),
        (LIVE, f"regexp:{TEST_MESSAGES}, pcre:/etc/own", "pcre:/etc/own"),
        (LIVE, "pcre:/etc/own", "pcre:/etc/own"),
        (LIVE, f"a:/b, regexp:{TEST_MESSAGES} c:/d", "a:/b, c:/d"),
        (WAITING, f"a:/b, regexp:{TEST_MESSAGES}", f"a:/b, regexp:{TEST_MESSAGES}"),
        (
            LIVE,
            f"regexp:{TEST_MESSAGES}, pcre:{{{{/^Subject: x{{2}}/ DISCARD}}}}",
            "pcre:{{/^Subject: x{2}/ DISCARD}}",
        ),
        (LIVE, None, None),
    ],
)
def test_a_persons_own_header_checks_stay(facts: Facts, now: str | None, after: str | None) -> None:
    assert values(facts, now)["header_checks"] == after


def test_the_token_lets_out_this_routes_messages_alone() -> None:
    table = tables(WAITING)[TEST_MESSAGES]
    assert table
    pattern, _blank, action = table.decode().strip().rpartition("/ ")
    token = direct.test_token(desired.fingerprint(DIRECT))
    assert action == "FILTER smtp:"
    assert re.search(pattern.removeprefix("/"), f"{direct.TEST_HEADER}: {token}")
    other = direct.test_token(desired.fingerprint(replace(DIRECT, dkim=None)))
    assert not re.search(pattern.removeprefix("/"), f"{direct.TEST_HEADER}: {other}")


def test_a_former_relays_login_is_gone() -> None:
    assert values(WAITING)["smtp_sasl_auth_enable"] == "no"
    assert values(WAITING)["smtp_sasl_password_maps"] is None
    assert tables(WAITING)[PASSWORDS] is None
    assert values(WAITING)["relayhost"] == ""


def test_encryption_is_used_where_it_is_offered() -> None:
    assert values(LIVE)["smtp_tls_security_level"] == "may"
    assert values(LIVE)["smtp_tls_wrappermode"] == "no"
