"""How a server stands towards others: its names, its signer, and whom it lets in."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from mailwright.i18n import N_, _
from mailwright.model.finding import Finding, FindingKind, Severity
from mailwright.mta.opendkim.conf import HOST, PORT
from mailwright.mta.postfix.effective import Door, Effective, Greeting
from mailwright.mta.postfix.signing import SIGNER
from mailwright.net.open_relay import Asked, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mailwright.model.requirements import Requirements

_BANNER_SOURCE = "RFC 5321 section 4.2, smtpd_banner"
_HELO_SOURCE = "RFC 5321 section 4.1.1.1, smtp_helo_name"
_MILTER_SOURCE = "Postfix MILTER_README, milter_default_action"
_RELAY_SOURCE = "Postfix SMTPD_ACCESS_README, smtpd_relay_restrictions"
_SET_UP = N_("Setting the server up again puts it right: mailwright apply PROFILE")

GREETS = FindingKind(
    "greeting.own-name",
    Severity.PASS,
    N_("The server greets its clients with its own name {hostname} ({listeners})."),
    source=_BANNER_SOURCE,
)
GREETS_OTHERWISE = FindingKind(
    "greeting.other-name",
    Severity.WARN,
    N_("At {listener} the server greets with the name “{name}” instead of {hostname}."),
    N_("Receivers compare the names. See myhostname, smtpd_banner and master.cf in Postfix."),
    _BANNER_SOURCE,
)
NO_GREETING = FindingKind(
    "greeting.none",
    Severity.INFO,
    N_("Nothing on the server takes connections on port 25, so that there is no greeting."),
    source=_BANNER_SOURCE,
)
GREETING_UNKNOWN = FindingKind(
    "greeting.unknown",
    Severity.UNKNOWN,
    N_("How the server greets at {listener} is not known: it takes connections and stays silent."),
    N_("Read what Postfix logs when somebody connects, then run the proof again."),
    _BANNER_SOURCE,
)
SAYS_NAME = FindingKind(
    "greeting.helo",
    Severity.PASS,
    N_("To receivers the server says its own name {hostname} (HELO)."),
    source=_HELO_SOURCE,
)
SAYS_OTHERWISE = FindingKind(
    "greeting.other-helo",
    Severity.FAIL,
    N_("To receivers the server says “{name}” (HELO) instead of {hostname}."),
    N_("Take smtp_helo_name out of Postfix's configuration; myhostname stands in for it."),
    _HELO_SOURCE,
)
HELO_UNKNOWN = FindingKind(
    "greeting.helo-unknown",
    Severity.UNKNOWN,
    N_("Which name the server says to receivers (HELO) is not known: Postfix did not tell."),
    N_("Run on the server: postconf smtp_helo_name"),
    _HELO_SOURCE,
)
SIGNER_READY = FindingKind(
    "signer.ready",
    Severity.PASS,
    N_("OpenDKIM answers. While it does not, mail waits: none leaves unsigned."),
    source=_MILTER_SOURCE,
)
SIGNER_DOWN = FindingKind(
    "signer.down",
    Severity.FAIL,
    N_("OpenDKIM does not answer. Mail waits on the server; none leaves unsigned."),
    N_("See why, then start it; what waits leaves by itself: systemctl status opendkim"),
    _MILTER_SOURCE,
)
SIGNER_PASSED_BY = FindingKind(
    "signer.passed-by",
    Severity.FAIL,
    N_("While OpenDKIM does not answer, mail from {path} would leave unsigned ({action})."),
    _SET_UP,
    _MILTER_SOURCE,
)
NOT_SIGNING = FindingKind(
    "signer.not-asked",
    Severity.FAIL,
    N_("Postfix does not let OpenDKIM sign the mail from {path}."),
    _SET_UP,
    _MILTER_SOURCE,
)
SIGNER_UNKNOWN = FindingKind(
    "signer.unknown",
    Severity.UNKNOWN,
    N_("Whether mail is signed or waits is not known: Postfix did not tell its settings."),
    N_("Run on the server: postconf smtpd_milters non_smtpd_milters milter_default_action"),
    _MILTER_SOURCE,
)
RELAY_REFUSED = FindingKind(
    "open-relay.refused",
    Severity.PASS,
    N_(
        "Asked from this computer ({client}), which may not submit, {listener} refuses mail for "
        "others."
    ),
    source=_RELAY_SOURCE,
)
RELAY_OPEN = FindingKind(
    "open-relay.open",
    Severity.FAIL,
    N_(
        "Open relay: asked from this computer ({client}), which may not submit, {listener} takes "
        "mail for others."
    ),
    N_(
        "Stop it at once with: postfix stop. Then set the server up again; only the networks that "
        "you name may submit (mynetworks)."
    ),
    _RELAY_SOURCE,
)
CONFIGURED_CLOSED = FindingKind(
    "open-relay.configured-closed",
    Severity.PASS,
    N_(
        "Read on the server, not tried from outside ({reason}): the service {service} takes mail "
        "from {networks} and refuses everybody else's."
    ),
    source=_RELAY_SOURCE,
)
CONFIGURED_OPEN = FindingKind(
    "open-relay.configured-open",
    Severity.FAIL,
    N_("Open relay: read on the server, the service {service} takes anybody's mail for others."),
    N_("Set smtpd_relay_restrictions to: permit_mynetworks, reject. Name your networks alone."),
    _RELAY_SOURCE,
)
RELAY_UNKNOWN = FindingKind(
    "open-relay.unknown",
    Severity.UNKNOWN,
    N_(
        "Whether strangers may send through the service {service} is not known: it was not tried "
        "from outside ({reason}), and what Postfix says of it cannot be judged."
    ),
    N_("Try from an address that may not submit, and read smtpd_relay_restrictions."),
    _RELAY_SOURCE,
)

OWN_DOMAIN_LEAVES = FindingKind(
    "own-domain.leaves",
    Severity.PASS,
    N_("Mail to {domain} itself does not stay on this server: other hosts take it, or none."),
    source="RFC 5321 section 5.1",
)
OWN_DOMAIN_LOOPS = FindingKind(
    "own-domain.loops",
    Severity.WARN,
    N_(
        "The MX record of {domain} leads to this very server ({hosts}), which keeps no mail. Mail "
        "to {domain}, replies and bounces too, would loop back to it."
    ),
    N_("Let the MX record of {domain} name the host where its mailboxes are."),
    "RFC 5321 section 5.1",
)
OWN_DOMAIN_UNKNOWN = FindingKind(
    "own-domain.unknown",
    Severity.UNKNOWN,
    N_("Which hosts take the mail of {domain} is not known. DNS: {cause}"),
    N_("Run the proof again once the DNS answers: mailwright verify PROFILE"),
    "RFC 5321 section 5.1",
)

_REFUSED_SOFTLY = 454
_LISTED = N_("this computer may submit itself")
_NOT_TRIED = {
    Verdict.TAKEN: _LISTED,
    Verdict.REFUSED: N_("whether this computer may submit is not known"),
    Verdict.CLOSED: N_("nothing takes connections from here"),
    Verdict.SILENT: N_("port 25 is not reached from here"),
    Verdict.STRANGER: N_("from here another server answers"),
    Verdict.LATER: N_("the server refuses everything for now"),
}


def name_findings(requirements: Requirements, effective: Effective) -> Iterator[Finding]:
    """The greeting at each listener, and the name said to receivers, beside the server's own."""
    hostname = requirements.identity.hostname
    own: dict[str, str] = {}
    for listener, words in effective.greetings.items():
        if words == Greeting.CLOSED:
            continue
        name = words.removeprefix("220").strip(" -").partition(" ")[0]
        if words == Greeting.SILENT or not name:
            yield GREETING_UNKNOWN.found(listener, words, listener=listener)
        elif name.lower().rstrip(".") == hostname.lower():
            own[listener] = words
        else:
            yield GREETS_OTHERWISE.found(
                listener, words, listener=listener, name=name, hostname=hostname
            )
    if own:
        listeners = ", ".join(own)
        yield GREETS.found(
            hostname, "\n".join(own.values()), hostname=hostname, listeners=listeners
        )
    elif set(effective.greetings.values()) == {Greeting.CLOSED}:
        yield NO_GREETING.found(hostname)
    yield _helo(hostname, effective)


