from __future__ import annotations

from mailwright.bootstrap import build
from mailwright.model.requirements import Asking
from mailwright.net.resolver import DnsResolver
from mailwright.transport.ssh import connect


def test_the_real_parts_are_put_together() -> None:
    parts = build()
    assert parts.connect is connect
    assert "@" in parts.who
    assert parts.confirm_within == 600
    assert isinstance(parts.resolver_for(Asking(dns="127.0.0.1:5353")), DnsResolver)
    assert parts.journal.known_servers() == ()
