"""What the test messages showed: a finding for each path, its TLS and its signature."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mailwright.engine import verify
from mailwright.i18n import N_
from mailwright.model.finding import Finding, FindingKind, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mailwright.model.requirements import Requirements
    from mailwright.mta.postfix.delivery import ProofAnswer, Tried

_AGAIN = N_("Wait a minute, then run the proof again with: mailwright verify PROFILE")
_READ = N_(
    "Read the words below. Mail is kept in the queue meanwhile; put it right, then run the proof "
    "again with: mailwright verify PROFILE. A receiver that asks to try later may take it in a "
    "few minutes."
)
_TLS_SOURCE = "Postfix TLS_README, smtp_tls_loglevel"

DELIVERED = FindingKind(
    "direct.delivered", Severity.PASS, N_("{receiver} took the test message to {recipient}.")
)
NOT_DELIVERED = FindingKind(
    "direct.not-delivered",
    Severity.FAIL,
    N_("The test message to {recipient} was not delivered ({status})."),
    _READ,
)
NO_ANSWER = FindingKind(
    "direct.no-answer",
    Severity.UNKNOWN,
    N_("The server's log says nothing yet about the test message to {recipient}."),
    _AGAIN,
)
NETWORK_DELIVERED = FindingKind(
    "network.delivered",
    Severity.PASS,
    N_("{receiver} took the test message to {recipient} that was handed in at {listener}."),
)
NETWORK_NOT_DELIVERED = FindingKind(
    "network.not-delivered",
    Severity.FAIL,
    N_(
        "The test message to {recipient} that was handed in at {listener} was not delivered "
        "({status})."
    ),
    _READ,
)
NETWORK_NO_ANSWER = FindingKind(
    "network.no-answer",
    Severity.UNKNOWN,
    N_(
        "The server's log says nothing yet about the test message to {recipient} that was handed "
        "in at {listener}."
    ),
    _AGAIN,
)
TLS_VERIFIED = FindingKind(
    "direct.tls-verified",
    Severity.PASS,
    N_("The connection to {receiver} was encrypted and its certificate verified."),
    source=_TLS_SOURCE,
)
TLS_TRUSTED = FindingKind(
    "direct.tls-trusted",
    Severity.PASS,
    N_("The connection to {receiver} was encrypted; its certificate comes from a known authority."),
    source=_TLS_SOURCE,
)
TLS_UNVERIFIED = FindingKind(
    "direct.tls-unverified",
    Severity.INFO,
    N_(
        "The connection to {receiver} was encrypted. Its certificate comes from no known "
        "authority, as is usual between mail servers."
    ),
    source=_TLS_SOURCE,
)
TLS_NONE = FindingKind(
    "direct.tls-none",
    Severity.WARN,
    N_("{receiver} took the test message over a connection without encryption."),
    N_(
        "Whoever runs {receiver} can switch STARTTLS on. Until then anybody on the way can read "
        "the mail."
    ),
    _TLS_SOURCE,
)
TLS_UNKNOWN = FindingKind(
    "direct.tls-unknown",
    Severity.UNKNOWN,
    N_("The log tells nothing about the encryption of the connection to a receiver."),
    N_("Run the proof again once a test message is delivered."),
    _TLS_SOURCE,
)
SIGNED = FindingKind(
    "signature.added",
    Severity.PASS,
    N_("OpenDKIM signed the test message from {path} for {domain} (selector {selector})."),
    source="opendkim.conf(5) SyslogSuccess, RFC 6376",
)
UNSIGNED = FindingKind(
    "signature.missing",
    Severity.FAIL,
    N_("The test message from {path} left without a DKIM signature of {domain}."),
    N_("OpenDKIM's own words below say why; setting the server up again puts its tables right."),
    "opendkim.conf(5) LogWhy, RFC 6376",
)
SIGNATURE_UNKNOWN = FindingKind(
    "signature.unknown",
    Severity.UNKNOWN,
    N_("The server's log does not say whether the test message from {path} was signed."),
    N_("See whether OpenDKIM runs and logs what it does: systemctl status opendkim"),
    "opendkim.conf(5) SyslogSuccess",
)

_LEVELS = {
    "Verified": TLS_VERIFIED,
    "Trusted": TLS_TRUSTED,
    "Untrusted": TLS_UNVERIFIED,
    "Anonymous": TLS_UNVERIFIED,
}
SENDMAIL = "sendmail"
"""How findings name the path of the server's own programs."""