def _helo(hostname: str, effective: Effective) -> Finding:
    said = effective.value("smtp_helo_name", "smtp/unix")
    if not said:
        return HELO_UNKNOWN.found(hostname)
    if said.lower() == hostname.lower():
        return SAYS_NAME.found(hostname, f"smtp_helo_name = {said}", hostname=hostname)
    return SAYS_OTHERWISE.found(hostname, said, hostname=hostname, name=said)


def signer_findings(requirements: Requirements, effective: Effective) -> Iterator[Finding]:
    """Whether all mail is signed or waits; nothing where somebody else signs."""
    if requirements.dkim is None:
        return
    domain = requirements.identity.domain
    if not effective.parameters or not effective.services:
        yield SIGNER_UNKNOWN.found(domain)
        return
    gaps = [
        gap
        for service in ("", *effective.receiving)
        for gap in _gaps(effective, service, service or "sendmail")
    ]
    yield from gaps
    if not any(there for milter, there in effective.milters.items() if _is_signer(milter)):
        yield SIGNER_DOWN.found(domain, SIGNER)
    elif not gaps:
        yield SIGNER_READY.found(domain, SIGNER)


def _gaps(effective: Effective, service: str, path: str) -> Iterator[Finding]:
    """Where mail could leave unsigned."""
    milters = effective.milters_of(service)
    asked = [each for each in milters if _is_signer(each)]
    actions = {effective.action_of(each, service) for each in asked} - {"tempfail"}
    evidence = ", ".join(milters)
    if not asked:
        yield NOT_SIGNING.found(path, evidence, path=path)
    elif actions:
        yield SIGNER_PASSED_BY.found(path, evidence, path=path, action=", ".join(sorted(actions)))


