from __future__ import annotations

from mailwright.bootstrap import build, outside
from mailwright.model.requirements import Asking
from mailwright.net.resolver import DnsResolver
from mailwright.net.smtp import SmtpDialogues
from mailwright.transport.ssh import connect


def test_the_real_parts_are_put_together() -> None:
    parts = build()
    assert parts.connect is connect
    assert "@" in parts.who
    assert parts.confirm_within == 600
    assert isinstance(parts.resolver_for(Asking(dns="127.0.0.1:5353")), DnsResolver)
    assert parts.journal.known_servers() == ()


def test_what_is_outside_is_real_and_shares_one_deadline() -> None:
    made = outside(Asking(dns="127.0.0.1:5353"), 3)
    assert isinstance(made.resolver, DnsResolver)
    assert isinstance(made.smtp, SmtpDialogues)
    assert made.resolver._deadline is made.smtp._deadline
    assert made.resolver._deadline.seconds == 3
