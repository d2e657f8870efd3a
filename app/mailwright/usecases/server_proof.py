"""Prove on the server that mail leaves on every path, signed, and that strangers send none."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING

from mailwright.checks.base import UnknownFactError, addresses_of
from mailwright.checks.facts import HOSTS, exchangers_of
from mailwright.engine.verify import gate_finding
from mailwright.engine.verify_delivery import delivery_findings
from mailwright.engine.verify_server import (
    name_findings,
    open_relay_findings,
    own_domain_finding,
    signer_findings,
)
from mailwright.errors import MailwrightError
from mailwright.model.finding import Finding
from mailwright.model.requirements import Requirements, Route
from mailwright.mta.postfix.addresses import sending_addresses
from mailwright.mta.postfix.delivery import send_proof
from mailwright.mta.postfix.effective import read_effective
from mailwright.mta.postfix.submission import serves_networks
from mailwright.net.open_relay import Question
from mailwright.platforms.reading import observe
from mailwright.transport.base import Transport
from mailwright.usecases.parts import Parts

if TYPE_CHECKING:
    from concurrent.futures import Future

    from mailwright.model.server import Facts
    from mailwright.net.open_relay import Asked
    from mailwright.net.resolver import Resolver

_LISTENERS = 16


@dataclass(frozen=True, slots=True)
class ServerProof:
    """What only the server, or somebody who talks to it, can show; findings are told as made."""

    parts: Parts
    requirements: Requirements
    transport: Transport
    tell: Callable[[Finding], None]

    def run(self) -> bool:
        """Send the test messages and look at the server; whether anything was delivered.

        Raises MailwrightError when the connection breaks.
        """
        facts = observe(self.transport, ()).facts
        pool = ThreadPoolExecutor(max_workers=1)
        try:
            # The desktop asks from outside while the server watches its log.
            asked = pool.submit(self._ask_from_outside, facts)
            answer = send_proof(self.transport, self.requirements, facts)
            self.tell(gate_finding(self.requirements, answer))
            for finding in delivery_findings(self.requirements, answer):
                self.tell(finding)
            if self._is_seen_by_others:
                self._look(facts, asked)
        finally:
            pool.shutdown(wait=False)
        if self.requirements.route is Route.DIRECT:
            self._own_domain(facts)
        return answer.is_delivered

    @property
    def _is_seen_by_others(self) -> bool:
        """Behind a relay, a server that takes no mail from others talks to the relay alone."""
        return self.requirements.route is Route.DIRECT or serves_networks(self.requirements)

    def _look(self, facts: Facts, asked: Future[tuple[Asked, ...]]) -> None:
        effective = read_effective(self.transport, facts.addresses)
        for findings in (
            name_findings(self.requirements, effective),
            signer_findings(self.requirements, effective),
            open_relay_findings(effective, asked.result()),
        ):
            for finding in findings:
                self.tell(finding)

    def _ask_from_outside(self, facts: Facts) -> tuple[Asked, ...]:
        if not self._is_seen_by_others:
            return ()
        requirements = self.requirements
        listeners = dict.fromkeys((requirements.server.host, *facts.addresses))
        proof = requirements.proof
        question = Question(requirements.identity.hostname, proof.sender, proof.recipient)
        return self.parts.ask_listeners(tuple(listeners)[:_LISTENERS], question)

    def _own_domain(self, facts: Facts) -> None:
        """Mail to the own domain must leave: this server keeps none."""
        domain = self.requirements.identity.domain
        own = {*facts.addresses, *sending_addresses(self.requirements, facts)}
        try:
            resolver = self.parts.resolver_for(self.requirements.asking)
            receiving = asyncio.run(_receiving(resolver, domain))
        except UnknownFactError as unknown:
            self.tell(own_domain_finding(self.requirements, None, unknown.cause))
        except MailwrightError as error:
            self.tell(own_domain_finding(self.requirements, None, str(error)))
        else:
            here = [
                host
                for host, addresses in receiving.items()
                if addresses & {str(ip_address(each)) for each in own}
            ]
            self.tell(own_domain_finding(self.requirements, here, ", ".join(receiving)))


async def _receiving(resolver: Resolver, domain: str) -> dict[str, set[str]]:
    """The hosts that take a domain's mail, with their addresses; raises UnknownFactError."""
    found = await exchangers_of(resolver, domain)
    hosts = found.hosts[:HOSTS] or (() if found.is_null else (domain,))
    lists = await asyncio.gather(*(addresses_of(resolver, host) for host in hosts))
    return {
        host: {str(each) for each in addresses}
        for host, addresses in zip(hosts, lists, strict=True)
    }
