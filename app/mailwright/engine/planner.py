"""Compare what a server is with what it should be."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mailwright.engine import commission
from mailwright.errors import MailwrightError
from mailwright.i18n import N_
from mailwright.model.plan import Plan, Step
from mailwright.model.requirements import Requirements, Route
from mailwright.model.server import Facts, Observation
from mailwright.mta.postfix import desired as postfix
from mailwright.mta.postfix.relay import RelaySecret
from mailwright.mta.postfix.routing import cautions
from mailwright.platforms.releases import Platform, platform_of, platforms
from mailwright.resource.base import Resource, Wants
from mailwright.resource.packages import Packages

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


NEEDED_BYTES = 300_000_000
"""Free space without which nothing is begun: packages, and room for a queue."""

_RESTART = "systemctl restart postfix && postfix_runs && postfix_is_silent"
_RELOAD = "systemctl reload postfix && postfix_is_silent"
_AFTER_UNDO = "! systemctl is-active -q postfix || systemctl restart postfix"


def wanted(requirements: Requirements) -> tuple[Wants, ...]:
    """All that any plan for these requirements could want to know, on whatever release."""
    route = postfix.fingerprint(requirements)
    every = (
        resource
        for platform in platforms()
        for proven in (None, route)
        for live in (None, route)
        for resource in _desired(
            requirements, Facts("", "", proven=proven, live=live), platform, RelaySecret()
        )
    )
    return (Wants.union(resource.wants() for resource in every),)


def make_plan(requirements: Requirements, seen: Observation, secret: RelaySecret) -> Plan:
    """The differences, in the order in which they are made; pure.

    Raises MailwrightError where this server cannot be set up at all: unknown release, another
    MTA, a full disk, a path of ours that is something else.
    """
    platform = platform_of(seen.facts)
    refuse(seen)
    steps = _steps(_desired(requirements, seen.facts, platform, secret), seen)
    return Plan(
        requirements.server.name,
        steps,
        reload=_reload(steps),
        reload_after_undo=_AFTER_UNDO if steps else "",
        cautions=cautions(seen, platform, requirements.route),
    )


def end_of_trial(requirements: Requirements, seen: Observation, secret: RelaySecret) -> Plan:
    """What changes on a server whose route was proven just now."""
    facts = replace(seen.facts, proven=postfix.fingerprint(requirements))
    return make_plan(requirements, replace(seen, facts=facts), secret)


def letting_out(requirements: Requirements, seen: Observation, secret: RelaySecret) -> Plan:
    """What changes on a waiting server when all mail may leave directly."""
    facts = replace(seen.facts, live=postfix.fingerprint(requirements))
    return make_plan(requirements, replace(seen, facts=facts), secret)


def proven_plan(requirements: Requirements) -> Plan:
    """What the first proven delivery changes in the MTA."""
    seen = Observation(Facts("", ""), texts=postfix.waiting_texts())
    steps = _steps(postfix.once_proven(), seen)
    return Plan(requirements.server.name, steps, reload=_RELOAD, reload_after_undo=_AFTER_UNDO)


def _desired(
    requirements: Requirements, facts: Facts, platform: Platform, secret: RelaySecret
) -> tuple[Resource, ...]:
    route = postfix.fingerprint(requirements)
    return (
        *postfix.desired(requirements, facts, platform, secret),
        *commission.resources(
            route,
            proven_plan(requirements),
            postfix.evidence(requirements),
            proven=facts.proven == route,
        ),
        commission.live_marker(
            route, live=requirements.route is Route.DIRECT and facts.live == route
        ),
    )


def _steps(resources: Sequence[Resource], seen: Observation) -> tuple[Step, ...]:
    steps: list[Step] = []
    after_packages = False
    for resource in resources:
        step = resource.step(seen, after_packages=after_packages)
        if step is not None:
            steps.append(step)
            after_packages = after_packages or isinstance(resource, Packages)
    return tuple(steps)


def _reload(steps: Iterable[Step]) -> str:
    changed = frozenset(change.id for step in steps for change in step.changes)
    if not changed:
        return ""
    return _RESTART if postfix.restart_needed(changed) else _RELOAD


def refuse(seen: Observation) -> None:
    """Raise MailwrightError where this server cannot be set up whatever is required of it."""
    facts = seen.facts
    if facts.uid != 0:
        raise MailwrightError(
            "plan.not-root",
            N_("The shell on the server does not have root's rights (its user id is {uid})."),
            remedy=N_("Log in as root, or as an account that may become root through sudo."),
            args={"uid": facts.uid},
        )
    if facts.mta_packages:
        raise MailwrightError(
            "plan.other-mta",
            N_("Another mail server is installed: {packages}. Postfix cannot live beside it."),
            remedy=N_(
                "See whether its queue is empty and whether anything needs it, remove it, then "
                "plan again."
            ),
            args={"packages": ", ".join(facts.mta_packages)},
        )
    if facts.free_bytes < NEEDED_BYTES:
        raise MailwrightError(
            "plan.disk-full",
            N_("Only {free} MB are free on the server; at least {needed} MB are needed."),
            remedy=N_("Make room first: a full disk stops mail in the middle of a message."),
            args={"free": facts.free_bytes // 1_000_000, "needed": NEEDED_BYTES // 1_000_000},
        )