def delivery_findings(requirements: Requirements, answer: ProofAnswer) -> tuple[Finding, ...]:
    """One finding for each path, one about TLS for each receiver, one for each signature."""
    tried = answer.tried
    return (
        *(_delivery(requirements, each) for each in tried),
        *_once(_tls(requirements, each, tells=answer.tells_tls) for each in tried),
        *_signatures(requirements, tried),
    )


def _delivery(requirements: Requirements, tried: Tried) -> Finding:
    recipient = requirements.proof.recipient
    receiver = tried.receiver or recipient
    if tried.status == "sent":
        kind = _kind(requirements, tried, DELIVERED, NETWORK_DELIVERED, verify.DELIVERED)
    elif tried.status:
        kind = _kind(
            requirements, tried, NOT_DELIVERED, NETWORK_NOT_DELIVERED, verify.NOT_DELIVERED
        )
    else:
        kind = _kind(requirements, tried, NO_ANSWER, NETWORK_NO_ANSWER, verify.NO_ANSWER)
    return kind.found(
        tried.listener or recipient,
        tried.line,
        recipient=recipient,
        receiver=receiver,
        listener=tried.listener,
        status=tried.status,
    )


def _kind(
    requirements: Requirements,
    tried: Tried,
    direct: FindingKind,
    network: FindingKind,
    relay: FindingKind,
) -> FindingKind:
    if tried.listener:
        return network
    return direct if requirements.relay is None else relay


def _once(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Each finding once; what one message does not tell, another to the same receiver may."""
    made = tuple(findings)
    known = {each.subject for each in made if each.severity is not Severity.UNKNOWN}
    told: set[tuple[str, str]] = set()
    for each in made:
        name = (each.kind.id, each.subject)
        covered = each.subject in known or (known and not each.subject)
        if name in told or (each.severity is Severity.UNKNOWN and covered):
            continue
        told.add(name)
        yield each


def _tls(requirements: Requirements, tried: Tried, *, tells: bool) -> Finding:
    if requirements.relay is not None:
        return _tls_of_relay(requirements.relay.host, tried)
    kind = _LEVELS.get(tried.tls.partition(" ")[0]) if tried.tls else None
    if kind is None:
        kind = TLS_NONE if tells and tried.is_plain else TLS_UNKNOWN
    return kind.found(tried.receiver, tried.tls or tried.line, receiver=tried.receiver)


def _tls_of_relay(relay: str, tried: Tried) -> Finding:
    if not tried.tls:
        return verify.TLS_UNKNOWN.found(relay, relay=relay)
    verified = tried.tls.startswith("Verified TLS")
    kind = verify.TLS_VERIFIED if verified else verify.TLS_UNVERIFIED
    return kind.found(relay, tried.tls, relay=relay)


def _signatures(requirements: Requirements, tried: tuple[Tried, ...]) -> Iterator[Finding]:
    """Whether each message that went through Postfix bore a signature when it left."""
    dkim = requirements.dkim
    if dkim is None:
        return
    for each in tried:
        if each.signature:
            kind = SIGNED
        elif not each.queued:
            continue  # it never came as far as a signature
        else:
            kind = UNSIGNED if each.signer else SIGNATURE_UNKNOWN
        path = each.listener or SENDMAIL
        yield kind.found(
            path,
            each.signature or each.signer,
            path=path,
            domain=requirements.identity.domain,
            selector=dkim.selector,
        )
