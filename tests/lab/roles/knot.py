"""Three Knot servers on one host: root and parents, primary, secondary.

Keys are made now, so that each DS record is known before any server runs.
"""

from __future__ import annotations

import base64
import re
import secrets
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from tests.lab.roles.tools import HERE, copy, run, write
from tests.lab.roles.zones import ROOT

if TYPE_CHECKING:
    from tests.lab.roles.zones import Zones

CONFIGURATION = Path("/etc/knot")
DATA = Path("/var/lib/knot")
SERVERS = {"root": 54, "ns1": 55, "ns2": 56}
DS = re.compile(r"DS (\d+ 13 2 [0-9a-fA-F]+)")


def configure(zones: Zones) -> None:
    """Write the servers' configuration, keys and zones, and the resolver's trust anchor."""
    shutil.rmtree(CONFIGURATION)
    _write_build_key()
    _write("root", [_parent_zone(zone, zones) for zone in [ROOT, *zones.parents]])
    _write("ns1", [_leaf_zone(zone, zones) for zone in zones.leaves])
    _write("ns2", [_secondary_zone(zone) for zone in zones.leaves])
    ds = {zone: _make_key("ns1", zone) for zone in zones.leaves if zone in zones.signed}
    ds |= {z: _make_key("root", z) for z in [ROOT, *zones.parents] if z in zones.signed}
    for zone, text in zones.leaves.items():
        write(DATA / "ns1" / f"{zone}.zone", text)
    for zone, text in zones.parent_texts(ds).items():
        write(DATA / "root" / f"{'root' if zone == ROOT else zone}.zone", text)
    _check()
    copy("infra/unbound.conf", "/etc/unbound/unbound.conf")
    copy("infra/root.hints", "/etc/unbound/root.hints")
    write("/etc/unbound/root.ds", f". IN DS {ds[ROOT]}\n")


def _write_build_key() -> None:
    """A key for updates that is only good for building: the file is written for each run."""
    secret = base64.b64encode(secrets.token_bytes(32)).decode()
    text = (HERE / "infra/tsig.conf").read_text().replace("@SECRET@", secret)
    write(CONFIGURATION / "tsig.conf", text)


def _write(name: str, zones: list[str]) -> None:
    last = SERVERS[name]
    text = (HERE / "infra/knot.conf").read_text().replace("@NAME@", name)
    text = text.replace("@LISTEN@", f"198.51.100.{last}, 2001:db8:1::{last}")
    write(CONFIGURATION / f"{name}.conf", text + "".join(zones))
    (DATA / name).mkdir(parents=True, exist_ok=True)


def _signing(zone: str, zones: Zones) -> str:
    return "    dnssec-signing: on\n    dnssec-policy: lab\n" if zone in zones.signed else ""


def _parent_zone(zone: str, zones: Zones) -> str:
    file = "    file: root.zone\n" if zone == ROOT else ""
    return f'  - domain: "{_absolute(zone)}"\n{file}{_signing(zone, zones)}'


def _absolute(zone: str) -> str:
    return ROOT if zone == ROOT else f"{zone}."


def _leaf_zone(zone: str, zones: Zones) -> str:
    access = "    acl: [update, transfer]\n    notify: ns2\n"
    return f'  - domain: "{zone}."\n{_signing(zone, zones)}{access}'


def _secondary_zone(zone: str) -> str:
    return (
        f'  - domain: "{zone}."\n    master: ns1\n    acl: notify\n'
        "    zonefile-load: none\n    serial-policy: unixtime\n"
    )


def _make_key(server: str, zone: str) -> str:
    """Make a zone's key and return the data of its DS record."""
    run("chown", "-R", "knot:knot", DATA)  # keymgr gives up root
    keymgr = ("keymgr", "-c", CONFIGURATION / f"{server}.conf", _absolute(zone))
    run(*keymgr, "generate", "algorithm=ecdsap256sha256", "ksk=yes", "zsk=yes")
    found = DS.search(run(*keymgr, "ds").decode())
    if found is None:
        raise SystemExit(f"keymgr printed no DS record of {zone}")
    return found[1]


def _check() -> None:
    run("chown", "-R", "knot:knot", DATA, CONFIGURATION)
    for name in SERVERS:
        run("knotc", "-c", CONFIGURATION / f"{name}.conf", "conf-check")
    (CONFIGURATION / "tsig.conf").unlink()
