from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from mailwright.errors import MailwrightError
from mailwright.net.resolver import StaticResolver
from mailwright.usecases import look as usecase
from mailwright.usecases.look import look
from tests.support.examples import REQUIREMENTS

if TYPE_CHECKING:
    from mailwright.model.server import HostKey, Server
    from mailwright.net.resolver import Answer, RecordType
    from mailwright.usecases.parts import AskHostKey
    from tests.unit.usecases.practice import Practice

SERVER = REQUIREMENTS.server


def confirm(_server: Server, _shown: HostKey, known: HostKey | None) -> bool:
    return known is None


def refuse(*_asked: object) -> bool:
    return False


def test_a_fresh_server_is_described_and_the_connection_ends(server: Practice) -> None:
    found = look(server.parts, SERVER, confirm)
    assert (found.facts.os_id, found.postfix, found.obstacle) == ("debian", None, None)
    assert [transport.closed for transport in server.transports] == [True]
    assert server.parts.journal.server("mx1") == SERVER


def test_postfix_is_told_with_its_version(server: Practice) -> None:
    server.seen.packages["postfix"] = "3.7.11-0+deb12u1"
    assert look(server.parts, SERVER, confirm).postfix == "3.7.11-0+deb12u1"


def test_what_stands_in_the_way_is_told_and_does_not_hide_the_rest(server: Practice) -> None:
    server.seen = replace(server.seen, facts=replace(server.seen.facts, free_bytes=1000))
    found = look(server.parts, SERVER, confirm)
    assert found.obstacle is not None
    assert found.obstacle.code == "plan.disk-full"
    assert found.facts.os_id == "debian"


def test_a_key_that_nobody_confirms_ends_it(server: Practice) -> None:
    ask: AskHostKey = refuse
    with pytest.raises(MailwrightError) as caught:
        look(server.parts, SERVER, ask)
    assert caught.value.code == "host-key.unconfirmed"
    assert server.parts.journal.server("mx1") is None


def test_addresses_have_their_names_none_or_nothing_known(server: Practice) -> None:
    facts = replace(server.seen.facts, addresses=("192.0.2.7", "192.0.2.8", "2001:db8::7"))
    server.seen = replace(server.seen, facts=facts)
    known = {
        "7.2.0.192.in-addr.arpa": {"PTR": ["mx1.corp.example"]},
        "8.2.0.192.in-addr.arpa": {"PTR": []},
    }
    resolver = StaticResolver(known)  # type: ignore[arg-type] # a literal is no RecordType here
    server.parts = replace(server.parts, resolver_for=lambda _asking: resolver)
    found = look(server.parts, SERVER, confirm)
    assert found.names["192.0.2.7"] == ("mx1.corp.example",)
    assert found.names["192.0.2.8"] == ()


def test_without_a_dns_server_no_name_is_known(server: Practice) -> None:
    def none(_asking: object) -> StaticResolver:
        raise MailwrightError("dns.no-server", "no server")

    facts = replace(server.seen.facts, addresses=("192.0.2.7",))
    server.seen = replace(server.seen, facts=facts)
    server.parts = replace(server.parts, resolver_for=none)
    assert look(server.parts, SERVER, confirm).names == {"192.0.2.7": None}


def test_a_dns_server_that_stays_silent_holds_nothing_up(
    server: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Silent(StaticResolver):
        async def _ask(self, name: str, record_type: RecordType) -> Answer:
            await asyncio.sleep(60)
            raise AssertionError(f"{record_type} {name} was waited for")

    monkeypatch.setattr(usecase, "_DNS_SECONDS", 0.05)
    facts = replace(server.seen.facts, addresses=("192.0.2.7",))
    server.seen = replace(server.seen, facts=facts)
    server.parts = replace(server.parts, resolver_for=lambda _asking: Silent({}))
    assert look(server.parts, SERVER, confirm).names == {"192.0.2.7": None}
