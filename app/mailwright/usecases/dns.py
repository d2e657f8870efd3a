"""What the DNS says about a sender, and what a person should publish there."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from ipaddress import ip_address
from typing import TYPE_CHECKING

from mailwright.catalog import SpfKind, relay_presets
from mailwright.checks import ALL, Check, Context, run_all, spf
from mailwright.checks.facts import outside
from mailwright.engine.records import Sender, tags
from mailwright.errors import MailwrightError
from mailwright.i18n import N_
from mailwright.model.finding import FindingKind, Severity
from mailwright.model.publication import Publication
from mailwright.mta.opendkim import desired as opendkim
from mailwright.mta.postfix.addresses import sending_addresses
from mailwright.mta.postfix.settings import MAIN_CF
from mailwright.mta.postfix.syntax import parameters
from mailwright.usecases.records import Survey, survey

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mailwright.catalog import RelayPreset
    from mailwright.model.dns_records import DnsRecord
    from mailwright.model.finding import Finding
    from mailwright.model.requirements import Relay, Requirements
    from mailwright.model.server import Observation
    from mailwright.usecases.parts import Parts

_VERSIONS = {"ipv4": 4, "ipv6": 6}

NOT_ASKED = FindingKind(
    "dns.not-asked",
    Severity.UNKNOWN,
    N_("The DNS could not be asked: {reason}"),
    N_("Connect this computer to a network, or name a DNS server in the profile."),
)
RELAY_PASSES_SPF = FindingKind(
    "dns.relay-passes-spf",
    Severity.INFO,
    N_(
        "SPF is the business of {service}, which writes a domain of its own into MAIL FROM, or one "
        "that its panel shows: the SPF record of {domain} does not count for this mail."
    ),
    source="RFC 7208 section 2.4",
)


def dns_findings(
    parts: Parts, requirements: Requirements, seen: Observation, emit: Callable[[Finding], None]
) -> None:
    """Run the checks that need no SSH; each finding is emitted as it comes.

    `seen` is the server: its addresses, and its DKIM key.
    """
    try:
        context = _context(parts, requirements, seen)
        service = _passes_spf_itself(requirements.relay)
        if service is not None:
            domain = context.domain
            emit(RELAY_PASSES_SPF.found(domain, service=service.name, domain=domain))
        checks = [each for each in ALL if service is None or each is not spf.CHECK]
        asyncio.run(_checked(checks, context, _envelope(requirements), emit))
    except MailwrightError as error:
        emit(NOT_ASKED.found(requirements.identity.domain, reason=str(error)))


async def _checked(
    checks: Sequence[Check], context: Context, envelope: str, emit: Callable[[Finding], None]
) -> None:
    """Run the checks, and that of SPF for both domains that MAIL FROM may have.

    DMARC is about the organizational domain, which speaks for the names below it.
    """
    runs = [run_all(checks, context, emit)]
    if not context.relay and envelope != context.domain:
        runs.append(run_all([spf.CHECK], replace(context, domain=envelope), emit))
    await asyncio.gather(*runs)


def publication(parts: Parts, requirements: Requirements, seen: Observation) -> Publication:
    """What is missing in the DNS, as far as it could be asked; `verify` tells the rest."""
    if requirements.relay is None:
        return surveyed(parts, requirements, seen).publication
    try:
        context = _context(parts, requirements, seen)
        return Publication(asyncio.run(spf.records_to_publish(context)))
    except MailwrightError:
        return Publication()  # the proof tells why the DNS could not be asked


def surveyed(parts: Parts, requirements: Requirements, seen: Observation) -> Survey:
    """What every name server says about the records of a direct route.

    Where the DNS could not be asked at all, there is nothing but a note that says so.
    """
    sender = _sender(requirements, seen)
    try:
        resolver = parts.resolver_for(requirements.asking)
        return asyncio.run(survey(resolver, sender, parts.ask_name_server))
    except MailwrightError as error:
        note = NOT_ASKED.found(requirements.identity.domain, reason=str(error))
        return Survey(notes=(note,))


def _sender(requirements: Requirements, seen: Observation) -> Sender:
    """What receivers see of the server; addresses of inside networks never reach them.

    Where the server has none but such ones of a family, mail may still leave by it: a router
    translates them.
    """
    identity = requirements.identity
    found = tuple(dict.fromkeys(map(ip_address, sending_addresses(requirements, seen.facts))))
    used = _versions_used(seen)
    addresses = tuple(each for each in found if identity.addresses or each.version in used)
    public = outside(addresses)
    visible = {each.version for each in public}
    return Sender(
        identity.hostname,
        identity.domain,
        identity.administrator,
        public,
        _key(requirements, seen),
        _envelope(requirements),
        tuple(each for each in addresses if each.version not in visible),
    )


def _versions_used(seen: Observation) -> set[int]:
    """The IP versions that Postfix uses (inet_protocols in postconf(5))."""
    value = parameters(seen.texts.get(MAIN_CF) or "").get("inet_protocols", "")
    named = {_VERSIONS[word] for word in value.replace(",", " ").split() if word in _VERSIONS}
    return named or {*_VERSIONS.values()}


def _envelope(requirements: Requirements) -> str:
    """The domain in MAIL FROM of mail whose sender is the one of the test messages."""
    return requirements.proof.sender.rpartition("@")[2].lower()


def _key(requirements: Requirements, seen: Observation) -> DnsRecord | None:
    public = opendkim.public_key(seen, requirements)
    return None if public is None else opendkim.record(requirements, public)


def _context(parts: Parts, requirements: Requirements, seen: Observation) -> Context:
    resolver = parts.resolver_for(requirements.asking)
    identity, relay = requirements.identity, requirements.relay
    if relay is not None:
        return Context(
            resolver=resolver,
            domain=identity.domain,
            helo=identity.hostname,
            spf_include=relay.spf_include,
            relay=True,
            relay_host=relay.host if _sends_from_its_own_host(relay) else "",
            report_to=identity.administrator,
        )
    sender, dkim = _sender(requirements, seen), requirements.dkim
    return Context(
        resolver=resolver,
        domain=sender.domain,
        helo=sender.hostname,
        addresses=sender.addresses,
        dkim_domain=sender.domain,
        selectors=() if dkim is None else (dkim.selector,),
        dkim_keys={dkim.selector: tags(sender.key.value)["p"]} if dkim and sender.key else {},
        report_to=sender.administrator,
    )


def _sends_from_its_own_host(relay: Relay) -> bool:
    """A relay that nobody knows is taken to; a known service sends from where it says."""
    preset = relay_presets().get(relay.preset or "")
    return relay.spf_include is None and (preset is None or preset.spf is SpfKind.INCLUDE)


def _passes_spf_itself(relay: Relay | None) -> RelayPreset | None:
    """The service, where its mail passes SPF without the record of the sender's domain."""
    if relay is None or relay.spf_include is not None:
        return None
    preset = relay_presets().get(relay.preset or "")
    return preset if preset and preset.spf in {SpfKind.NONE, SpfKind.CNAME} else None
