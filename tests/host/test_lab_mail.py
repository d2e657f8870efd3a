"""The receiving MX and the relay."""

from __future__ import annotations

import secrets
import smtplib
import socket
import ssl
import time
from typing import TYPE_CHECKING

import pytest

from tests.lab import addresses
from tests.lab.records import Record

if TYPE_CHECKING:
    from tests.lab.client import Lab
    from tests.lab.fixtures import FreshHost

SENDER = "probe@lab.example"
MESSAGE = "From: {sender}\r\nTo: {recipient}\r\nSubject: {mark}\r\n\r\nA message.\r\n"


def mx_reply(lab: Lab, recipient: str) -> tuple[int, str]:
    """The receiver's answer to a recipient."""
    with smtplib.SMTP(lab.mx, 25, "admin.lab.example", timeout=10) as smtp:
        smtp.ehlo()
        smtp.mail(SENDER)
        code, text = smtp.rcpt(recipient)
        return code, text.decode()


def wait_for_mail(lab: Lab, recipient: str, seconds: float = 20) -> list[bytes]:
    deadline = time.monotonic() + seconds
    while not (found := lab.mail(recipient)):
        assert time.monotonic() < deadline, f"no mail for {recipient}"
        time.sleep(0.2)
    return found


@pytest.mark.parametrize(
    ("user", "code", "text"),
    [
        ("ok", 250, "2.1.5 Ok"),
        ("user7", 250, "2.1.5 Ok"),
        ("nobody", 550, "5.1.1"),
        ("full", 452, "4.2.2"),
        ("rate", 421, "4.7.28"),
        ("defer", 450, "4.2.1"),
        ("big", 552, "5.3.4"),
        ("spamhaus", 550, "5.7.1 <spamhaus@bigmail.example>: Recipient address rejected: Service"),
        ("policy", 550, "5.7.26"),
    ],
)
def test_the_recipient_chooses_the_answer(lab: Lab, user: str, code: int, text: str) -> None:
    found, said = mx_reply(lab, f"{user}@bigmail.example")
    assert found == code
    assert text in said


def test_a_greylisted_client_is_let_in_later(lab: Lab) -> None:
    recipient = f"greylist+{secrets.token_hex(4)}@bigmail.example"
    assert mx_reply(lab, recipient)[0] == 450
    deadline = time.monotonic() + 20
    while mx_reply(lab, recipient)[0] != 250:
        assert time.monotonic() < deadline
        time.sleep(1)


def test_a_listed_client_is_refused_until_it_is_removed(lab: Lab) -> None:
    assert mx_reply(lab, "dnsbl@bigmail.example")[0] == 250
    entry = [Record("1.100.51.198.zen.spamhaus.org", "A", "127.0.0.2")]
    lab.publish("zen.spamhaus.org", entry)
    try:
        code, text = mx_reply(lab, "dnsbl@bigmail.example")
        assert code == 554
        assert "blocked using zen.spamhaus.org" in text
    finally:
        lab.unpublish("zen.spamhaus.org", entry)
    assert mx_reply(lab, "dnsbl@bigmail.example")[0] == 250


def test_the_slow_receiver_limits_connections(lab: Lab) -> None:
    codes = []
    for _ in range(11):
        with socket.create_connection((addresses.SLOW_MX, 25), timeout=10) as connection:
            codes.append(connection.makefile("rb").readline()[:3])
    assert codes[0] == b"220"
    assert codes[-1] == b"421"


def test_a_message_that_is_too_big_is_refused(lab: Lab) -> None:
    with smtplib.SMTP(lab.mx, 25, timeout=10) as smtp:
        smtp.ehlo()
        assert smtp.mail(SENDER, [f"SIZE={2 << 20}"])[0] == 552


