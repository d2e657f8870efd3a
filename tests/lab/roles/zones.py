"""The zones' texts, and where each is delegated from."""

from __future__ import annotations

import re
import tomllib
from typing import NamedTuple

from tests.lab.roles.tools import HERE

ROOT = "."
LEAF_HEAD = """$ORIGIN {zone}.
@ 300 IN SOA ns1.lab.example. hostmaster.lab.example. 1 3600 600 1209600 300
@ 300 IN NS ns1.lab.example.
@ 300 IN NS ns2.lab.example.
"""
PARENT_HEAD = """$ORIGIN {zone}
@ 300 IN SOA a.root-servers.net. hostmaster.lab.example. 1 3600 600 1209600 300
@ 300 IN NS a.root-servers.net.
"""
LAST_DIGITS = re.compile(r"[0-9A-Fa-f]{8}$")


class Zones(NamedTuple):
    """The leaf zones' texts, the parents' names, and which zones are signed."""

    leaves: dict[str, str]
    parents: list[str]
    signed: set[str]
    wrong_ds: set[str]

    def parent_of(self, zone: str) -> str:
        """The nearest parent that the lab serves."""
        while "." in zone:
            zone = zone.split(".", 1)[1]
            if zone in self.parents:
                return zone
        return ROOT

    def parent_texts(self, ds: dict[str, str]) -> dict[str, str]:
        """The root's and the parents' texts, with delegations and DS records."""
        texts = {zone: _parent_text(zone) for zone in [ROOT, *self.parents]}
        for zone in [*self.leaves, *self.parents]:
            servers = ["ns1.lab.example", "ns2.lab.example"]
            if zone in self.parents:
                servers = ["a.root-servers.net"]
            lines = [f"{zone}. 300 IN NS {server}.\n" for server in servers]
            if zone in ds:
                lines.append(f"{zone}. 300 IN DS {self._published(zone, ds[zone])}\n")
            texts[self.parent_of(zone)] += "".join(lines)
        return texts

    def _published(self, zone: str, ds: str) -> str:
        return LAST_DIGITS.sub("deadbeef", ds) if zone in self.wrong_ds else ds


def load(tlsa: str) -> Zones:
    """Read zones.toml and the records; ``tlsa`` is the receiver's TLSA data."""
    with (HERE / "zones.toml").open("rb") as file:
        tables = tomllib.load(file)
    leaves, parents = tables["leaves"], tables["parents"]
    return Zones(
        leaves={zone: _leaf_text(zone, tlsa) for zone in leaves["signed"] + leaves["unsigned"]},
        parents=parents["signed"] + parents["unsigned"],
        signed={ROOT, *leaves["signed"], *parents["signed"]},
        wrong_ds=set(leaves["wrong_ds"]),
    )


def _leaf_text(zone: str, tlsa: str) -> str:
    records = (HERE / "zones" / f"{zone}.zone").read_text().replace("@TLSA@", tlsa)
    return LEAF_HEAD.format(zone=zone) + records


def _parent_text(zone: str) -> str:
    file = HERE / "parents" / f"{'root' if zone == ROOT else zone}.zone"
    head = PARENT_HEAD.format(zone=zone if zone == ROOT else f"{zone}.")
    return head + (file.read_text() if file.exists() else "")
