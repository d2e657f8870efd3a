"""Mail leaves straight to its receivers on port 25, with opportunistic TLS (TLS_README).

Until the DNS records are seen, or a person decides otherwise, the server is *waiting*: mail is
taken and kept in the queue, and only the program's own test messages leave. They bear a header
field that a FILTER in header_checks(5) sends past the waiting transport.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from mailwright.i18n import N_
from mailwright.mta.postfix.settings import Listed, Own, Parameter
from mailwright.mta.postfix.tables import TEST_MESSAGES
from mailwright.resource.files import Item

if TYPE_CHECKING:
    from mailwright.model.requirements import Requirements, SendingVolume
    from mailwright.mta.postfix.settings import Setting

TEST_HEADER = "X-Mailwright-Test"
WAITING_TRANSPORT = "retry:4.3.2 waiting for the DNS records of this server"
WAITING_LIFETIME = 2_592_000
"""Seconds that mail may wait for the DNS records: thirty days."""


def names_route(requirements: Requirements) -> tuple[str, ...]:
    """What makes this route this one: a record for each of these must be in the DNS."""
    identity = requirements.identity
    selector = "" if requirements.dkim is None else requirements.dkim.selector
    return (
        "direct",
        identity.hostname,
        identity.domain,
        *sorted(identity.addresses),
        selector,
    )


def test_token(route: str) -> str:
    """The value of a test message's header field. It keeps accidents out, it is no secret."""
    return hashlib.sha256(f"test message\n{route}".encode()).hexdigest()[:32]


def test_table(route: str, *, live: bool) -> Item:
    """The check that lets test messages out of a waiting server."""
    if live:
        return Item(TEST_MESSAGES, absent=True)
    line = f"/^{TEST_HEADER}: {test_token(route)}$/ FILTER smtp:\n"
    return Item(TEST_MESSAGES, content=line.encode())


def lifetime(volume: SendingVolume, *, live: bool) -> int:
    """Seconds after which a message that was not delivered goes back to its sender."""
    return volume.give_up_after if live else max(volume.give_up_after, WAITING_LIFETIME)


def waiting(*, live: bool) -> tuple[Setting, ...]:
    """What keeps mail back, and takes it nevertheless; nothing of it where mail leaves."""
    why = N_("Test messages leave while other mail waits for the DNS records")
    return (
        Listed("header_checks", f"regexp:{TEST_MESSAGES}", present=not live, why=why),
        # What is inside a message is no test message, though it may quote one.
        Own("nested_header_checks", "", present=not live, why=why, firm=False),
        Own("mime_header_checks", "", present=not live, why=why, firm=False),
        Own(
            "smtpd_reject_unlisted_recipient",
            "no",
            present=not live,
            # Postfix takes no mail for a transport that only keeps it (smtpd(8), error transports).
            why=N_("Mail is taken from programs and devices while it waits"),
        ),
    )


def parameters(*, live: bool) -> tuple[Setting, ...]:
    """Straight to the MX hosts; no login of a former relay is sent to anybody."""
    return (
        _default_transport(live=live),
        *waiting(live=live),
        Parameter("relayhost", "", N_("Mail goes straight to its receivers")),
        Parameter("smtp_sasl_auth_enable", "no", N_("Receivers ask for no login")),
        Parameter("smtp_sasl_password_maps", None, N_("Receivers ask for no login")),
        Parameter(
            "smtp_tls_security_level",
            "may",
            N_("Mail is encrypted wherever the receiver can; it is delivered in any case"),
        ),
        Parameter("smtp_tls_wrappermode", "no", N_("On port 25, TLS begins by STARTTLS")),
        Parameter("smtp_connect_timeout", "15s", N_("Dead receivers hold nobody up for long")),
        Parameter(
            "initial_destination_concurrency",
            "2",
            N_("A new sender begins with few connections to each receiver"),
        ),
        Parameter(
            "default_destination_concurrency_limit",
            "10",
            N_("Receivers count too many connections at once against a sender"),
        ),
    )


def _default_transport(*, live: bool) -> Parameter:
    return Parameter(
        "default_transport",
        "smtp" if live else WAITING_TRANSPORT,
        N_("Mail leaves by SMTP")
        if live
        else N_("Mail waits in the queue until the DNS records are seen; test messages leave"),
    )