def test_a_real_postfix_gets_each_kind_of_answer(fresh_host: FreshHost, lab: Lab) -> None:
    host = fresh_host("deb12-mail", fqdn="smtp.corp.example", ip="198.51.100.100")
    mark = secrets.token_hex(4)
    host.ssh("postconf -e smtp_tls_security_level=secure smtp_tls_CApath=/etc/ssl/certs")
    host.ssh("touch -d '5 seconds ago' /etc/postfix/main.cf; systemctl restart postfix")
    for user in ("ok", "nobody", "full", "bounce"):
        recipient = f"{user}+{mark}@bigmail.example"
        text = MESSAGE.format(sender="info@corp.example", recipient=recipient, mark=mark)
        host.ssh(f"sendmail -f info@corp.example {recipient}", stdin=text)
    [delivered] = wait_for_mail(lab, f"ok+{mark}@bigmail.example")
    assert b"from smtp.corp.example (smtp.corp.example [" in delivered
    log = host.ssh("sleep 1; journalctl -q -o cat --no-pager -t postfix/smtp").stdout
    assert f"to=<nobody+{mark}@bigmail.example>" in log
    assert "dsn=5.1.1, status=bounced" in log
    assert "dsn=4.2.2, status=deferred" in log


def relay_session(lab: Lab, name: str, port: int) -> smtplib.SMTP:
    """A verified TLS session with the relay under one of its names."""
    trusting = ssl.create_default_context(cafile=lab.ca_file)
    smtp: smtplib.SMTP
    if port == lab.relay.submissions_port:
        smtp = smtplib.SMTP_SSL(timeout=10, context=trusting)
    else:
        smtp = smtplib.SMTP(timeout=10)
    smtp._host = name  # type: ignore[attr-defined] # the machine does not use the lab's DNS
    try:
        smtp.connect(lab.relay.ip, port)
        if port != lab.relay.submissions_port:
            smtp.starttls(context=trusting)
    except BaseException:
        smtp.close()
        raise
    return smtp


def test_the_relay_wants_tls_first(lab: Lab) -> None:
    with smtplib.SMTP(lab.relay.ip, 587, timeout=10) as smtp:
        smtp.ehlo()
        assert not smtp.has_extn("auth")
        assert smtp.mail("info@corp.example")[0] == 530


@pytest.mark.parametrize("port", [587, 465])
def test_the_relay_passes_mail_on_for_its_user(lab: Lab, port: int) -> None:
    recipient = f"ok+{secrets.token_hex(4)}@bigmail.example"
    sender = "info@corp.example"
    with relay_session(lab, lab.relay.host, port) as smtp:
        smtp.login(lab.relay.user, lab.relay.password)
        text = MESSAGE.format(sender=sender, recipient=recipient, mark="relayed")
        assert smtp.sendmail(sender, recipient, text) == {}
    [message] = wait_for_mail(lab, recipient)
    assert b"relay.smarthost.example" in message
    log = lab.peer("relay").ssh("journalctl -q -o cat --no-pager -u postfix@-.service").stdout
    assert "TLS connection established from" in log


def test_the_relay_refuses_a_wrong_password(lab: Lab) -> None:
    with relay_session(lab, lab.relay.host, 587) as smtp:
        with pytest.raises(smtplib.SMTPAuthenticationError) as refused:
            smtp.login(lab.relay.user, "wrong")
        assert refused.value.smtp_code == 535


def test_the_relay_refuses_who_does_not_log_in(lab: Lab) -> None:
    with relay_session(lab, lab.relay.host, 587) as smtp:
        smtp.ehlo()
        smtp.mail("info@corp.example")
        assert smtp.rcpt("ok@bigmail.example")[0] == 554


@pytest.mark.parametrize("sender", ["info@corp.example", "info@other.example"])
def test_the_relay_refuses_foreign_senders(lab: Lab, sender: str) -> None:
    with relay_session(lab, lab.relay.host, 587) as smtp:
        if sender == "info@corp.example":
            smtp.login(lab.relay.stranger, lab.relay.stranger_password)
        else:
            smtp.login(lab.relay.user, lab.relay.password)
        smtp.mail(sender)
        assert smtp.rcpt("ok@bigmail.example")[0] == 553


def test_the_relays_other_name_is_not_in_its_certificate(lab: Lab) -> None:
    with pytest.raises(ssl.SSLCertVerificationError, match="mismatch"):
        relay_session(lab, lab.relay.wrong_name, 587)


def test_the_relays_other_port_has_a_certificate_of_its_own(lab: Lab) -> None:
    with pytest.raises(ssl.SSLCertVerificationError, match="self-signed"):
        relay_session(lab, lab.relay.host, lab.relay.self_signed_port)


def test_every_secret_is_made_for_the_run(lab: Lab) -> None:
    assert len(set(lab.secrets.values())) == 3
    assert all(len(secret) >= 43 for secret in lab.secrets.values())
