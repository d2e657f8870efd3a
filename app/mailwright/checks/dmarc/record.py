"""A policy record (RFC 9989 sections 4.7 and 4.8). Pure decisions."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from mailwright.checks.tags import parse_tags, written

VERSION = "DMARC1"
POLICIES = ("none", "quarantine", "reject")
"""From the weakest on."""
ALLOWED = {
    "p": POLICIES,
    "sp": POLICIES,
    "np": POLICIES,
    "adkim": ("r", "s"),
    "aspf": ("r", "s"),
    "t": ("y", "n"),
    "psd": ("y", "n", "u"),
}
"""Tags that take one of a few values."""
OTHERS = frozenset({"v", "rua", "ruf", "fo"})
GONE = frozenset({"pct", "rf", "ri"})
"""Tags of RFC 7489 that RFC 9989 appendix A.6 has removed."""
_BEGINS = re.compile(r"v[ \t]*=[ \t]*DMARC1[ \t]*(?:;|$)")
_NEARLY = re.compile(r"\bv\s*=\s*[\"']?dmarc\b|\bv\s*=\s*dmarc1", re.IGNORECASE)
_ANY_VERSION = re.compile(r"\bv\s*=\s*dmarc\s?1?\s*;?", re.IGNORECASE)
_SIZE = re.compile(r"![0-9]+[kmgt]?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Policy:
    """A record as receivers use it: what has a mistake is as if it were not there.

    `dropped` are the parts with a mistake, `unknown` and `gone` the names of tags that mean
    nothing (any more).
    """

    text: str
    tags: dict[str, str]
    dropped: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()

    @property
    def requested(self) -> str:
        """The policy for the domain itself; empty where there is none that can be used."""
        return self.tags.get("p", "")

    @property
    def for_subdomains(self) -> str:
        """The policy for names below it."""
        return self.tags.get("sp", self.requested)

    @property
    def for_missing(self) -> str:
        """The policy for names below it that do not exist."""
        return self.tags.get("np", self.for_subdomains)

    @property
    def is_test(self) -> bool:
        """Whether receivers are asked to go one step less far (t=y)."""
        return self.tags.get("t") == "y"

    @property
    def report_uris(self) -> tuple[str, ...]:
        """The places for aggregate reports, as they are written."""
        return tuple(uri.strip() for uri in self.tags.get("rua", "").split(",") if uri.strip())


def is_record(text: str) -> bool:
    """Tell whether a text counts as a policy record at all."""
    return _BEGINS.match(text) is not None


def is_meant_as_record(text: str) -> bool:
    """Tell whether somebody took a text for a policy record that is none."""
    return not is_record(text) and _NEARLY.search(text) is not None


def parse_policy(text: str) -> Policy:
    """Return the policy of a text that is a record."""
    found = parse_tags(text)
    policy = Policy(text, {}, found.mistakes)
    for name, value in found.tags.items():
        low = value.lower()
        if name in ALLOWED and low not in ALLOWED[name]:
            policy = replace(policy, dropped=(*policy.dropped, f"{name}={value}"))
        elif name in ALLOWED:
            policy.tags[name] = low
        elif name in OTHERS:
            policy.tags[name] = value
        elif name in GONE:
            policy = replace(policy, gone=(*policy.gone, name))
        else:
            policy = replace(policy, unknown=(*policy.unknown, name))
    return policy


def mended(text: str) -> str:
    """Return a text that was meant as a record, with its version where and as it belongs."""
    plain = text.replace('"', "").replace("\\", "")
    tags = parse_tags(_ANY_VERSION.sub("", plain)).tags
    return written({"v": VERSION, **{name: tags[name] for name in tags if name.lower() != "v"}})


def report_address(uri: str) -> str:
    """Return the mail address of a report URI, empty for one that is none (RFC 9990 section 3)."""
    scheme, colon, rest = uri.partition(":")
    address = _SIZE.sub("", rest)
    local, at, domain = address.rpartition("@")
    usable = colon and scheme.lower() == "mailto" and local and at and "." in domain
    return address if usable else ""


def mended_uri(uri: str) -> str:
    """Return a report URI, with the scheme that it lacks; empty where it cannot be one."""
    whole = uri if report_address(uri) else f"mailto:{uri}"
    is_plain = ":" not in whole.partition(":")[2] and "/" not in uri
    return whole if report_address(whole) and is_plain else ""


def has_size(uri: str) -> bool:
    """Tell whether a report URI ends in a largest size, which is obsolete."""
    return _SIZE.search(uri) is not None
