"""What is to be said about one policy record. Pure decisions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mailwright.checks.dmarc import findings
from mailwright.checks.dmarc.record import (
    POLICIES,
    VERSION,
    Policy,
    has_size,
    mended_uri,
    report_address,
)
from mailwright.checks.tags import written

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mailwright.checks.dmarc.walk import Walk
    from mailwright.model.finding import Finding

WANTED = "quarantine"
"""The next step after watching."""


def judge_policy(way: Walk, owner: str, policy: Policy, place: str) -> Iterator[Finding]:
    """Judge the record at `owner` that receivers use for the domain at the beginning of the way.

    `place` is a report URI to offer, empty where none is known.
    """
    name, domain = f"_dmarc.{owner}", way.stops[0].domain
    offer = Offer(policy, place)
    yield from _mistakes(name, policy, offer)
    if policy.requested:
        yield from _strength(name, owner, domain, policy, offer)
    else:
        kind = findings.POLICY_ASSUMED if offer.reports else findings.NO_POLICY
        yield kind.found(name, policy.text, name=name, record=offer.record(p=POLICIES[0]))
    if not policy.report_uris and policy.requested and place:
        yield findings.NO_REPORTS.found(name, policy.text, name=name, record=offer.record())
    elif not policy.report_uris and policy.requested:
        yield findings.NO_PLACE.found(name, policy.text, name=name, domain=domain)
    for uri in policy.report_uris:
        yield from _report_uri(name, policy, uri, offer)


class Offer:
    """Records to publish instead: each is right in every respect, not in the one at hand alone."""

    def __init__(self, policy: Policy, place: str) -> None:
        self._tags = policy.tags
        mended = (mended_uri(uri) for uri in policy.report_uris)
        self.reports = [uri for uri in policy.report_uris if report_address(uri)]
        self._places = ",".join(uri for uri in mended if uri) or place

    def record(self, without: str = "", **tags: str) -> str:
        """Return the record with other values for some tags, and without one."""
        whole = {"v": VERSION, "p": POLICIES[0], **self._tags, "rua": self._places, **tags}
        return written({tag: value for tag, value in whole.items() if value and tag != without})


def _mistakes(name: str, policy: Policy, offer: Offer) -> Iterator[Finding]:
    for term in policy.dropped:
        if not term.startswith("p="):  # that has a finding of its own
            yield findings.DROPPED.found(
                name, policy.text, name=name, term=term, record=offer.record()
            )
    for tag in policy.unknown:
        yield findings.UNKNOWN_TAG.found(name, policy.text, name=name, tag=tag)
    for tag in policy.gone:
        yield findings.TAG_GONE.found(name, policy.text, name=name, tag=tag)


def _strength(
    name: str, owner: str, domain: str, policy: Policy, offer: Offer
) -> Iterator[Finding]:
    """Say what receivers are asked to do with mail that is not aligned."""
    asked = policy.requested if owner == domain else policy.for_subdomains
    text = policy.text
    if asked == POLICIES[0]:
        tag = "p" if owner == domain or "sp" not in policy.tags else "sp"
        record = offer.record(**{tag: WANTED})
        yield findings.WATCHES.found(name, text, name=name, record=record)
    elif policy.is_test:
        yield findings.TEST.found(name, text, name=name, record=offer.record(without="t"))
    else:
        yield findings.ENFORCED.found(name, text, domain=domain, policy=asked)
    for tag, below in (("sp", policy.for_subdomains), ("np", policy.for_missing)):
        if tag in policy.tags and POLICIES.index(below) < POLICIES.index(policy.requested):
            record = offer.record(**{tag: policy.requested})
            yield findings.WEAKER_BELOW.found(
                name,
                text,
                name=name,
                domain=owner,
                tag=tag,
                below=below,
                policy=policy.requested,
                record=record,
            )


def _report_uri(name: str, policy: Policy, uri: str, offer: Offer) -> Iterator[Finding]:
    if has_size(uri):
        yield findings.REPORT_SIZE.found(name, policy.text, uri=uri)
    if report_address(uri):
        return
    if mended_uri(uri):
        record = offer.record()
        yield findings.REPORT_URI_MENDED.found(name, policy.text, name=name, uri=uri, record=record)
    else:
        yield findings.REPORT_URI.found(name, policy.text, name=name, uri=uri)
