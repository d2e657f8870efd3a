"""Requirements as literals, for tests that reach nothing."""

from __future__ import annotations

from mailwright.model.requirements import (
    Dkim,
    Proof,
    Relay,
    Requirements,
    Route,
    SenderIdentity,
    SendingVolume,
    Submitter,
)
from mailwright.model.server import LoginMethod, Server

REQUIREMENTS = Requirements(
    server=Server("mx1", "198.51.100.7", login=LoginMethod.KEY, key_file="/k"),
    submitters=frozenset({Submitter.THIS_HOST}),
    route=Route.RELAY,
    relay=Relay("relay.example", user="someone"),
    identity=SenderIdentity("mx1.corp.example", "corp.example", "admin@corp.example"),
    volume=SendingVolume(per_day=1000, peak_per_hour=100),
    proof=Proof("info@corp.example", "somebody@elsewhere.example"),
)

DIRECT = Requirements(
    server=REQUIREMENTS.server,
    submitters=frozenset(Submitter),
    route=Route.DIRECT,
    relay=None,
    identity=SenderIdentity(
        "mx1.corp.example",
        "corp.example",
        "admin@corp.example",
        ("198.51.100.7", "2001:db8:1::7"),
    ),
    volume=REQUIREMENTS.volume,
    proof=REQUIREMENTS.proof,
    networks=("198.51.100.128/25",),
    dkim=Dkim("mailwright"),
)
