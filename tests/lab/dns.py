"""Publishing records, by a dynamic update that the resolver sees at once."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from tests.lab import addresses, ready, records

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.lab.hosts import Host
    from tests.lab.records import Record

# The secondary must have the new serial before the resolver forgets the old records.
UPDATE = """
set -eu
nsupdate
serial() {{ dig +short "@$1" {zone}. SOA | cut -d ' ' -f 3; }}
rounds=0
while [ "$(serial {primary})" != "$(serial {secondary})" ]; do
    rounds=$((rounds + 1))
    [ $rounds -lt 100 ] || {{ echo 'the secondary does not follow' >&2; exit 1; }}
    sleep 0.05
done
unbound-control -q flush_zone {zone}
"""


def change(infra: Host, zone: str, changed: Iterable[Record], secret: str, *, add: bool) -> None:
    """Add or remove records of one of the lab's leaf zones.

    :raises LabError: if the primary refuses, or the secondary does not follow in time.
    """
    script = UPDATE.format(
        zone=shlex.quote(zone), primary=addresses.PRIMARY, secondary=addresses.SECONDARY
    )
    ready.ssh(infra, script, stdin=records.update(zone, changed, secret, add=add))
