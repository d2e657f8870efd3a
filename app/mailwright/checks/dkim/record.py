"""One key record, judged by itself (RFC 6376 section 3.6.1). Pure decisions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mailwright.checks.dkim import findings
from mailwright.checks.dkim.keys import PublicKey, read_key
from mailwright.checks.tags import TagList, parse_tags, written
from mailwright.model.finding import Finding, FindingKind, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

VERSION = "DKIM1"
LEAST_BITS = 1024
ADVISED_BITS = 2048


@dataclass(frozen=True, slots=True)
class Judged:
    """A record: what is to be said about it, and its key where it can be used."""

    findings: tuple[Finding, ...]
    key: PublicKey | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a key record is: its name, and the selector in it."""

    name: str
    selector: str

    def found(self, kind: FindingKind, evidence: str, **args: str | int) -> Finding:
        """Return a finding about the record."""
        return kind.found(self.name, evidence, name=self.name, selector=self.selector, **args)


def judge(place: Place, text: str) -> Judged:
    """Judge the text of a record."""
    if '"' in text or "\\" in text:
        plain = " ".join(text.replace('"', "").replace("\\", "").split())
        return _mended(place, text, findings.QUOTED, plain)
    found = parse_tags(text)
    if found.mistakes:
        return Judged((place.found(findings.INVALID, text, term=found.mistakes[0]),))
    tags = found.tags
    if "v" in tags and (found.first != "v" or tags["v"] != VERSION):
        others = {name: value for name, value in tags.items() if name != "v"}
        return _mended(place, text, findings.VERSION, written({"v": VERSION, **others}))
    if wrong := _unfit(place, text, found):
        return Judged((wrong,))
    key = read_key(tags["p"], tags.get("k", "rsa"))
    if key is None:
        return Judged((place.found(findings.UNREADABLE, text),))
    return Judged(tuple(_usable(place, text, key, _listed(tags.get("t", "")))), key)


def record_of(key: str) -> str:
    """Return the record that publishes a public key (p=, base64)."""
    read = read_key(key)
    return written({"v": VERSION, "k": read.tag if read else "rsa", "p": "".join(key.split())})


def _mended(place: Place, text: str, kind: FindingKind, mended: str) -> Judged:
    """Offer a record, but only one that has nothing wrong with it."""
    if any(finding.severity is Severity.FAIL for finding in judge(place, mended).findings):
        return Judged((place.found(findings.INVALID, text, term=text),))
    return Judged((place.found(kind, text, record=mended),))


def _unfit(place: Place, text: str, found: TagList) -> Finding | None:
    tags = found.tags
    if "p" not in tags:
        return place.found(findings.NO_KEY, text)
    if not tags["p"]:
        return place.found(findings.REVOKED, text)
    if tags.get("k", "rsa") not in {"rsa", "ed25519"}:
        return place.found(findings.KEY_TYPE, text, value=tags["k"])
    if "h" in tags and "sha256" not in _listed(tags["h"]):
        return place.found(findings.HASHES, text, value=tags["h"])
    if "s" in tags and not {"email", "*"} & _listed(tags["s"]):
        return place.found(findings.SERVICES, text, value=tags["s"])
    return None


def _listed(value: str) -> set[str]:
    return {part.strip() for part in value.split(":")}


def _usable(place: Place, text: str, key: PublicKey, flags: set[str]) -> Iterator[Finding]:
    if key.is_ed25519:
        yield place.found(findings.VALID_ED25519, text)
    elif key.bits < LEAST_BITS:
        yield place.found(findings.TOO_SHORT, text, bits=key.bits)
    elif key.bits < ADVISED_BITS:
        yield place.found(findings.SHORT, text, bits=key.bits)
    else:
        yield place.found(findings.VALID_RSA, text, bits=key.bits)
    if "y" in flags:
        yield place.found(findings.TESTING, text)
    if "s" in flags:
        yield place.found(findings.STRICT, text)