def _is_signer(milter: str) -> bool:
    """Whether a milter is OpenDKIM, however its host is written."""
    return re.search(rf"\binet:({re.escape(HOST)}|localhost):{PORT}\b", milter) is not None


def open_relay_findings(effective: Effective, asked: Sequence[Asked]) -> Iterator[Finding]:
    """Whether strangers may send through the server, and from where that was seen."""
    meant = [replace(each, verdict=_meant(effective, each)) for each in asked]
    tried = [each for each in meant if _is_a_stranger(effective, each)]
    seen = [each for each in tried if each.verdict in {Verdict.TAKEN, Verdict.REFUSED}]
    for each in seen:
        kind = RELAY_OPEN if each.verdict is Verdict.TAKEN else RELAY_REFUSED
        words = "\n".join(each.dialogue)
        yield kind.found(each.listener, words, listener=each.listener, client=each.client)
    reason = _(_NOT_TRIED[_reason(meant)])
    known = set(effective.on_smtp_port) if seen else set()
    doors = {each: effective.door(each) for each in effective.receiving if each not in known}
    yield from _configured(effective, doors, reason)


def _meant(effective: Effective, asked: Asked) -> Verdict:
    """What an answer means: soft_bounce makes every refusal (554) one for now (postconf(5))."""
    softened = effective.value("soft_bounce") == "yes" and asked.code == _REFUSED_SOFTLY
    return Verdict.REFUSED if softened else asked.verdict


def _is_a_stranger(effective: Effective, asked: Asked) -> bool:
    """Whether the answer is one to somebody who may not submit, as far as that is sure."""
    own = {asked.client, effective.client or asked.client}
    return all(effective.lists(each) is False for each in own)


def _reason(asked: Sequence[Asked]) -> Verdict:
    """Why it was not tried from outside: what says most about this server."""
    spoke = {each.verdict for each in asked}
    order = (
        *(Verdict.TAKEN, Verdict.REFUSED, Verdict.LATER),
        *(Verdict.SILENT, Verdict.STRANGER, Verdict.CLOSED),
    )
    return next((each for each in order if each in spoke), Verdict.CLOSED)


def _configured(effective: Effective, doors: Mapping[str, Door], reason: str) -> Iterator[Finding]:
    """What Postfix itself says about the services that were not tried."""
    networks = effective.value("mynetworks")
    if not effective.services or not effective.parameters:
        yield RELAY_UNKNOWN.found("smtpd", service="smtpd", reason=reason)
        return
    for service, door in doors.items():
        restrictions = effective.value("smtpd_relay_restrictions", service)
        if door is Door.OPEN:
            yield CONFIGURED_OPEN.found(service, restrictions, service=service)
        elif door is Door.UNKNOWN:
            yield RELAY_UNKNOWN.found(service, restrictions, service=service, reason=reason)
        else:
            yield CONFIGURED_CLOSED.found(
                service, restrictions, service=service, networks=networks, reason=reason
            )


def own_domain_finding(
    requirements: Requirements, here: Sequence[str] | None, evidence: str
) -> Finding:
    """Where mail to the own domain goes: `here` are its MX hosts that are this very server.

    None where that could not be found out; `evidence` then says why.
    """
    domain = requirements.identity.domain
    if here is None:
        return OWN_DOMAIN_UNKNOWN.found(domain, domain=domain, cause=evidence)
    if here:
        return OWN_DOMAIN_LOOPS.found(domain, evidence, domain=domain, hosts=", ".join(here))
    return OWN_DOMAIN_LEAVES.found(domain, evidence, domain=domain)
