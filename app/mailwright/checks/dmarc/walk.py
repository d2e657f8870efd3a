"""The walk up the tree of names (RFC 9989 section 4.10)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mailwright.checks.base import known
from mailwright.checks.dmarc.record import Policy, is_record, parse_policy
from mailwright.net.resolver import Answer, normal_name

if TYPE_CHECKING:
    from mailwright.net.resolver import Resolver

QUERIES = 8
"""How many names one walk asks about."""


@dataclass(frozen=True, slots=True)
class Stop:
    """One name on the way: the texts there, and the policy where exactly one is a record."""

    domain: str
    texts: tuple[str, ...]
    policy: Policy | None

    @property
    def records(self) -> tuple[str, ...]:
        """The texts that are records."""
        return tuple(text for text in self.texts if is_record(text))


@dataclass(frozen=True, slots=True)
class Walk:
    """The way from a domain up; the first stop is the domain itself.

    `still_open` is the answer that is missing where the way could not be walked to its end.
    """

    stops: tuple[Stop, ...]
    still_open: Answer | None = None

    @property
    def organizational(self) -> str:
        """The organizational domain (section 4.10.2).

        Raises UnknownFactError where it may be a name that could not be asked about.
        """
        first = self.stops[0]
        found = [stop for stop in self.stops if stop.policy]
        for stop in found:
            psd = stop.policy.tags.get("psd", "u") if stop.policy else "u"
            if psd == "n":
                return stop.domain
            if psd == "y" and stop is not first:
                return _one_below(stop.domain, first.domain)
        if self.still_open:
            known(self.still_open, first.domain)
        return found[-1].domain if found else first.domain

    @property
    def policy_stop(self) -> Stop | None:
        """Where the policy for the domain is: at itself, or at its organizational domain.

        Failing both, at a public suffix that has one for all below it (section 4.10.1). Raises
        UnknownFactError as `organizational` does, unless the domain has one itself.
        """
        if self.stops[0].policy:
            return self.stops[0]
        organizational = self.organizational
        found = [stop for stop in self.stops if stop.policy]
        return next((stop for stop in found if stop.domain == organizational), None) or next(
            reversed(found), None
        )


def names_on_the_way(domain: str) -> list[str]:
    """Return the names a walk asks about: of long ones the last seven labels come next."""
    labels = normal_name(domain).split(".")
    after = labels[1:] if len(labels) < QUERIES else labels[1 - QUERIES :]
    return [".".join(labels), *(".".join(after[depth:]) for depth in range(len(after)))]


async def walk(resolver: Resolver, domain: str) -> Walk:
    """Walk from a domain up, asking about all the names at once.

    Raises UnknownFactError where the domain's own answer is missing.
    """
    names = names_on_the_way(domain)
    for name in names:
        resolver.prefetch(f"_dmarc.{name}", "TXT")
    stops: list[Stop] = []
    for name in names:
        answer = await resolver.query(f"_dmarc.{name}", "TXT")
        if not answer.is_known and stops:
            return Walk(tuple(stops), answer)
        texts = known(answer, domain).values
        records = [text for text in texts if is_record(text)]
        policy = parse_policy(records[0]) if len(records) == 1 else None
        stops.append(Stop(name, texts, policy))
        ends = {"n"} if len(stops) == 1 else {"n", "y"}
        if policy and policy.tags.get("psd") in ends:
            break
    return Walk(tuple(stops))


def _one_below(suffix: str, domain: str) -> str:
    labels = domain.split(".")
    return ".".join(labels[-(suffix.count(".") + 2) :])
