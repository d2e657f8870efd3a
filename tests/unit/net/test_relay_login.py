from __future__ import annotations

import base64
from dataclasses import replace

from mailwright.model.requirements import RelayAuthentication
from mailwright.net.relay_login import try_login
from mailwright.transport.base import CommandResult
from mailwright.transport.memory import MemoryTransport
from tests.support.examples import REQUIREMENTS

PASSWORD = "tr0ub4dor&3"
OUTPUT = (
    b"said\t250-relay.example\nsent\tMAIL FROM:<a@b>\nsaid\t250 ok\n"
    b"verdict\taccepted\ndetail\t250 ok\n"
)


def test_the_secret_is_in_the_payload_alone() -> None:
    transport = MemoryTransport(lambda _script, _payload: CommandResult(0, OUTPUT))
    answer = try_login(transport, REQUIREMENTS, PASSWORD, "/ca.pem")
    script, payload = transport.asked[0]
    plain, user, password = payload.splitlines()
    assert base64.b64decode(plain) == f"\0someone\0{PASSWORD}".encode()
    assert (base64.b64decode(user), base64.b64decode(password)) == (b"someone", PASSWORD.encode())
    assert PASSWORD not in script
    assert plain.decode() not in script
    assert (answer.verdict, answer.detail) == ("accepted", "250 ok")
    assert answer.dialogue == ("S: 250-relay.example", "C: MAIL FROM:<a@b>", "S: 250 ok")


def test_a_relay_that_knows_us_by_address_gets_no_secret() -> None:
    transport = MemoryTransport(lambda _script, _payload: CommandResult(0, OUTPUT))
    by_address = replace(REQUIREMENTS.relay, authentication=RelayAuthentication.ADDRESS)
    try_login(transport, replace(REQUIREMENTS, relay=by_address), None, "/ca.pem")
    assert transport.asked[0][1] == b"\n\n\n"


def test_hostile_names_stay_words_of_the_shell() -> None:
    transport = MemoryTransport(lambda _script, _payload: CommandResult(0, b""))
    hostile = replace(REQUIREMENTS.identity, hostname="a; rm -rf /")
    answer = try_login(transport, replace(REQUIREMENTS, identity=hostile), PASSWORD, "/ca.pem")
    assert "helo='a; rm -rf /'" in transport.asked[0][0]
    assert answer.verdict == "no-answer"
